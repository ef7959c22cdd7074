"""The box and the roll of a vote are destroyed once two persons have stated and done it (PROTOCOL §6.5.23)."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Run by the role that owns the tables, whoever calls: guards are set aside for the rows of this vote alone, and the box
# is laid down again without them, so that no page of its file keeps a seal. A vote decided for good waits six months.
DESTROY = """
CREATE FUNCTION voting_destroy(wanted bigint) RETURNS TABLE (seals bigint, entries bigint, marks bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    held record;
BEGIN
    SELECT p.state, p.kind, d.published_on, d.destroyed_at INTO held
        FROM voting_poll p JOIN voting_destruction d ON d.poll_id = p.id WHERE p.id = wanted FOR UPDATE OF p, d;
    IF NOT FOUND OR held.state NOT IN ('proclaimed', 'annulled') OR held.destroyed_at IS NOT NULL
       OR (held.kind = 'binding' AND held.published_on + interval '6 months' > now()) THEN
        RAISE EXCEPTION 'this vote is not to be destroyed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SET CONSTRAINTS ALL IMMEDIATE;
    LOCK TABLE voting_sealedballot IN ACCESS EXCLUSIVE MODE;
    SELECT count(*) INTO seals FROM voting_sealedballot b WHERE b.poll_id = wanted;
    CREATE TEMPORARY TABLE voting_box_copy ON COMMIT DROP AS
        SELECT b.ref, b.scope, b.seal, b.poll_id FROM public.voting_sealedballot b WHERE b.poll_id <> wanted;
    ALTER TABLE public.voting_sealedballot DISABLE TRIGGER USER;
    TRUNCATE public.voting_sealedballot;
    INSERT INTO public.voting_sealedballot (ref, scope, seal, poll_id)
        SELECT c.ref, c.scope, c.seal, c.poll_id FROM pg_temp.voting_box_copy c ORDER BY c.ref;
    ALTER TABLE public.voting_sealedballot ENABLE TRIGGER USER;
    DROP TABLE pg_temp.voting_box_copy;
    ALTER TABLE public.voting_rollmark DISABLE TRIGGER USER;
    DELETE FROM voting_rollmark m WHERE m.poll_id = wanted;
    GET DIAGNOSTICS marks = ROW_COUNT;
    ALTER TABLE public.voting_rollmark ENABLE TRIGGER USER;
    DELETE FROM voting_tabletunlock t WHERE t.poll_id = wanted;
    DELETE FROM voting_rollrequest r USING voting_rollentry e WHERE e.id = r.entry_id AND e.poll_id = wanted;
    UPDATE voting_incident i SET entry_id = NULL WHERE i.poll_id = wanted;
    DELETE FROM voting_rollentry e WHERE e.poll_id = wanted;
    GET DIAGNOSTICS entries = ROW_COUNT;
    DELETE FROM voting_letterbatch l WHERE l.poll_id = wanted;
    SET CONSTRAINTS ALL DEFERRED;
    RETURN NEXT;
END $$;
CREATE FUNCTION voting_keep_the_destruction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (current_setting('bp.lift_guards', true) = 'on' AND current_setting('is_superuser') = 'on')
       OR OLD.destroyed_at IS NULL THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the record of a destruction is not changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER voting_destruction_kept BEFORE UPDATE OR DELETE ON voting_destruction
    FOR EACH ROW EXECUTE FUNCTION voting_keep_the_destruction();
"""
NOT_DESTROY = """
DROP TRIGGER voting_destruction_kept ON voting_destruction;
DROP FUNCTION voting_keep_the_destruction();
DROP FUNCTION voting_destroy(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("voting", "0008_nights_and_bundles_are_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Destruction",
            fields=[
                (
                    "poll",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="destruction",
                        serialize=False,
                        to="voting.poll",
                    ),
                ),
                ("resolution", models.CharField(max_length=160, verbose_name="délibération ou décision publiée")),
                ("published_on", models.DateField(verbose_name="publiée le")),
                ("certified_by", models.CharField(max_length=120, verbose_name="service juridique : certifié par")),
                ("certified_on", models.DateField(verbose_name="certifié le")),
                ("archives_visa", models.CharField(max_length=160, verbose_name="visa des archives départementales")),
                ("visa_on", models.DateField(verbose_name="visa du")),
                ("backups_end_on", models.DateField(verbose_name="dernière sauvegarde effacée le")),
                (
                    "shares",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="parts de la clé détruites",
                    ),
                ),
                ("witnesses", models.CharField(max_length=300, verbose_name="témoins")),
                ("stated_at", models.DateTimeField()),
                ("destroyed_at", models.DateTimeField(blank=True, null=True)),
                ("kept", models.JSONField(blank=True, null=True, verbose_name="constat")),
                (
                    "destroyed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("destroyed_at", None), ("destroyed_by", None), ("kept", None)),
                            models.Q(
                                ("destroyed_at__isnull", False),
                                ("destroyed_by__isnull", False),
                                ("kept__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="destruction_done_iff_recorded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("destroyed_by", None),
                            models.Q(("destroyed_by", models.F("stated_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="destruction_takes_two_persons",
                        violation_error_message="Une autre personne que celle qui a rempli le constat doit détruire.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(DESTROY, NOT_DESTROY),
    ]
