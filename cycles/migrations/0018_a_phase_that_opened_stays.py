"""A phase that has opened stays in the calendar of its public edition."""

from django.db import migrations

OPENED_STAYS = """
CREATE FUNCTION cycles_keep_opened_phases() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('bp.lift_guards', true) = 'on' AND current_setting('is_superuser') = 'on' THEN
        RETURN OLD;
    END IF;
    IF OLD.opens_at <= clock_timestamp()
       AND EXISTS (SELECT 1 FROM cycles_cycle WHERE id = OLD.cycle_id AND state <> 'prepared') THEN
        RAISE EXCEPTION 'a phase that has opened stays' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER cycles_phase_opened_stays BEFORE DELETE ON cycles_phase
    FOR EACH ROW EXECUTE FUNCTION cycles_keep_opened_phases();
"""


class Migration(migrations.Migration):
    dependencies = [("cycles", "0017_dots_are_given_one_by_one")]

    operations = [
        migrations.RunSQL(
            OPENED_STAYS,
            "DROP TRIGGER cycles_phase_opened_stays ON cycles_phase; DROP FUNCTION cycles_keep_opened_phases();",
        )
    ]
