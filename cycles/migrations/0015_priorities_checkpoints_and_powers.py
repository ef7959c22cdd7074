import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_invitations_and_erasure"), ("cycles", "0014_what_was_voted_is_positive")]

    operations = [
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=600, verbose_name="ce qui change")),
                (
                    "effect",
                    models.CharField(
                        choices=[("this", "dès cette édition"), ("next", "à la prochaine édition")],
                        max_length=4,
                        verbose_name="quand",
                    ),
                ),
                ("decided_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("key", models.UUIDField(editable=False, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("held_on", models.DateField(verbose_name="fait le")),
                ("present", models.PositiveSmallIntegerField(default=0, verbose_name="personnes présentes")),
                ("worked", models.TextField(blank=True, max_length=3000, verbose_name="ce qui a marché")),
                ("failed", models.TextField(blank=True, max_length=3000, verbose_name="ce qui n’a pas marché")),
                ("figures", models.JSONField(blank=True, default=list)),
                ("asked_from", models.DateTimeField(blank=True, null=True)),
                ("asked_until", models.DateTimeField(blank=True, null=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="CheckpointAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("browser", models.CharField(max_length=64)),
                ("answered_at", models.DateTimeField()),
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
                (
                    "was_clear",
                    models.PositiveSmallIntegerField(
                        blank=True, choices=[(2, "oui"), (1, "en partie"), (0, "non")], null=True
                    ),
                ),
                (
                    "could_take_part",
                    models.PositiveSmallIntegerField(
                        blank=True, choices=[(2, "oui"), (1, "en partie"), (0, "non")], null=True
                    ),
                ),
                (
                    "was_heard",
                    models.PositiveSmallIntegerField(
                        blank=True, choices=[(2, "oui"), (1, "en partie"), (0, "non")], null=True
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DotAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("browser", models.CharField(max_length=64)),
                ("answered_at", models.DateTimeField()),
                ("association", models.CharField(blank=True, max_length=120, verbose_name="association")),
            ],
        ),
        migrations.CreateModel(
            name="DotCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=120, verbose_name="lieu")),
                ("on_date", models.DateField(verbose_name="jour")),
                ("sheets", models.PositiveIntegerField(verbose_name="feuilles reçues")),
                ("counts", models.JSONField()),
                ("entered_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "source",
                    models.CharField(
                        choices=[("paper", "sur papier"), ("meeting", "en réunion")],
                        max_length=8,
                        verbose_name="comment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RulebookFollower",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="body",
            name="rule_code",
            field=models.SlugField(blank=True, max_length=40, verbose_name="dans le règlement"),
        ),
        migrations.AddField(
            model_name="consultation",
            name="announced_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="consultation",
            name="paper_places",
            field=models.CharField(blank=True, max_length=300, verbose_name="où déposer les feuilles"),
        ),
        migrations.AddField(
            model_name="diagnosis",
            name="dots_close_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="jusqu’au"),
        ),
        migrations.AddField(
            model_name="diagnosis",
            name="dots_each",
            field=models.PositiveSmallIntegerField(default=3, verbose_name="gommettes par réponse"),
        ),
        migrations.AddField(
            model_name="diagnosis",
            name="dots_open_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="les gommettes se donnent à partir du"),
        ),
        migrations.AddField(
            model_name="issue",
            name="ideas",
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name="idées"),
        ),
        migrations.AddField(
            model_name="phase",
            name="call_kind",
            field=models.CharField(
                choices=[
                    ("ideas", "appel à idées"),
                    ("aap", "appel à projets (AAP)"),
                    ("ami", "appel à manifestation d’intérêt (AMI)"),
                    ("aas", "appel à solutions (AAS)"),
                ],
                default="ideas",
                max_length=8,
                verbose_name="nature de l’appel",
            ),
        ),
        migrations.AlterField(
            model_name="body",
            name="powers",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("rules", "le règlement"),
                        ("diagnosis", "le diagnostic partagé"),
                        ("admissibility", "la recevabilité des idées"),
                        ("merges", "les regroupements d’idées"),
                        ("studies", "l’avis sur les études, avant les réponses"),
                        ("preselection", "la présélection"),
                        ("final_list", "la liste des projets mis au vote"),
                        ("ties", "les égalités"),
                        ("laureates", "les projets retenus"),
                        ("leftovers", "l’argent non dépensé"),
                        ("delivery", "le suivi des réalisations"),
                        ("evaluation", "l’évaluation de l’édition"),
                    ],
                    max_length=16,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="ce qu’elle décide",
            ),
        ),
        migrations.AlterField(
            model_name="bodydecision",
            name="matter",
            field=models.CharField(
                choices=[
                    ("rules", "le règlement"),
                    ("diagnosis", "le diagnostic partagé"),
                    ("admissibility", "la recevabilité des idées"),
                    ("merges", "les regroupements d’idées"),
                    ("studies", "l’avis sur les études, avant les réponses"),
                    ("preselection", "la présélection"),
                    ("final_list", "la liste des projets mis au vote"),
                    ("ties", "les égalités"),
                    ("laureates", "les projets retenus"),
                    ("leftovers", "l’argent non dépensé"),
                    ("delivery", "le suivi des réalisations"),
                    ("evaluation", "l’évaluation de l’édition"),
                    ("charter", "sa charte"),
                ],
                max_length=16,
                verbose_name="sur quoi",
            ),
        ),
        migrations.AddConstraint(
            model_name="body",
            constraint=models.UniqueConstraint(
                condition=models.Q(("rule_code", ""), _negated=True),
                fields=("cycle", "rule_code"),
                name="body_of_the_rulebook_once_per_cycle",
                violation_error_message="Une autre instance est déjà celle du règlement : choisissez l’autre ligne.",
            ),
        ),
        migrations.AddConstraint(
            model_name="diagnosis",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("dots_close_at", None), ("dots_open_at", None)),
                    ("dots_close_at__gt", models.F("dots_open_at")),
                    _connector="OR",
                ),
                name="diagnosis_dots_close_after_they_open",
                violation_error_message="Les gommettes ont une ouverture et une clôture, dans cet ordre.",
            ),
        ),
        migrations.AddConstraint(
            model_name="diagnosis",
            constraint=models.CheckConstraint(
                condition=models.Q(("dots_each__gte", 1), ("dots_each__lte", 10)),
                name="diagnosis_dots_are_a_few",
                violation_error_message="Donnez de 1 à 10 gommettes à chaque réponse.",
            ),
        ),
        migrations.AddConstraint(
            model_name="diagnosis",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("published_at", None),
                    ("dots_close_at", None),
                    ("published_at__gte", models.F("dots_close_at")),
                    _connector="OR",
                ),
                name="diagnosis_published_once_dots_are_given",
                violation_error_message="Le diagnostic se publie après la clôture des gommettes.",
            ),
        ),
        migrations.AddConstraint(
            model_name="phase",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "call"), ("call_kind", "ideas"), _connector="OR"),
                name="phase_call_kind_is_the_calls",
                violation_error_message="Seul un appel est un appel à projets, à intérêt ou à solutions.",
            ),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="deviation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="adjustments",
                to="cycles.deviation",
            ),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="lesson",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="adjustment",
                to="cycles.lesson",
            ),
        ),
        migrations.AddField(
            model_name="checkpoint",
            name="bodies",
            field=models.ManyToManyField(
                blank=True, related_name="checkpoints", to="cycles.body", verbose_name="instances présentes"
            ),
        ),
        migrations.AddField(
            model_name="checkpoint",
            name="phase",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="checkpoint", to="cycles.phase"
            ),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="checkpoint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="adjustments", to="cycles.checkpoint"
            ),
        ),
        migrations.AddField(
            model_name="checkpointanswer",
            name="checkpoint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="cycles.checkpoint"
            ),
        ),
        migrations.AddField(
            model_name="dotanswer",
            name="diagnosis",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="dot_answers", to="cycles.diagnosis"
            ),
        ),
        migrations.AddField(
            model_name="dotcount",
            name="diagnosis",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="dot_counts", to="cycles.diagnosis"
            ),
        ),
        migrations.AddField(
            model_name="rulebookfollower",
            name="contact",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="followed_rulebooks", to="accounts.contact"
            ),
        ),
        migrations.AddField(
            model_name="rulebookfollower",
            name="cycle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="rulebook_followers", to="cycles.cycle"
            ),
        ),
        migrations.AddConstraint(
            model_name="checkpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asked_from", None), ("asked_until", None)),
                    ("asked_until__gt", models.F("asked_from")),
                    _connector="OR",
                ),
                name="checkpoint_questions_have_an_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("published_at", None),
                    models.Q(models.Q(("worked", ""), _negated=True), models.Q(("failed", ""), _negated=True)),
                    _connector="OR",
                ),
                name="checkpoint_published_says_both",
                violation_error_message="Un bilan publié dit ce qui a marché, et ce qui n’a pas marché.",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True),
                name="adjustment_says_something",
                violation_error_message="Dites ce qui change.",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("effect", "this"), ("lesson", None)),
                    models.Q(("deviation", None), ("effect", "next"), ("lesson__isnull", False)),
                    _connector="OR",
                ),
                name="adjustment_has_one_effect",
                violation_error_message="Une dérogation vaut dès cette édition : corrigez l’un des deux choix.",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkpointanswer",
            constraint=models.UniqueConstraint(
                fields=("checkpoint", "browser"), name="checkpoint_answered_once_per_browser"
            ),
        ),
        migrations.AddConstraint(
            model_name="checkpointanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("remark", ""), ("remark_state", "none")),
                    models.Q(
                        models.Q(("remark", ""), _negated=True), models.Q(("remark_state", "none"), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="checkpoint_remark_state_iff_remark",
            ),
        ),
        migrations.AddConstraint(
            model_name="dotanswer",
            constraint=models.UniqueConstraint(fields=("diagnosis", "browser"), name="dots_given_once_per_browser"),
        ),
        migrations.AddConstraint(
            model_name="dotcount",
            constraint=models.CheckConstraint(
                condition=models.Q(("sheets__gt", 0)),
                name="dots_are_counted_from_some",
                violation_error_message="Indiquez combien de feuilles, ou de personnes, vous avez comptées.",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulebookfollower",
            constraint=models.UniqueConstraint(fields=("cycle", "contact"), name="rulebook_followed_once"),
        ),
    ]
