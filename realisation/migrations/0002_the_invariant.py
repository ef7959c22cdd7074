"""What was paid and said is never rewritten, and the sums are held to the cent by the database itself.

Each change of money takes the envelope's row first, so that two officers spending the same last euro wait for each
other; the sums are counted again at commit (the triggers are deferred), when everything the act wrote is there.
"""

from django.db import migrations

from bp_platform.core import guards

FUNCTIONS = """
CREATE FUNCTION realisation_check_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    own bigint;
    first realisation_ledgerentry;
BEGIN
    SELECT envelope_id INTO own FROM realisation_delivery WHERE id = NEW.delivery_id;
    IF own <> NEW.envelope_id THEN
        RAISE EXCEPTION 'ledger: the envelope is not the one of the delivery' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.reverses_id IS NOT NULL THEN
        SELECT * INTO first FROM realisation_ledgerentry WHERE id = NEW.reverses_id;
        IF first.reverses_id IS NOT NULL OR first.delivery_id <> NEW.delivery_id OR first.kind <> NEW.kind
           OR first.amount_eur <> -NEW.amount_eur THEN
            RAISE EXCEPTION 'ledger: a reversal is the exact opposite of its entry' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    PERFORM 1 FROM cycles_envelope WHERE id = NEW.envelope_id FOR NO KEY UPDATE;
    RETURN NEW;
END $$;

CREATE FUNCTION realisation_hold_envelope(wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    room numeric;
    bad bigint;
BEGIN
    SELECT amount_eur INTO room FROM cycles_envelope WHERE id = wanted FOR NO KEY UPDATE;
    SELECT delivery_id INTO bad FROM (
        SELECT delivery_id,
               coalesce(sum(amount_eur) FILTER (WHERE kind = 'budgeted'), 0)
                   - coalesce(sum(amount_eur) FILTER (WHERE kind = 'released'), 0) AS available,
               coalesce(sum(amount_eur) FILTER (WHERE kind = 'committed'), 0) AS committed,
               coalesce(sum(amount_eur) FILTER (WHERE kind = 'invoiced'), 0) AS invoiced,
               coalesce(sum(amount_eur) FILTER (WHERE kind = 'paid'), 0) AS paid
        FROM realisation_ledgerentry WHERE envelope_id = wanted GROUP BY delivery_id
    ) sums WHERE NOT (0 <= paid AND paid <= invoiced AND invoiced <= committed AND committed <= available) LIMIT 1;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'ledger: delivery % breaks paid <= invoiced <= committed <= budgeted', bad USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT room
           + coalesce((SELECT sum(amount_eur) FROM realisation_envelopetransfer WHERE target_id = wanted), 0)
           - coalesce((SELECT sum(amount_eur) FROM realisation_envelopetransfer WHERE source_id = wanted), 0)
           - coalesce((SELECT sum(CASE kind WHEN 'budgeted' THEN amount_eur WHEN 'released' THEN -amount_eur END)
                       FROM realisation_ledgerentry WHERE envelope_id = wanted), 0) INTO room;
    IF room < 0 THEN
        RAISE EXCEPTION 'ledger: envelope % gives % more than it has', wanted, -room USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END $$;

CREATE FUNCTION realisation_hold_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM realisation_hold_envelope(coalesce(NEW.envelope_id, OLD.envelope_id));
    RETURN NULL;
END $$;

CREATE FUNCTION realisation_hold_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    one bigint;
BEGIN
    FOR one IN SELECT DISTINCT side FROM unnest(ARRAY[NEW.source_id, NEW.target_id, OLD.source_id, OLD.target_id])
               AS side WHERE side IS NOT NULL ORDER BY side LOOP
        PERFORM realisation_hold_envelope(one);
    END LOOP;
    RETURN NULL;
END $$;

CREATE FUNCTION realisation_hold_amount() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM realisation_hold_envelope(NEW.id);
    RETURN NULL;
END $$;
"""
DROP_FUNCTIONS = """
DROP FUNCTION realisation_hold_amount();
DROP FUNCTION realisation_hold_transfer();
DROP FUNCTION realisation_hold_entry();
DROP FUNCTION realisation_hold_envelope(bigint);
DROP FUNCTION realisation_check_entry();
"""
TRIGGERS = """
CREATE TRIGGER realisation_ledgerentry_check BEFORE INSERT ON realisation_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION realisation_check_entry();
CREATE CONSTRAINT TRIGGER realisation_ledgerentry_holds AFTER INSERT OR UPDATE OR DELETE ON realisation_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION realisation_hold_entry();
CREATE CONSTRAINT TRIGGER realisation_envelopetransfer_holds
    AFTER INSERT OR UPDATE OR DELETE ON realisation_envelopetransfer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION realisation_hold_transfer();
CREATE CONSTRAINT TRIGGER cycles_envelope_holds_ledger AFTER UPDATE OF amount_eur ON cycles_envelope
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION realisation_hold_amount();
CREATE TRIGGER realisation_delivery_keeps_its_envelope BEFORE UPDATE OF envelope_id, proposal_id ON realisation_delivery
    FOR EACH ROW WHEN (OLD.envelope_id <> NEW.envelope_id OR OLD.proposal_id <> NEW.proposal_id)
    EXECUTE FUNCTION bp_refuse_change();
"""
DROP_TRIGGERS = """
DROP TRIGGER realisation_delivery_keeps_its_envelope ON realisation_delivery;
DROP TRIGGER cycles_envelope_holds_ledger ON cycles_envelope;
DROP TRIGGER realisation_envelopetransfer_holds ON realisation_envelopetransfer;
DROP TRIGGER realisation_ledgerentry_holds ON realisation_ledgerentry;
DROP TRIGGER realisation_ledgerentry_check ON realisation_ledgerentry;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("realisation", "0001_the_return"),
        ("core", "0003_guards_and_cache"),
        ("cycles", "0001_the_frame"),
    ]
    operations = [
        guards.append_only("realisation_ledgerentry"),
        guards.append_only("realisation_envelopetransfer"),
        guards.append_only("realisation_progressupdate"),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(TRIGGERS, DROP_TRIGGERS),
    ]
