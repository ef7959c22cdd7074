"""Once announced, the list of a draw, its quotas and its number to come stay; once drawn, everything does."""

from django.db import migrations

KEEP = """
CREATE FUNCTION cycles_keep_announced_draw() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('bp.lift_guards', true) = 'on' AND current_setting('is_superuser') = 'on' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.drawn_at IS NOT NULL
        OR (NEW.id, NEW.body_id, NEW.college_id, NEW.slug, NEW.seats, NEW.quotas, NEW.listing, NEW.list_digest,
            NEW.source, NEW.value_due_at, NEW.announced_at)
        IS DISTINCT FROM
           (OLD.id, OLD.body_id, OLD.college_id, OLD.slug, OLD.seats, OLD.quotas, OLD.listing, OLD.list_digest,
            OLD.source, OLD.value_due_at, OLD.announced_at) THEN
        RAISE EXCEPTION 'an announced draw stays as it was announced'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cycles_draw_stays BEFORE UPDATE OR DELETE ON cycles_draw
    FOR EACH ROW EXECUTE FUNCTION cycles_keep_announced_draw();
"""


class Migration(migrations.Migration):
    dependencies = [("cycles", "0010_bodies_and_meetings")]
    operations = [
        migrations.RunSQL(
            KEEP, "DROP TRIGGER cycles_draw_stays ON cycles_draw; DROP FUNCTION cycles_keep_announced_draw();"
        ),
    ]
