"""Once decided, a preselection and its lines stay as they are; only a recorded reopening opens it again."""

from django.db import migrations

from bp_platform.core import guards

DECIDED = """
CREATE FUNCTION instruction_keep_decided_preselection() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('bp.lift_guards', true) = 'on' AND current_setting('is_superuser') = 'on' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.state = 'open' AND NEW.cycle_id = OLD.cycle_id AND EXISTS (
        SELECT 1 FROM instruction_preselectionreopening
        WHERE preselection_id = OLD.id AND decided_at = OLD.decided_at
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a decided preselection is frozen' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER instruction_preselection_frozen BEFORE UPDATE OR DELETE ON instruction_preselection
    FOR EACH ROW WHEN (OLD.state = 'decided') EXECUTE FUNCTION instruction_keep_decided_preselection();

CREATE FUNCTION instruction_keep_preselection_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held bigint[];
BEGIN
    IF current_setting('bp.lift_guards', true) = 'on' AND current_setting('is_superuser') = 'on' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN held := ARRAY[NEW.preselection_id];
    ELSIF TG_OP = 'UPDATE' THEN held := ARRAY[OLD.preselection_id, NEW.preselection_id];
    ELSE held := ARRAY[OLD.preselection_id];
    END IF;
    IF EXISTS (SELECT 1 FROM instruction_preselection WHERE id = ANY (held) AND state = 'decided') THEN
        RAISE EXCEPTION 'the lines of a decided preselection are frozen'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER instruction_preselectionline_frozen BEFORE INSERT OR UPDATE OR DELETE ON instruction_preselectionline
    FOR EACH ROW EXECUTE FUNCTION instruction_keep_preselection_line();
"""
BACK = """
DROP TRIGGER instruction_preselectionline_frozen ON instruction_preselectionline;
DROP FUNCTION instruction_keep_preselection_line();
DROP TRIGGER instruction_preselection_frozen ON instruction_preselection;
DROP FUNCTION instruction_keep_decided_preselection();
"""


class Migration(migrations.Migration):
    dependencies = [("instruction", "0007_ideas_are_preselected")]
    operations = [
        guards.append_only("instruction_preselectionreopening"),
        migrations.RunSQL(DECIDED, BACK),
    ]
