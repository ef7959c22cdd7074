"""Exports are imported once and undone whole; leftovers are decided; transfers are reversed; papers prove.

A line of the finance software counts once: `origin` names it, `turn` numbers its entries, and the next turn waits until
the one before is reversed. A reallocation that is decided carries the very movement that it decided. An entry counts again its
own project, and the envelope only when it takes from it: a long export stays linear.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import bp_platform.core.money

CHECK_ENTRY = """
CREATE OR REPLACE FUNCTION realisation_check_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    own bigint;
    home bigint;
    first realisation_ledgerentry;
BEGIN
    SELECT d.envelope_id, e.cycle_id INTO own, home
        FROM realisation_delivery d JOIN cycles_envelope e ON e.id = d.envelope_id WHERE d.id = NEW.delivery_id;
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
    IF NEW.batch_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM realisation_ledgerimport b WHERE b.id = NEW.batch_id AND b.cycle_id = home
    ) THEN
        RAISE EXCEPTION 'ledger: the import is of another edition' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    PERFORM 1 FROM cycles_envelope WHERE id = NEW.envelope_id FOR NO KEY UPDATE;
    IF NEW.origin <> '' THEN
        IF NEW.turn <> 1 + (
            SELECT count(*) FROM realisation_ledgerentry WHERE origin = NEW.origin AND NOT (origin = '')
        ) OR EXISTS (
            SELECT 1 FROM realisation_ledgerentry e
            WHERE e.origin = NEW.origin AND NOT (e.origin = '') AND e.reverses_id IS NULL
              AND NOT EXISTS (SELECT 1 FROM realisation_ledgerentry r WHERE r.reverses_id = e.id)
        ) THEN
            RAISE EXCEPTION 'ledger: this line of the export is already in the accounts' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
