"""What was said and costed is never rewritten: opinions once validated, costings always, arbitrations always."""

from django.db import migrations

from bp_platform.core import guards

VALIDATED_OPINIONS = """
CREATE TRIGGER instruction_departmentopinion_validated BEFORE UPDATE OR DELETE ON instruction_departmentopinion
    FOR EACH ROW WHEN (OLD.validated_at IS NOT NULL) EXECUTE FUNCTION bp_refuse_change();
"""
DECIDED_COSTINGS = """
CREATE FUNCTION instruction_keep_decided_costing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner_case bigint;
BEGIN
    IF TG_TABLE_NAME = 'instruction_costitem' THEN
        SELECT case_id INTO owner_case FROM instruction_costing WHERE id = NEW.costing_id;
    ELSE
        owner_case := NEW.case_id;
    END IF;
    IF EXISTS (SELECT 1 FROM instruction_case WHERE id = owner_case AND state IN ('decided', 'published')) THEN
        RAISE EXCEPTION 'the costing of a decided case is frozen' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER instruction_costing_frozen BEFORE INSERT ON instruction_costing
    FOR EACH ROW EXECUTE FUNCTION instruction_keep_decided_costing();
CREATE TRIGGER instruction_costitem_frozen BEFORE INSERT ON instruction_costitem
    FOR EACH ROW EXECUTE FUNCTION instruction_keep_decided_costing();
"""


class Migration(migrations.Migration):
    dependencies = [("instruction", "0001_the_study"), ("core", "0003_guards_and_cache")]
    operations = [
        guards.append_only("instruction_arbitration"),
        guards.append_only("instruction_costing"),
        guards.append_only("instruction_costitem"),
        migrations.RunSQL(
            VALIDATED_OPINIONS,
            "DROP TRIGGER instruction_departmentopinion_validated ON instruction_departmentopinion;",
        ),
        migrations.RunSQL(
            DECIDED_COSTINGS,
            "DROP TRIGGER instruction_costing_frozen ON instruction_costing;"
            "DROP TRIGGER instruction_costitem_frozen ON instruction_costitem;"
            "DROP FUNCTION instruction_keep_decided_costing();",
        ),
    ]
