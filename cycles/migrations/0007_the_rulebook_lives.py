"""The règlement lives: versions withdrawn, deviations, consultations, lessons. What is adopted no longer changes."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import bp_platform.core.money
from bp_platform.core import guards

ADOPTED = """
CREATE FUNCTION cycles_keep_adopted_rulebooks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('bp.lift_guards', true) = 'on' AND current_setting('is_superuser') = 'on' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF OLD.state = 'draft' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an adopted rulebook is not deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.cycle_id, NEW.number, NEW.values, NEW.adopted_at, NEW.adopted_by_resolution, NEW.resolution_on,
        NEW.resolution_document_id, NEW.based_on_id)
       IS DISTINCT FROM
       (OLD.cycle_id, OLD.number, OLD.values, OLD.adopted_at, OLD.adopted_by_resolution, OLD.resolution_on,
        OLD.resolution_document_id, OLD.based_on_id) THEN
        RAISE EXCEPTION 'an adopted rulebook does not change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state = 'withdrawn' OR NEW.state = 'draft'
       OR (NEW.state = 'withdrawn' AND EXISTS (SELECT 1 FROM cycles_sectionfreeze WHERE version_id = OLD.id)) THEN
        RAISE EXCEPTION 'an adopted rulebook that froze a section stays adopted'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cycles_rulebook_adopted BEFORE UPDATE OR DELETE ON cycles_rulebookversion
    FOR EACH ROW EXECUTE FUNCTION cycles_keep_adopted_rulebooks();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cycles", "0005_editions_is_reserved"),
        ("documents", "0001_files_and_jobs"),
    ]

    operations = [
        migrations.CreateModel(
            name="AcknowledgedWarning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=60)),
                ("sentence", models.CharField(max_length=400)),
                ("acknowledged_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="AnswerChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("option", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Consultation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("intro", models.TextField(blank=True, max_length=1500, verbose_name="présentation")),
                ("opens_at", models.DateTimeField(verbose_name="ouverture")),
                ("closes_at", models.DateTimeField(verbose_name="clôture")),
                ("published_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ConsultationAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("browser", models.CharField(max_length=64)),
                ("remark", models.TextField(blank=True, max_length=1000, verbose_name="remarque")),
                (
                    "remark_state",
                    models.CharField(
                        choices=[
                            ("none", "sans remarque"),
                            ("waiting", "à relire"),
                            ("shown", "publiée"),
                            ("kept", "non publiée"),
                        ],
                        default="none",
                        max_length=10,
                    ),
                ),
                ("answered_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Deviation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("section", models.CharField(max_length=30, verbose_name="article")),
                ("article", models.PositiveSmallIntegerField()),
                ("what", models.CharField(max_length=600, verbose_name="ce qui est fait autrement")),
                ("why", models.CharField(max_length=600, verbose_name="pourquoi")),
                ("decided_by", models.CharField(max_length=160, verbose_name="décidé par")),
                ("decided_on", models.DateField(verbose_name="date de la décision")),
                ("recorded_at", models.DateTimeField()),
                ("key", models.UUIDField(editable=False, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Lesson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("setting", models.CharField(blank=True, max_length=80, verbose_name="réglage concerné")),
                ("text", models.CharField(max_length=600, verbose_name="ce que nous avons appris")),
                ("author_role", models.CharField(max_length=40)),
                ("written_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("key", models.UUIDField(editable=False, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="OpenParameter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("setting", models.CharField(max_length=80, verbose_name="réglage")),
                ("question", models.CharField(max_length=200, verbose_name="question")),
                ("options", models.JSONField(verbose_name="réponses possibles")),
                ("decided", models.CharField(blank=True, max_length=200, verbose_name="ce qui est décidé")),
                ("why", models.CharField(blank=True, max_length=600, verbose_name="pourquoi")),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PaperAnswers",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=120, verbose_name="lieu")),
                ("on_date", models.DateField(verbose_name="jour")),
                ("sheets", models.PositiveIntegerField(verbose_name="feuilles reçues")),
                ("counts", models.JSONField()),
                ("entered_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="rulebookversion",
            name="rulebook_adopted_iff_dated",
        ),
        migrations.AddField(
            model_name="cycle",
            name="contact",
            field=models.CharField(blank=True, max_length=160, verbose_name="qui répond aux questions"),
        ),
        migrations.AddField(
            model_name="cycle",
            name="setup_done",
            field=models.JSONField(default=list, editable=False),
        ),
        migrations.AddField(
            model_name="cycle",
            name="total_eur",
            field=bp_platform.core.money.EuroField(blank=True, null=True, verbose_name="montant total voté"),
        ),
        migrations.AddField(
            model_name="rulebookversion",
            name="based_on",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followed_by",
                to="cycles.rulebookversion",
            ),
        ),
        migrations.AddField(
            model_name="rulebookversion",
            name="resolution_document",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="adopted_rulebooks",
                to="documents.storedfile",
            ),
        ),
        migrations.AddField(
            model_name="rulebookversion",
            name="resolution_on",
            field=models.DateField(blank=True, null=True, verbose_name="date de la délibération"),
        ),
        migrations.AddField(
            model_name="rulebookversion",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="rulebookversion",
            name="withdrawn_reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="motif du retrait"),
        ),
        migrations.AlterField(
            model_name="rulebookversion",
            name="state",
            field=models.CharField(
                choices=[("draft", "projet"), ("adopted", "adopté"), ("withdrawn", "retiré")],
                default="draft",
                max_length=10,
                verbose_name="état",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulebookversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("adopted_at__isnull", False), ("state", "adopted")),
                    models.Q(("adopted_at", None), ("state", "draft")),
                    ("state", "withdrawn"),
                    _connector="OR",
                ),
                name="rulebook_adopted_iff_dated",
                violation_error_message="Un règlement adopté porte sa date d’adoption, et lui seul.",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulebookversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "withdrawn"),
                        ("withdrawn_at__isnull", False),
                        models.Q(("withdrawn_reason", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "withdrawn"), _negated=True),
                        ("withdrawn_at", None),
                        ("withdrawn_reason", ""),
                    ),
                    _connector="OR",
                ),
                name="rulebook_withdrawn_iff_reasoned",
                violation_error_message="Un règlement retiré porte sa date et son motif, et lui seul.",
            ),
        ),
        migrations.AddField(
            model_name="acknowledgedwarning",
            name="cycle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="acknowledged_warnings", to="cycles.cycle"
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="cycle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="consultations", to="cycles.cycle"
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="version",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="consultation", to="cycles.rulebookversion"
            ),
        ),
        migrations.AddField(
            model_name="consultationanswer",
            name="consultation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="cycles.consultation"
            ),
        ),
        migrations.AddField(
            model_name="answerchoice",
            name="answer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="choices", to="cycles.consultationanswer"
            ),
        ),
        migrations.AddField(
            model_name="deviation",
            name="cycle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="deviations", to="cycles.cycle"
            ),
        ),
        migrations.AddField(
            model_name="deviation",
            name="document",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deviations",
                to="documents.storedfile",
            ),
        ),
        migrations.AddField(
            model_name="lesson",
            name="cycle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lessons", to="cycles.cycle"
            ),
        ),
        migrations.AddField(
            model_name="openparameter",
            name="consultation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="parameters", to="cycles.consultation"
            ),
        ),
        migrations.AddField(
            model_name="answerchoice",
            name="parameter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="choices", to="cycles.openparameter"
            ),
        ),
        migrations.AddField(
            model_name="paperanswers",
            name="consultation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="sheets", to="cycles.consultation"
            ),
        ),
        migrations.AddConstraint(
            model_name="acknowledgedwarning",
            constraint=models.UniqueConstraint(fields=("cycle", "code", "sentence"), name="warning_acknowledged_once"),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(("closes_at__gt", models.F("opens_at"))),
                name="consultation_closes_after_it_opens",
                violation_error_message="La clôture de la consultation doit suivre son ouverture.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("published_at", None), ("published_at__gte", models.F("closes_at")), _connector="OR"
                ),
                name="consultation_published_once_closed",
                violation_error_message="Les résultats se publient après la clôture de la consultation.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationanswer",
            constraint=models.UniqueConstraint(
                fields=("consultation", "browser"), name="consultation_answered_once_per_browser"
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("remark", ""), ("remark_state", "none")),
                    models.Q(
                        models.Q(("remark", ""), _negated=True), models.Q(("remark_state", "none"), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="remark_state_iff_remark",
            ),
        ),
        migrations.AddConstraint(
            model_name="deviation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("what", ""), _negated=True),
                    models.Q(("why", ""), _negated=True),
                    models.Q(("decided_by", ""), _negated=True),
                ),
                name="deviation_is_told",
                violation_error_message="Une dérogation dit ce qui est fait autrement, pourquoi, et qui l’a décidé.",
            ),
        ),
        migrations.AddConstraint(
            model_name="lesson",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True),
                name="lesson_says_something",
                violation_error_message="Écrivez ce que vous avez appris.",
            ),
        ),
        migrations.AddConstraint(
            model_name="openparameter",
            constraint=models.UniqueConstraint(fields=("consultation", "setting"), name="open_parameter_once"),
        ),
        migrations.AddConstraint(
            model_name="openparameter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided", ""), ("decided_at", None), ("why", "")),
                    models.Q(
                        models.Q(("decided", ""), _negated=True),
                        models.Q(("why", ""), _negated=True),
                        ("decided_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="open_parameter_decided_iff_told",
                violation_error_message="Une décision dit ce qui est retenu, et pourquoi.",
            ),
        ),
        migrations.AddConstraint(
            model_name="answerchoice",
            constraint=models.UniqueConstraint(fields=("answer", "parameter"), name="one_choice_per_parameter"),
        ),
        migrations.AddConstraint(
            model_name="paperanswers",
            constraint=models.CheckConstraint(
                condition=models.Q(("sheets__gt", 0)),
                name="paper_answers_are_some",
                violation_error_message="Indiquez combien de feuilles ont été reçues.",
            ),
        ),
        guards.append_only("cycles_deviation"),
        migrations.RunSQL(
            ADOPTED,
            "DROP TRIGGER cycles_rulebook_adopted ON cycles_rulebookversion; "
            "DROP FUNCTION cycles_keep_adopted_rulebooks();",
        ),
    ]
