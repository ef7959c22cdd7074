"""A review's state is tied to its facts; once published, it and its rectifications are never rewritten."""

from django.db import migrations, models

from bp_platform.core import guards

KEEP = """
CREATE TRIGGER realisation_review_is_kept BEFORE UPDATE OR DELETE ON realisation_oneyearreview
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION bp_refuse_change();
"""
LET_GO = "DROP TRIGGER realisation_review_is_kept ON realisation_oneyearreview;"


class Migration(migrations.Migration):
    dependencies = [
        ("realisation", "0006_old_reviews_keep_their_words"),
        ("core", "0003_guards_and_cache"),
    ]
    operations = [
        migrations.RemoveField(
            model_name="oneyearreview",
            name="text",
        ),
        migrations.AddConstraint(
            model_name="oneyearreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["submitted", "validated", "published"]), ("submitted_at__isnull", False)),
                    models.Q(
                        models.Q(("state__in", ["submitted", "validated", "published"]), _negated=True),
                        ("submitted_at", None),
                    ),
                    _connector="OR",
                ),
                name="review_submitted_iff_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="oneyearreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ["validated", "published"]),
                        ("validated_at__isnull", False),
                        ("validated_label__regex", "\\S"),
                    ),
                    models.Q(
                        models.Q(("state__in", ["validated", "published"]), _negated=True),
                        ("validated_at", None),
                        ("validated_by", None),
                        ("validated_label", ""),
                    ),
                    _connector="OR",
                ),
                name="review_validated_by_somebody",
                violation_error_message="Un bilan validé nomme qui l’a validé, et quand.",
            ),
        ),
        migrations.AddConstraint(
            model_name="oneyearreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("document__isnull", False), ("published_at__isnull", False), ("state", "published")),
                    models.Q(
                        models.Q(("state", "published"), _negated=True),
                        ("document__isnull", True),
                        ("published_at", None),
                    ),
                    _connector="OR",
                ),
                name="review_published_iff_kept",
                violation_error_message="Un bilan publié garde ses chiffres et ses textes, et lui seul.",
            ),
        ),
        guards.append_only("realisation_rectification"),
        migrations.RunSQL(KEEP, LET_GO),
    ]
