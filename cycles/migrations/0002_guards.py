"""A freeze is never taken back, and a date in the past never moves."""

from django.db import migrations

from bp_platform.core import guards

PAST_DATES = """
CREATE FUNCTION cycles_keep_past_dates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('bp.lift_guards', true) = 'on' AND current_setting('is_superuser') = 'on' THEN
        RETURN NEW;
    END IF;
    IF (OLD.opens_at <= clock_timestamp() AND NEW.opens_at IS DISTINCT FROM OLD.opens_at)
       OR (OLD.closes_at <= clock_timestamp() AND NEW.closes_at IS DISTINCT FROM OLD.closes_at) THEN
        RAISE EXCEPTION 'a date in the past does not move' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cycles_phase_past_dates BEFORE UPDATE ON cycles_phase
    FOR EACH ROW EXECUTE FUNCTION cycles_keep_past_dates();
"""


class Migration(migrations.Migration):
    dependencies = [("cycles", "0001_the_frame"), ("core", "0003_guards_and_cache")]
    operations = [
        guards.append_only("cycles_sectionfreeze"),
        migrations.RunSQL(
            PAST_DATES,
            "DROP TRIGGER cycles_phase_past_dates ON cycles_phase; DROP FUNCTION cycles_keep_past_dates();",
        ),
    ]