"""
OLD_CHECK_ENTRY = """
CREATE OR REPLACE FUNCTION realisation_check_entry() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""
HOLD_ENTRY = """
CREATE OR REPLACE FUNCTION realisation_hold_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    home bigint := coalesce(NEW.envelope_id, OLD.envelope_id);
    one bigint := coalesce(NEW.delivery_id, OLD.delivery_id);
    holds boolean;
BEGIN
    PERFORM 1 FROM cycles_envelope WHERE id = home FOR NO KEY UPDATE;
    SELECT 0 <= paid AND paid <= invoiced AND invoiced <= committed AND committed <= available INTO holds FROM (
        SELECT coalesce(sum(amount_eur) FILTER (WHERE kind = 'budgeted'), 0)
                   - coalesce(sum(amount_eur) FILTER (WHERE kind = 'released'), 0) AS available,
               coalesce(sum(amount_eur) FILTER (WHERE kind = 'committed'), 0) AS committed,
               coalesce(sum(amount_eur) FILTER (WHERE kind = 'invoiced'), 0) AS invoiced,
               coalesce(sum(amount_eur) FILTER (WHERE kind = 'paid'), 0) AS paid
        FROM realisation_ledgerentry WHERE envelope_id = home AND delivery_id = one
    ) sums;
    IF NOT holds THEN
        RAISE EXCEPTION 'ledger: delivery % breaks paid <= invoiced <= committed <= budgeted', one USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF coalesce(NEW.kind, OLD.kind) IN ('budgeted', 'released') THEN
        PERFORM realisation_hold_envelope(home);
    END IF;
    RETURN NULL;
END $$;
"""
OLD_HOLD_ENTRY = """
CREATE OR REPLACE FUNCTION realisation_hold_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM realisation_hold_envelope(coalesce(NEW.envelope_id, OLD.envelope_id));
    RETURN NULL;
END $$;
"""
FUNCTIONS = """
CREATE FUNCTION realisation_check_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    first realisation_envelopetransfer;
BEGIN
    IF NEW.reverses_id IS NOT NULL THEN
        SELECT * INTO first FROM realisation_envelopetransfer WHERE id = NEW.reverses_id;
        IF first.reverses_id IS NOT NULL OR first.source_id <> NEW.source_id OR first.elsewhere <> NEW.elsewhere
           OR first.target_id IS DISTINCT FROM NEW.target_id OR first.amount_eur <> -NEW.amount_eur THEN
            RAISE EXCEPTION 'ledger: a reversal is the exact opposite of its transfer' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION realisation_keep_import() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.undone_at IS NOT NULL OR NEW.undone_at IS NULL
       OR (to_jsonb(NEW) - 'undone_at' - 'undone_reason') <> (to_jsonb(OLD) - 'undone_at' - 'undone_reason') THEN
        IF current_setting('bp.lift_guards', true) = 'on' AND current_setting('is_superuser') = 'on' THEN
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'ledger: an import is kept as it was' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION realisation_hold_import() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    brought bigint;
BEGIN
    SELECT count(*) INTO brought FROM realisation_ledgerentry WHERE batch_id = NEW.id;
    IF brought < NEW.new_count THEN
        RAISE EXCEPTION 'ledger: the import says % lines and brought %', NEW.new_count, brought USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.undone_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM realisation_ledgerentry e WHERE e.batch_id = NEW.id AND e.reverses_id IS NULL
          AND NOT EXISTS (SELECT 1 FROM realisation_ledgerentry r WHERE r.reverses_id = e.id)
    ) THEN
        RAISE EXCEPTION 'ledger: the import is undone and some of its entries stand' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION realisation_keep_reallocation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    facts text[] := ARRAY['state', 'decided_by', 'decided_on', 'decision', 'refusal', 'entry_id', 'transfer_id'];
BEGIN
    IF current_setting('bp.lift_guards', true) = 'on' AND current_setting('is_superuser') = 'on' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.state <> 'proposed' OR (to_jsonb(NEW) - facts) <> (to_jsonb(OLD) - facts) THEN
        RAISE EXCEPTION 'ledger: a reallocation is kept as it was' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION realisation_check_reallocation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    entry realisation_ledgerentry;
    moved realisation_envelopetransfer;
    wanted bigint;
    project bigint := NEW.delivery_id;
BEGIN
    IF NEW.state <> 'decided' THEN
        RETURN NEW;
    END IF;
    IF NEW.destination = 'next' THEN
        SELECT id INTO project FROM realisation_delivery WHERE proposal_id = NEW.proposal_id;
    END IF;
    wanted := NEW.target_id;
    IF NEW.destination IN ('project', 'next') THEN
        SELECT * INTO entry FROM realisation_ledgerentry WHERE id = NEW.entry_id;
        IF entry.id IS NULL OR entry.kind <> 'budgeted' OR entry.delivery_id IS DISTINCT FROM project
           OR entry.amount_eur <> NEW.amount_eur THEN
            RAISE EXCEPTION 'ledger: the entry is not the one decided' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        wanted := nullif(entry.envelope_id, NEW.envelope_id);
    ELSIF NEW.entry_id IS NOT NULL THEN
        RAISE EXCEPTION 'ledger: the entry is not the one decided' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.transfer_id IS NULL THEN
        IF wanted IS NOT NULL OR NEW.destination = 'elsewhere' THEN
            RAISE EXCEPTION 'ledger: the transfer is not the one decided' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT * INTO moved FROM realisation_envelopetransfer WHERE id = NEW.transfer_id;
    IF moved.source_id <> NEW.envelope_id OR moved.amount_eur <> NEW.amount_eur
       OR moved.elsewhere <> NEW.elsewhere OR moved.target_id IS DISTINCT FROM wanted
       OR (wanted IS NULL AND NEW.destination <> 'elsewhere') THEN
        RAISE EXCEPTION 'ledger: the transfer is not the one decided' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION realisation_keep_paper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('bp.lift_guards', true) = 'on' AND current_setting('is_superuser') = 'on' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - 'is_public') <> (to_jsonb(OLD) - 'is_public') THEN
        RAISE EXCEPTION 'ledger: a supporting file is kept as it was' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""
DROP_FUNCTIONS = """
DROP FUNCTION realisation_keep_paper();
DROP FUNCTION realisation_check_reallocation();
DROP FUNCTION realisation_keep_reallocation();
DROP FUNCTION realisation_hold_import();
DROP FUNCTION realisation_keep_import();
DROP FUNCTION realisation_check_transfer();
"""
TRIGGERS = """
CREATE TRIGGER realisation_envelopetransfer_check BEFORE INSERT ON realisation_envelopetransfer
    FOR EACH ROW EXECUTE FUNCTION realisation_check_transfer();
