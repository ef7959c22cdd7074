"""Simplified outlines, tranches, the frame of an edition, its days, elections, correspondents and checklist."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import bp_platform.core.money


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_invitations_and_erasure"),
        ("cycles", "0007_the_rulebook_lives"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AreaImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(unique=True)),
                ("file_name", models.CharField(max_length=150, verbose_name="fichier")),
                ("content", models.TextField(blank=True, verbose_name="contenu")),
                ("options", models.JSONField(default=dict, verbose_name="propriétés lues")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "en lecture"),
                            ("read", "à vérifier"),
                            ("refused", "refusé"),
                            ("applied", "appliqué"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("places", models.JSONField(default=list, verbose_name="lieux lus")),
                ("findings", models.JSONField(default=list, verbose_name="constats")),
                ("errors", models.JSONField(default=list, verbose_name="refus")),
                ("made_at", models.DateTimeField(verbose_name="déposé le")),
            ],
        ),
        migrations.CreateModel(
            name="CalendarChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(unique=True)),
                ("label", models.CharField(max_length=160, verbose_name="ce qui a changé")),
                ("before", models.JSONField(verbose_name="avant")),
                ("after", models.JSONField(verbose_name="après")),
                ("made_at", models.DateTimeField(verbose_name="le")),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("council", "séance du conseil"),
                            ("school_holiday", "vacances scolaires"),
                            ("closure", "fermeture des services"),
                            ("public_event", "temps fort public"),
                        ],
                        max_length=20,
                        verbose_name="nature",
                    ),
                ),
                ("on", models.DateField(verbose_name="le")),
                ("until_on", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                ("label", models.CharField(max_length=120, verbose_name="en quelques mots")),
            ],
        ),
        migrations.CreateModel(
            name="ChecklistItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("label", models.CharField(max_length=160, verbose_name="à préparer")),
                ("due_on", models.DateField(verbose_name="pour le")),
                ("done_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Correspondent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
        ),
        migrations.CreateModel(
            name="CycleFrame",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "voted_eur",
                    bp_platform.core.money.EuroField(blank=True, null=True, verbose_name="montant voté pour l’édition"),
                ),
                (
                    "school_zone",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("A", "zone A"),
                            ("B", "zone B"),
                            ("C", "zone C"),
                            ("corse", "Corse"),
                            ("guadeloupe", "Guadeloupe"),
                            ("martinique", "Martinique"),
                            ("guyane", "Guyane"),
                            ("reunion", "La Réunion"),
                            ("mayotte", "Mayotte"),
                        ],
                        max_length=12,
                        verbose_name="zone scolaire",
                    ),
                ),
                ("is_alsace_moselle", models.BooleanField(default=False, verbose_name="jours fériés d’Alsace-Moselle")),
                (
                    "budget_vote_on",
                    models.DateField(blank=True, null=True, verbose_name="vote du budget par le conseil"),
                ),
                (
                    "printing_days",
                    models.PositiveSmallIntegerField(default=21, verbose_name="jours pour imprimer le livret"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Election",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("municipal", "élections municipales"),
                            ("departmental", "élections départementales"),
                            ("regional", "élections régionales"),
                            ("legislative", "élections législatives"),
                            ("presidential", "élection présidentielle"),
                            ("european", "élections européennes"),
                            ("other", "autre élection"),
                        ],
                        max_length=20,
                        verbose_name="élection",
                    ),
                ),
                ("first_round_on", models.DateField(verbose_name="premier tour")),
                ("last_round_on", models.DateField(verbose_name="dernier tour")),
                ("is_set_aside", models.BooleanField(default=False, verbose_name="sans période de réserve")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="pourquoi")),
            ],
        ),
        migrations.AddField(
            model_name="area",
            name="box",
            field=models.JSONField(blank=True, null=True, verbose_name="rectangle autour du contour"),
        ),
        migrations.AddField(
            model_name="area",
            name="rank",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="place dans la liste"),
        ),
        migrations.AddField(
            model_name="area",
            name="simple_outline",
            field=models.JSONField(blank=True, null=True, verbose_name="contour simplifié, pour le dessin"),
        ),
        migrations.AddField(
            model_name="envelope",
            name="maximum_eur",
            field=bp_platform.core.money.EuroField(blank=True, null=True, verbose_name="coût maximal d’un projet"),
        ),
        migrations.AddField(
            model_name="envelope",
            name="minimum_eur",
            field=bp_platform.core.money.EuroField(blank=True, null=True, verbose_name="coût minimal d’un projet"),
        ),
        migrations.AddField(
            model_name="envelope",
            name="public",
            field=models.CharField(
                choices=[
                    ("everybody", "tout le monde"),
                    ("children", "enfants"),
                    ("youth", "jeunes"),
                    ("schools", "écoles et collèges"),
                    ("seniors", "personnes âgées"),
                    ("associations", "associations"),
                ],
                default="everybody",
                max_length=20,
                verbose_name="public",
            ),
        ),
        migrations.AddField(
            model_name="phase",
            name="changed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="phase",
            name="revision",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddConstraint(
            model_name="envelope",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("minimum_eur", None),
                    ("maximum_eur", None),
                    ("minimum_eur__lte", models.F("maximum_eur")),
                    _connector="OR",
                ),
                name="envelope_tranche_is_ordered",
                violation_error_message="Le coût minimal d’un projet dépasse son coût maximal : échangez-les.",
            ),
        ),
        migrations.AddField(
            model_name="areaimport",
            name="cycle",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="area_import", to="cycles.cycle"
            ),
        ),
        migrations.AddField(
            model_name="calendarchange",
            name="cycle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="calendar_changes", to="cycles.cycle"
            ),
        ),
        migrations.AddField(
            model_name="calendarday",
            name="cycle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="calendar_days", to="cycles.cycle"
            ),
        ),
        migrations.AddField(
            model_name="checklistitem",
            name="cycle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="checklist", to="cycles.cycle"
            ),
        ),
        migrations.AddField(
            model_name="checklistitem",
            name="department",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="checklist_items",
                to="accounts.department",
            ),
        ),
        migrations.AddField(
            model_name="checklistitem",
            name="done_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="checklistitem",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="checklist_items",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="correspondent",
            name="cycle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="correspondents", to="cycles.cycle"
            ),
        ),
        migrations.AddField(
            model_name="correspondent",
            name="department",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="correspondents", to="accounts.department"
            ),
        ),
        migrations.AddField(
            model_name="correspondent",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="correspondents", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="cycleframe",
            name="cycle",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="frame", to="cycles.cycle"
            ),
        ),
        migrations.AddConstraint(
            model_name="election",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_round_on__gte", models.F("first_round_on"))),
                name="election_rounds_are_ordered",
                violation_error_message="Le dernier tour précède le premier : échangez-les.",
            ),
        ),
        migrations.AddConstraint(
            model_name="election",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_set_aside", False), ("reason", "")),
                    models.Q(("is_set_aside", True), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="election_set_aside_iff_reason",
                violation_error_message="Écarter la période de réserve demande une raison, et elle seule.",
            ),
        ),
        migrations.AddConstraint(
            model_name="election",
            constraint=models.UniqueConstraint(
                fields=("kind", "first_round_on"),
                name="election_once",
                violation_error_message="Cette élection est déjà notée à cette date.",
            ),
        ),
        migrations.AddConstraint(
            model_name="areaimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("errors", []), _negated=True),
                    _connector="OR",
                ),
                name="area_import_refused_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="areaimport",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "waiting"), ("content", ""), _connector="OR"),
                name="area_import_read_keeps_no_file",
            ),
        ),
        migrations.AddConstraint(
            model_name="calendarchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("undone_at", None), ("undone_at__gte", models.F("made_at")), _connector="OR"),
                name="calendar_change_undone_after_made",
            ),
        ),
        migrations.AddConstraint(
            model_name="calendarday",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_on", None), ("until_on__gte", models.F("on")), _connector="OR"),
                name="calendar_day_ends_after_it_starts",
                violation_error_message="Le dernier jour précède le premier : échangez-les.",
            ),
        ),
        migrations.AddConstraint(
            model_name="calendarday",
            constraint=models.UniqueConstraint(
                fields=("cycle", "kind", "on"),
                name="calendar_day_once",
                violation_error_message="Cette date est déjà dans le calendrier.",
            ),
        ),
        migrations.AddConstraint(
            model_name="checklistitem",
            constraint=models.UniqueConstraint(fields=("cycle", "code"), name="checklist_code_once_per_cycle"),
        ),
        migrations.AddConstraint(
            model_name="checklistitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("done_by", None), ("done_at__isnull", False), _connector="OR"),
                name="checklist_done_by_iff_done",
            ),
        ),
        migrations.AddConstraint(
            model_name="correspondent",
            constraint=models.UniqueConstraint(fields=("cycle", "department"), name="correspondent_once"),
        ),
        migrations.AddConstraint(
            model_name="cycleframe",
            constraint=models.CheckConstraint(
                condition=models.Q(("voted_eur", None), ("voted_eur__gt", 0), _connector="OR"),
                name="cycle_frame_voted_is_positive",
                violation_error_message="Le montant voté doit être supérieur à zéro.",
            ),
        ),
        migrations.AddConstraint(
            model_name="cycleframe",
            constraint=models.CheckConstraint(
                condition=models.Q(("printing_days__lte", 120)),
                name="cycle_frame_printing_is_short",
                violation_error_message="L’impression du livret prend 120 jours au plus.",
            ),
        ),
    ]
