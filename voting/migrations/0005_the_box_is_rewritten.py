"""Closing rewrites the box: its rows are laid down again in the order of their references (PROTOCOL §6.5.19)."""

import django.db.models.deletion
from django.db import migrations, models

# The key to the poll is kept by the triggers of 0002: a seal enters a poll that receives, and a sealed poll is not
# deleted. A foreign key beside them would make the rewriting lock every other poll of the box, and wait for a closing
# that waits for it.
REWRITE = """
CREATE FUNCTION voting_rewrite_box(wanted bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found_state text;
BEGIN
    SELECT p.state INTO found_state FROM voting_poll p WHERE p.id = wanted FOR UPDATE;
    IF found_state IS DISTINCT FROM 'sealed' THEN
        RAISE EXCEPTION 'this box is not being closed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    LOCK TABLE voting_sealedballot IN ACCESS EXCLUSIVE MODE;
    CREATE TEMPORARY TABLE voting_box_copy ON COMMIT DROP AS
        SELECT b.ref, b.scope, b.seal, b.poll_id FROM public.voting_sealedballot b;
    ALTER TABLE public.voting_sealedballot DISABLE TRIGGER USER;
    TRUNCATE public.voting_sealedballot;
    INSERT INTO public.voting_sealedballot (ref, scope, seal, poll_id)
        SELECT c.ref, c.scope, c.seal, c.poll_id FROM pg_temp.voting_box_copy c ORDER BY c.ref;
    ALTER TABLE public.voting_sealedballot ENABLE TRIGGER USER;
    DROP TABLE pg_temp.voting_box_copy;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("voting", "0004_rolls_stations_paper")]
    operations = [
        migrations.AlterField(
            model_name="sealedballot",
            name="poll",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="voting.poll",
            ),
        ),
        migrations.RunSQL(REWRITE, "DROP FUNCTION voting_rewrite_box(bigint);"),
    ]
