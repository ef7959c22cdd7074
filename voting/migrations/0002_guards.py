"""What the database itself refuses: changing a seal, voting outside the dates, a ballot of another length."""

from django.db import migrations

from bp_platform.core import guards

RECEIVING = """
CREATE FUNCTION voting_is_receiving(wanted bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    poll record;
BEGIN
    SELECT state, kind, opens_at, closes_at INTO poll FROM voting_poll WHERE id = wanted FOR SHARE;
    RETURN FOUND AND poll.state = 'sealed'
        AND (poll.kind = 'replay' OR (poll.opens_at <= clock_timestamp() AND clock_timestamp() < poll.closes_at));
END $$;
CREATE FUNCTION voting_mark_while_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM (SELECT DISTINCT poll_id FROM fresh) f WHERE NOT voting_is_receiving(f.poll_id)) THEN
        RAISE EXCEPTION 'the poll receives no vote' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER voting_rollmark_while_open AFTER INSERT ON voting_rollmark
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION voting_mark_while_open();
CREATE TRIGGER voting_sealedballot_while_open AFTER INSERT ON voting_sealedballot
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION voting_mark_while_open();
"""
NOT_RECEIVING = """
DROP TRIGGER voting_sealedballot_while_open ON voting_sealedballot;
DROP TRIGGER voting_rollmark_while_open ON voting_rollmark;
DROP FUNCTION voting_mark_while_open();
DROP FUNCTION voting_is_receiving(bigint);
"""

LENGTH = """
ALTER TABLE voting_sealedballot ADD CONSTRAINT sealed_ballot_ref_is_its_hash CHECK (ref = sha256(seal));
ALTER TABLE voting_rollmark ADD CONSTRAINT mark_of_an_entry_of_the_poll
    FOREIGN KEY (entry_id, poll_id) REFERENCES voting_rollentry (id, poll_id);
CREATE FUNCTION voting_seal_length() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM fresh f JOIN voting_poll p ON p.id = f.poll_id
               WHERE p.seal_length IS NULL OR octet_length(f.seal) <> p.seal_length) THEN
        RAISE EXCEPTION 'a seal has another length' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER voting_sealedballot_length AFTER INSERT ON voting_sealedballot
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION voting_seal_length();
"""
NO_LENGTH = """
DROP TRIGGER voting_sealedballot_length ON voting_sealedballot;
DROP FUNCTION voting_seal_length();
ALTER TABLE voting_rollmark DROP CONSTRAINT mark_of_an_entry_of_the_poll;
ALTER TABLE voting_sealedballot DROP CONSTRAINT sealed_ballot_ref_is_its_hash;
"""

KEPT = """
CREATE FUNCTION voting_keep_the_poll() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('bp.lift_guards', true) = 'on' AND current_setting('is_superuser') = 'on' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF OLD.sealed_at IS NOT NULL THEN
            RAISE EXCEPTION 'a sealed poll is not deleted' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF NEW.kind <> OLD.kind OR NEW.cycle_id <> OLD.cycle_id THEN
        RAISE EXCEPTION 'the kind of a poll does not change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.sealed_at IS NOT NULL AND
       (NEW.sealed, NEW.digest, NEW.public_key, NEW.seal_length, NEW.sealed_at, NEW.opens_at, NEW.closes_at, NEW.title)
       IS DISTINCT FROM
       (OLD.sealed, OLD.digest, OLD.public_key, OLD.seal_length, OLD.sealed_at, OLD.opens_at, OLD.closes_at, OLD.title)
    THEN
        RAISE EXCEPTION 'a sealed poll does not change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_poll_kept BEFORE UPDATE OR DELETE ON voting_poll
    FOR EACH ROW EXECUTE FUNCTION voting_keep_the_poll();
ALTER TABLE voting_poll ADD CONSTRAINT poll_digest_is_of_its_seal
    CHECK (sealed IS NULL OR digest = encode(sha256(sealed), 'hex'));
"""
NOT_KEPT = """
ALTER TABLE voting_poll DROP CONSTRAINT poll_digest_is_of_its_seal;
DROP TRIGGER voting_poll_kept ON voting_poll;
DROP FUNCTION voting_keep_the_poll();
"""

# The web role cannot read seals. A practice or replayed poll is opened where the site runs: this function hands its
# seals out once it is closed, and refuses a binding poll whoever asks.
SEALS = """
CREATE FUNCTION voting_seals_to_rehearse(wanted bigint) RETURNS TABLE (ref bytea, scope varchar, seal bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM voting_poll p WHERE p.id = wanted AND p.kind <> 'binding' AND p.state = 'closed') THEN
        RAISE EXCEPTION 'these seals are not opened here' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY SELECT b.ref, b.scope, b.seal FROM voting_sealedballot b WHERE b.poll_id = wanted ORDER BY b.ref;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("voting", "0001_the_vote"), ("core", "0003_guards_and_cache")]
    operations = [
        migrations.RunSQL(RECEIVING, NOT_RECEIVING),
        migrations.RunSQL(LENGTH, NO_LENGTH),
        migrations.RunSQL(KEPT, NOT_KEPT),
        migrations.RunSQL(SEALS, "DROP FUNCTION voting_seals_to_rehearse(bigint);"),
        guards.append_only("voting_rollmark"),
        guards.append_only("voting_sealedballot"),
        guards.append_only("voting_ballot"),
        guards.append_only("voting_pollresult"),
        guards.append_only("voting_officialrecord"),
        guards.append_only("voting_withdrawnproject"),
    ]
