"""A review is made of blocks that several people write, validated by somebody, published with its figures."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cycles", "0005_editions_is_reserved"),
        ("documents", "0001_files_and_jobs"),
        ("realisation", "0004_what_changes_is_told"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Rectification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("text", models.TextField(max_length=2000, verbose_name="rectification")),
                ("signed_by", models.CharField(max_length=120, verbose_name="signature")),
                ("published_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ReviewBlock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=40, verbose_name="repère")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("overview", "En un coup d’œil"),
                            ("participation", "La participation"),
                            ("answers", "Les réponses données"),
                            ("vote", "Le vote"),
                            ("laureate", "Un projet lauréat"),
                            ("money", "Où est passé l’argent"),
                            ("changes", "Ce qui a changé, ce qui est abandonné, et pourquoi"),
                            ("leftover", "Le reliquat"),
                            ("lessons", "Ce que nous avons appris"),
                            ("next", "La suite"),
                            ("method", "Comment lire ces chiffres"),
                            ("own", "Un texte de l’équipe"),
                        ],
                        max_length=14,
                        verbose_name="nature",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=120, verbose_name="titre")),
                ("text", models.TextField(blank=True, max_length=6000, verbose_name="texte")),
                ("is_written", models.BooleanField(default=False)),
                ("based_on", models.CharField(blank=True, max_length=64)),
                ("is_hidden", models.BooleanField(default=False, verbose_name="masqué")),
                ("hidden_reason", models.CharField(blank=True, max_length=300, verbose_name="raison du masquage")),
                ("version", models.PositiveIntegerField(default=0)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="oneyearreview",
            name="review_published_says_something",
        ),
        migrations.AddField(
            model_name="oneyearreview",
            name="document",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="oneyearreview",
            name="order",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="oneyearreview",
            name="remark",
            field=models.TextField(blank=True, max_length=1000, verbose_name="ce qui est à reprendre"),
        ),
        migrations.AddField(
            model_name="oneyearreview",
            name="remarks",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="oneyearreview",
            name="reminded_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="oneyearreview",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "brouillon"),
                    ("submitted", "à valider"),
                    ("validated", "validé"),
                    ("published", "publié"),
                ],
                default="draft",
                max_length=10,
                verbose_name="état",
            ),
        ),
        migrations.AddField(
            model_name="oneyearreview",
            name="submitted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="oneyearreview",
            name="submitted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="oneyearreview",
            name="validated_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="oneyearreview",
            name="validated_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="oneyearreview",
            name="validated_digest",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="oneyearreview",
            name="validated_label",
            field=models.CharField(blank=True, max_length=160, verbose_name="validé par"),
        ),
        migrations.AddField(
            model_name="oneyearreview",
            name="validator",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="à valider par",
            ),
        ),
        migrations.AddField(
            model_name="rectification",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rectifications",
                to="realisation.oneyearreview",
            ),
        ),
        migrations.AddField(
            model_name="reviewblock",
            name="changed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reviewblock",
            name="picture",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="documents.storedfile",
            ),
        ),
        migrations.AddField(
            model_name="reviewblock",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="blocks", to="realisation.oneyearreview"
            ),
        ),
        migrations.AddConstraint(
            model_name="rectification",
            constraint=models.CheckConstraint(
                condition=models.Q(("text__regex", "\\S")),
                name="rectification_says_something",
                violation_error_message="Écrivez ce qui est rectifié, et par quoi.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewblock",
            constraint=models.UniqueConstraint(fields=("review", "key"), name="review_block_once"),
        ),
        migrations.AddConstraint(
            model_name="reviewblock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("hidden_reason__regex", "\\S"), ("is_hidden", True)),
                    models.Q(("hidden_reason", ""), ("is_hidden", False)),
                    _connector="OR",
                ),
                name="review_block_hidden_says_why",
                violation_error_message="Un bloc masqué garde sa raison, et lui seul.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewblock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_hidden", False),
                    models.Q(("kind__in", ["laureate", "money", "changes"]), _negated=True),
                    _connector="OR",
                ),
                name="review_block_compulsory_is_shown",
                violation_error_message="L’argent, les lauréats et les abandons figurent toujours au bilan.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewblock",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("kind", "own"), _negated=True), ("title__regex", "\\S"), _connector="OR"),
                name="review_block_own_has_a_title",
                violation_error_message="Donnez un titre à ce texte.",
            ),
        ),
    ]
