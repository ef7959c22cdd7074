"""Paper is written between closing and count only, and a keying only in its turn."""

from django.db import migrations

IN_ITS_TURN = """
CREATE FUNCTION voting_paper_after_closing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.poll_id ELSE NEW.poll_id END;
BEGIN
    IF (current_setting('bp.lift_guards', true) = 'on' AND current_setting('is_superuser') = 'on')
       OR EXISTS (SELECT 1 FROM voting_poll WHERE id = wanted AND state = 'closed') THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'paper is handled between closing and count' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER voting_paperbatch_after_closing BEFORE INSERT OR UPDATE OR DELETE ON voting_paperbatch
    FOR EACH ROW EXECUTE FUNCTION voting_paper_after_closing();
CREATE TRIGGER voting_paperbalance_after_closing BEFORE INSERT OR UPDATE OR DELETE ON voting_paperbalance
    FOR EACH ROW EXECUTE FUNCTION voting_paper_after_closing();
CREATE FUNCTION voting_keying_in_its_turn() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found record;
BEGIN
    IF current_setting('bp.lift_guards', true) = 'on' AND current_setting('is_superuser') = 'on' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    SELECT b.state, b.size, p.state AS poll_state INTO found
        FROM voting_paperbatch b JOIN voting_poll p ON p.id = b.poll_id
        WHERE b.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.batch_id ELSE NEW.batch_id END;
    IF found.poll_state <> 'closed' THEN
        RAISE EXCEPTION 'paper is handled between closing and count' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    IF (found.state <> CASE NEW.keying WHEN 'agreed' THEN 'compared' ELSE NEW.keying END
       OR NEW.place NOT BETWEEN 1 AND found.size
       OR TG_OP = 'UPDATE' AND (NEW.batch_id, NEW.keying, NEW.place) <> (OLD.batch_id, OLD.keying, OLD.place)) THEN
        RAISE EXCEPTION 'a keying is written in its turn' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_paperballot_in_its_turn BEFORE INSERT OR UPDATE OR DELETE ON voting_paperballot
    FOR EACH ROW EXECUTE FUNCTION voting_keying_in_its_turn();
"""
NOT_IN_ITS_TURN = """
DROP TRIGGER voting_paperballot_in_its_turn ON voting_paperballot;
DROP FUNCTION voting_keying_in_its_turn();
DROP TRIGGER voting_paperbalance_after_closing ON voting_paperbalance;
DROP TRIGGER voting_paperbatch_after_closing ON voting_paperbatch;
DROP FUNCTION voting_paper_after_closing();
"""


class Migration(migrations.Migration):
    dependencies = [("voting", "0006_letters_by_batches"), ("core", "0003_guards_and_cache")]
    operations = [migrations.RunSQL(IN_ITS_TURN, NOT_IN_ITS_TURN)]