CREATE TRIGGER realisation_ledgerimport_kept BEFORE UPDATE OR DELETE ON realisation_ledgerimport
    FOR EACH ROW EXECUTE FUNCTION realisation_keep_import();
CREATE CONSTRAINT TRIGGER realisation_ledgerimport_holds AFTER INSERT OR UPDATE ON realisation_ledgerimport
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION realisation_hold_import();
CREATE TRIGGER realisation_reallocation_kept BEFORE UPDATE OR DELETE ON realisation_reallocation
    FOR EACH ROW EXECUTE FUNCTION realisation_keep_reallocation();
CREATE TRIGGER realisation_reallocation_check BEFORE INSERT OR UPDATE ON realisation_reallocation
    FOR EACH ROW EXECUTE FUNCTION realisation_check_reallocation();
CREATE TRIGGER realisation_moneypaper_kept BEFORE UPDATE OR DELETE ON realisation_moneypaper
    FOR EACH ROW EXECUTE FUNCTION realisation_keep_paper();
CREATE TRIGGER realisation_ledgerimport_no_truncate BEFORE TRUNCATE ON realisation_ledgerimport
    FOR EACH STATEMENT EXECUTE FUNCTION bp_refuse_change();
CREATE TRIGGER realisation_reallocation_no_truncate BEFORE TRUNCATE ON realisation_reallocation
    FOR EACH STATEMENT EXECUTE FUNCTION bp_refuse_change();
CREATE TRIGGER realisation_moneypaper_no_truncate BEFORE TRUNCATE ON realisation_moneypaper
    FOR EACH STATEMENT EXECUTE FUNCTION bp_refuse_change();
