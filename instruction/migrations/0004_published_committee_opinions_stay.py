"""Once the answer is published, the committee's opinions stay as they were given; only their author may be erased."""

from django.db import migrations

PUBLISHED_OPINIONS = """
CREATE FUNCTION instruction_keep_published_committee_opinion() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    cases bigint[];
BEGIN
    IF current_setting('bp.lift_guards', true) = 'on' AND current_setting('is_superuser') = 'on' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.author_id IS NULL AND NEW.author_label = ''
        AND (NEW.id, NEW.case_id, NEW.stance, NEW.text, NEW.given_at)
          = (OLD.id, OLD.case_id, OLD.stance, OLD.text, OLD.given_at) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN cases := ARRAY[NEW.case_id];
    ELSIF TG_OP = 'UPDATE' THEN cases := ARRAY[OLD.case_id, NEW.case_id];
    ELSE cases := ARRAY[OLD.case_id];
    END IF;
    IF EXISTS (SELECT 1 FROM instruction_case WHERE id = ANY (cases) AND state = 'published') THEN
        RAISE EXCEPTION 'the committee opinions of a published case are frozen'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER instruction_committeeopinion_frozen BEFORE INSERT OR UPDATE OR DELETE ON instruction_committeeopinion
    FOR EACH ROW EXECUTE FUNCTION instruction_keep_published_committee_opinion();
"""


class Migration(migrations.Migration):
    dependencies = [("instruction", "0003_the_committee_gives_its_opinion")]
    operations = [
        migrations.RunSQL(
            PUBLISHED_OPINIONS,
            "DROP TRIGGER instruction_committeeopinion_frozen ON instruction_committeeopinion;"
            "DROP FUNCTION instruction_keep_published_committee_opinion();",
        ),
    ]
