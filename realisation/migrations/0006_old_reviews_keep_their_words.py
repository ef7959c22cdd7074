"""What was written before: a draft becomes the block of lessons; what was published is kept, with its words alone."""

from django.db import migrations
from django.utils import timezone

SIGNED = "Équipe participation"


def keep_words(apps, _schema_editor):
    review, block = (apps.get_model("realisation", name) for name in ("OneYearReview", "ReviewBlock"))
    for row in review.objects.exclude(text="").order_by("pk"):
        if row.published_at is None:
            block.objects.create(
                review=row, key="lessons", kind="lessons", text=row.text, is_written=True, version=1,
                changed_at=timezone.now(),
            )  # fmt: skip
            continue
        row.state, row.validated_label = "published", SIGNED
        row.submitted_at = row.validated_at = row.published_at
        words = {"key": "texte-publie", "kind": "own", "title": "Le bilan", "text": row.text, "photo": None}
        row.document = {"figures": None, "blocks": [words]}
        row.save()


def give_words_back(apps, _schema_editor):
    for row in apps.get_model("realisation", "OneYearReview").objects.order_by("pk"):
        kept = (row.document or {}).get("blocks", [])
        own = row.blocks.filter(key="lessons").values_list("text", flat=True).first()
        row.text = "\n\n".join(block["text"] for block in kept) or own or ""
        row.save()


class Migration(migrations.Migration):
    dependencies = [("realisation", "0005_the_review_is_made_of_blocks")]
    operations = [migrations.RunPython(keep_words, give_words_back)]