"""
DROP_TRIGGERS = """
DROP TRIGGER realisation_moneypaper_no_truncate ON realisation_moneypaper;
DROP TRIGGER realisation_reallocation_no_truncate ON realisation_reallocation;
DROP TRIGGER realisation_ledgerimport_no_truncate ON realisation_ledgerimport;
DROP TRIGGER realisation_moneypaper_kept ON realisation_moneypaper;
DROP TRIGGER realisation_reallocation_check ON realisation_reallocation;
DROP TRIGGER realisation_reallocation_kept ON realisation_reallocation;
DROP TRIGGER realisation_ledgerimport_holds ON realisation_ledgerimport;
DROP TRIGGER realisation_ledgerimport_kept ON realisation_ledgerimport;
DROP TRIGGER realisation_envelopetransfer_check ON realisation_envelopetransfer;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cycles", "0005_editions_is_reserved"),
        ("documents", "0001_files_and_jobs"),
        ("proposals", "0003_ideas_are_entered_at_a_desk"),
        ("realisation", "0002_the_invariant"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LedgerImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("file_name", models.CharField(max_length=150, verbose_name="fichier")),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte")),
                ("new_count", models.PositiveIntegerField(verbose_name="lignes nouvelles")),
                ("reversal_count", models.PositiveIntegerField(default=0, verbose_name="dont annulations")),
                ("known_count", models.PositiveIntegerField(verbose_name="lignes déjà connues")),
                ("imported_at", models.DateTimeField(verbose_name="importé le")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="annulé le")),
                ("undone_reason", models.CharField(blank=True, max_length=160, verbose_name="pourquoi")),
            ],
        ),
        migrations.CreateModel(
            name="MoneyPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=120, verbose_name="nom du justificatif")),
                ("is_public", models.BooleanField(default=False, verbose_name="public")),
                ("added_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Reallocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("amount_eur", bp_platform.core.money.EuroField(verbose_name="montant")),
                (
                    "destination",
                    models.CharField(
                        choices=[
                            ("project", "un projet en difficulté"),
                            ("next", "le projet suivant au vote"),
                            ("edition", "une autre enveloppe"),
                            ("elsewhere", "hors du budget participatif"),
                        ],
                        max_length=10,
                        verbose_name="destination",
                    ),
                ),
                ("elsewhere", models.CharField(blank=True, max_length=120, verbose_name="vers")),
                ("reason", models.CharField(max_length=300, verbose_name="pourquoi")),
                ("proposed_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "proposée"), ("decided", "décidée"), ("refused", "refusée")],
                        default="proposed",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("decided_by", models.CharField(blank=True, max_length=160, verbose_name="décidé par")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="date de la décision")),
                ("decision", models.CharField(blank=True, max_length=160, verbose_name="décision")),
                ("refusal", models.CharField(blank=True, max_length=300, verbose_name="motif du refus")),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="envelopetransfer",
            name="transfer_is_positive",
        ),
        migrations.AddField(
            model_name="envelopetransfer",
            name="reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=160, verbose_name="pourquoi"),
        ),
        migrations.AddField(
            model_name="envelopetransfer",
            name="reverses",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reversal",
                to="realisation.envelopetransfer",
            ),
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="origin",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=160, verbose_name="ligne du logiciel financier"
            ),
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="turn",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name="envelopetransfer",
            name="amount_eur",
            field=bp_platform.core.money.EuroField(signed=True, verbose_name="montant"),
        ),
        migrations.AddConstraint(
            model_name="envelopetransfer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount_eur__gt", 0), ("reverses", None)),
                    models.Q(("amount_eur__lt", 0), ("reason__regex", "\\S"), ("reverses__isnull", False)),
                    _connector="OR",
                ),
                name="transfer_is_positive",
                violation_error_message="Le montant d’un transfert est supérieur à zéro.",
            ),
        ),
        migrations.AddField(
            model_name="ledgerimport",
            name="cycle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="ledger_imports", to="cycles.cycle"
            ),
        ),
        migrations.AddField(
            model_name="ledgerimport",
            name="entered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="batch",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="realisation.ledgerimport",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("origin", ""), ("turn", 0)),
                    models.Q(models.Q(("origin", ""), _negated=True), ("turn__gte", 1)),
                    _connector="OR",
                ),
                name="entry_turn_iff_origin",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("batch", None), models.Q(("origin", ""), _negated=True), _connector="OR"),
                name="entry_of_a_batch_says_its_line",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("origin", ""), _negated=True),
                fields=("origin", "turn"),
                name="entry_once_per_line_of_export",
                violation_error_message="Cette ligne du logiciel financier est déjà dans les comptes.",
            ),
        ),
        migrations.AddField(
            model_name="moneypaper",
            name="entry",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="papers",
                to="realisation.ledgerentry",
            ),
        ),
        migrations.AddField(
            model_name="moneypaper",
            name="file",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="documents.storedfile"
            ),
        ),
        migrations.AddField(
            model_name="moneypaper",
            name="transfer",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="papers",
                to="realisation.envelopetransfer",
            ),
        ),
        migrations.AddField(
            model_name="reallocation",
            name="delivery",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="realisation.delivery",
            ),
        ),
        migrations.AddField(
            model_name="reallocation",
            name="entry",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reallocation",
                to="realisation.ledgerentry",
            ),
        ),
        migrations.AddField(
            model_name="reallocation",
            name="envelope",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reallocations", to="cycles.envelope"
            ),
        ),
        migrations.AddField(
            model_name="reallocation",
            name="proposal",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="proposals.proposal",
            ),
        ),
        migrations.AddField(
            model_name="reallocation",
            name="target",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cycles.envelope",
            ),
        ),
        migrations.AddField(
            model_name="reallocation",
            name="transfer",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reallocation",
                to="realisation.envelopetransfer",
            ),
        ),
        migrations.AddField(
            model_name="moneypaper",
            name="reallocation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="papers",
                to="realisation.reallocation",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerimport",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="ledger_import_has_its_hash"
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerimport",
            constraint=models.CheckConstraint(
                condition=models.Q(("new_count__gt", 0), ("reversal_count__lte", models.F("new_count"))),
                name="ledger_import_brings_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at", None), ("undone_reason", "")),
                    models.Q(("undone_at__isnull", False), ("undone_reason__regex", "\\S")),
                    _connector="OR",
                ),
                name="ledger_import_undone_says_why",
                violation_error_message="Un import annulé dit pourquoi, et lui seul.",
            ),
        ),
        migrations.AddIndex(
            model_name="reallocation",
            index=models.Index(fields=["envelope", "state"], name="reallocation_by_envelope"),
        ),
        migrations.AddConstraint(
            model_name="reallocation",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_eur__gt", 0), ("reason__regex", "\\S")),
                name="reallocation_has_amount_and_reason",
                violation_error_message="Une affectation porte un montant et dit pourquoi.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reallocation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("delivery__isnull", False),
                        ("destination", "project"),
                        ("elsewhere", ""),
                        ("proposal", None),
                        ("target", None),
                    ),
                    models.Q(
                        ("delivery", None),
                        ("destination", "next"),
                        ("elsewhere", ""),
                        ("proposal__isnull", False),
                        ("target", None),
                    ),
                    models.Q(
                        ("delivery", None),
                        ("destination", "edition"),
                        ("elsewhere", ""),
                        ("proposal", None),
                        ("target__isnull", False),
                    ),
                    models.Q(
                        ("delivery", None),
                        ("destination", "elsewhere"),
                        ("elsewhere__regex", "\\S"),
                        ("proposal", None),
                        ("target", None),
                    ),
                    _connector="OR",
                ),
                name="reallocation_goes_where_it_says",
                violation_error_message="Une affectation a une destination, et une seule.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reallocation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_by", ""),
                        ("decided_on", None),
                        ("decision", ""),
                        ("refusal", ""),
                        ("state", "proposed"),
                        ("entry", None),
                        ("transfer", None),
                    ),
                    models.Q(
                        ("decided_by__regex", "\\S"),
                        ("decided_on__isnull", False),
                        ("decision__regex", "\\S"),
                        ("refusal", ""),
                        ("state", "decided"),
                        models.Q(("entry__isnull", False), ("transfer__isnull", False), _connector="OR"),
                    ),
                    models.Q(
                        ("decided_by__regex", "\\S"),
                        ("decided_on__isnull", False),
                        ("refusal__regex", "\\S"),
                        ("state", "refused"),
                        ("entry", None),
                        ("transfer", None),
                    ),
                    _connector="OR",
                ),
                name="reallocation_state_says_its_facts",
                violation_error_message="Une affectation décidée porte sa décision\xa0; refusée, son motif.",
            ),
        ),
        migrations.AddConstraint(
            model_name="moneypaper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("entry__isnull", False), ("reallocation", None), ("transfer", None)),
                    models.Q(("entry", None), ("reallocation", None), ("transfer__isnull", False)),
                    models.Q(("entry", None), ("reallocation__isnull", False), ("transfer", None)),
                    _connector="OR",
                ),
                name="paper_proves_one_thing",
                violation_error_message="Un justificatif prouve une écriture, un transfert ou une décision.",
            ),
        ),
        migrations.AddConstraint(
            model_name="moneypaper",
            constraint=models.CheckConstraint(
                condition=models.Q(("title__regex", "\\S")),
                name="paper_has_a_title",
                violation_error_message="Donnez un nom à ce justificatif.",
            ),
        ),
        migrations.RunSQL(CHECK_ENTRY, OLD_CHECK_ENTRY),
        migrations.RunSQL(HOLD_ENTRY, OLD_HOLD_ENTRY),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(TRIGGERS, DROP_TRIGGERS),
    ]
