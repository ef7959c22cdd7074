"""After the promise: changes and their reasons, reminders, residents’ questions, photographs, what was done without the BP."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import bp_platform.core.money
from bp_platform.core import guards

PHOTOS = """
SET CONSTRAINTS ALL IMMEDIATE;
INSERT INTO realisation_updatephoto (update_id, file_id, position)
    SELECT id, photo_id, 1 FROM realisation_progressupdate WHERE photo_id IS NOT NULL;
SET CONSTRAINTS ALL DEFERRED;
"""
PROMISE = """
CREATE TRIGGER realisation_delivery_keeps_its_promise BEFORE UPDATE OF promised_on ON realisation_delivery
    FOR EACH ROW WHEN (OLD.promised_on <> NEW.promised_on) EXECUTE FUNCTION bp_refuse_change();
"""
DROP_PROMISE = "DROP TRIGGER realisation_delivery_keeps_its_promise ON realisation_delivery;"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_invitations_and_erasure"),
        ("cycles", "0005_editions_is_reserved"),
        ("documents", "0001_files_and_jobs"),
        ("proposals", "0004_projects_done_outside"),
        ("realisation", "0003_the_money_is_imported_proved_and_reallocated"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeliveryChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("department", "Direction qui réalise"),
                            ("contact", "Personne à contacter"),
                            ("place", "Lieu"),
                            ("scope", "Ce qui est construit"),
                            ("cost", "Coût attendu"),
                            ("date", "Date attendue"),
                            ("state", "Correction de l’avancement"),
                        ],
                        max_length=10,
                        verbose_name="ce qui change",
                    ),
                ),
                ("before", models.CharField(blank=True, max_length=1000, verbose_name="avant")),
                ("after", models.CharField(max_length=1000, verbose_name="après")),
                ("reason", models.CharField(max_length=1000, verbose_name="pourquoi")),
                ("author_label", models.CharField(max_length=120, verbose_name="signature")),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="DoneOutside",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("done_by", models.CharField(max_length=160, verbose_name="réalisé par")),
                ("done_on", models.DateField(verbose_name="réalisé le")),
                ("text", models.CharField(blank=True, max_length=600, verbose_name="ce qui a été fait")),
                ("link", models.URLField(blank=True, max_length=300, verbose_name="page qui le montre")),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Enquiry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("public_name", models.CharField(blank=True, max_length=80, verbose_name="nom affiché")),
                (
                    "kind",
                    models.CharField(
                        choices=[("question", "une question"), ("defect", "un défaut à réparer")],
                        max_length=8,
                        verbose_name="nature",
                    ),
                ),
                ("text", models.TextField(max_length=1000, verbose_name="demande")),
                ("language", models.CharField(default="fr", max_length=5)),
                ("code_digest", models.CharField(max_length=64, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "à relire"),
                            ("published", "en attente de réponse"),
                            ("answered", "répondue"),
                            ("refused", "non publiée"),
                        ],
                        default="received",
                        max_length=9,
                        verbose_name="état",
                    ),
                ),
                ("received_at", models.DateTimeField()),
                ("due_on", models.DateField(verbose_name="réponse promise pour le")),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "refusal",
                    models.CharField(blank=True, max_length=1000, verbose_name="pourquoi elle n’est pas publiée"),
                ),
                ("answer", models.TextField(blank=True, max_length=2000, verbose_name="réponse")),
                ("answered_by", models.CharField(blank=True, max_length=120, verbose_name="signature")),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("about", models.CharField(max_length=12)),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("soon", "bientôt attendu"),
                            ("due", "attendu"),
                            ("head", "la direction est prévenue"),
                            ("team", "l’équipe participation est prévenue"),
                        ],
                        max_length=4,
                        verbose_name="étape",
                    ),
                ),
                ("since_on", models.DateField()),
                ("sent_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="UpdatePhoto",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="delivery",
            name="expected_cost_eur",
            field=bp_platform.core.money.EuroField(blank=True, null=True, verbose_name="coût attendu"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="place",
            field=models.CharField(blank=True, max_length=160, verbose_name="lieu du chantier"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="scope",
            field=models.TextField(blank=True, max_length=1000, verbose_name="ce qui est construit"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="sequel",
            field=models.TextField(blank=True, max_length=1000, verbose_name="ce qui a suivi"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("expected_cost_eur", None), ("expected_cost_eur__gt", 0), _connector="OR"),
                name="delivery_expected_cost_is_positive",
                violation_error_message="Le coût attendu est supérieur à zéro.",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("sequel", ""), ("state__in", ["delivered", "inaugurated"]), _connector="OR"),
                name="delivery_sequel_follows_delivery",
                violation_error_message="« Ce qui a suivi » se raconte une fois le projet livré.",
            ),
        ),
        migrations.AddField(
            model_name="deliverychange",
            name="delivery",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="realisation.delivery"
            ),
        ),
        migrations.AddField(
            model_name="doneoutside",
            name="proposal",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="done_outside", to="proposals.proposal"
            ),
        ),
        migrations.AddField(
            model_name="enquiry",
            name="author",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="enquiries",
                to="accounts.contact",
            ),
        ),
        migrations.AddField(
            model_name="enquiry",
            name="delivery",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="enquiries", to="realisation.delivery"
            ),
        ),
        migrations.AddField(
            model_name="reminder",
            name="cycle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="cycles.cycle"
            ),
        ),
        migrations.AddField(
            model_name="reminder",
            name="delivery",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reminders",
                to="realisation.delivery",
            ),
        ),
        migrations.AddField(
            model_name="updatephoto",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="documents.storedfile"
            ),
        ),
        migrations.AddField(
            model_name="updatephoto",
            name="update",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="photos", to="realisation.progressupdate"
            ),
        ),
        migrations.AddIndex(
            model_name="deliverychange",
            index=models.Index(fields=["delivery", "changed_at"], name="change_of_delivery"),
        ),
        migrations.AddConstraint(
            model_name="deliverychange",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__regex", "\\S")),
                name="change_says_why",
                violation_error_message="Dites pourquoi cela change\xa0: cette raison est publique.",
            ),
        ),
        migrations.AddConstraint(
            model_name="deliverychange",
            constraint=models.CheckConstraint(
                condition=models.Q(("after__regex", "\\S"), models.Q(("before", models.F("after")), _negated=True)),
                name="change_changes_something",
                violation_error_message="Rien n’a changé\xa0: modifiez au moins une ligne.",
            ),
        ),
        migrations.AddConstraint(
            model_name="doneoutside",
            constraint=models.CheckConstraint(
                condition=models.Q(("done_by__regex", "\\S")),
                name="done_outside_says_by_whom",
                violation_error_message="Dites qui l’a réalisé\xa0: la ville, le département, une association…",
            ),
        ),
        migrations.AddConstraint(
            model_name="doneoutside",
            constraint=models.CheckConstraint(
                condition=models.Q(("text__regex", "\\S"), models.Q(("link", ""), _negated=True), _connector="OR"),
                name="done_outside_is_shown",
                violation_error_message="Dites ce qui a été fait, ou donnez l’adresse d’une page qui le montre.",
            ),
        ),
        migrations.AddIndex(
            model_name="enquiry",
            index=models.Index(fields=["delivery", "-published_at"], name="enquiry_latest"),
        ),
        migrations.AddIndex(
            model_name="enquiry",
            index=models.Index(
                condition=models.Q(("state__in", ["received", "published"])), fields=["due_on"], name="enquiry_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="enquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer__regex", "\\S"), ("answered_at__isnull", False), ("state", "answered")),
                    models.Q(
                        models.Q(("state", "answered"), _negated=True),
                        ("answer", ""),
                        ("answered_at", None),
                        ("answered_by", ""),
                    ),
                    _connector="OR",
                ),
                name="enquiry_answered_iff_answer",
                violation_error_message="Écrivez la réponse\xa0: elle sera publique.",
            ),
        ),
        migrations.AddConstraint(
            model_name="enquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_at__isnull", False), ("state__in", ["published", "answered"])),
                    models.Q(models.Q(("state__in", ["published", "answered"]), _negated=True), ("published_at", None)),
                    _connector="OR",
                ),
                name="enquiry_public_iff_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="enquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("refusal__regex", "\\S"), ("state", "refused")),
                    models.Q(models.Q(("state", "refused"), _negated=True), ("refusal", "")),
                    _connector="OR",
                ),
                name="enquiry_refused_says_why",
                violation_error_message="Dites pourquoi cette demande n’est pas publiée.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                fields=("cycle", "delivery", "about", "step", "since_on"), name="reminded_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("about", "launch"), ("delivery", None)),
                    models.Q(models.Q(("about", "launch"), _negated=True), ("delivery__isnull", False)),
                    _connector="OR",
                ),
                name="reminder_of_a_delivery_or_of_the_launch",
            ),
        ),
        migrations.AddConstraint(
            model_name="updatephoto",
            constraint=models.UniqueConstraint(fields=("update", "position"), name="update_photo_has_its_place"),
        ),
        migrations.AddConstraint(
            model_name="updatephoto",
            constraint=models.CheckConstraint(
                condition=models.Q(("position__gte", 1), ("position__lte", 4)),
                name="update_holds_four_photos",
                violation_error_message="Une nouvelle porte quatre photos au plus.",
            ),
        ),
        migrations.RunSQL(PHOTOS, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name="progressupdate",
            name="photo",
        ),
        guards.append_only("realisation_deliverychange"),
        guards.append_only("realisation_updatephoto"),
        migrations.RunSQL(PROMISE, DROP_PROMISE),
    ]
