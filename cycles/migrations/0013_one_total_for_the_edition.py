from django.db import migrations
from django.db.models import F, OuterRef, Subquery


def keep_what_was_voted(apps, schema_editor):
    """What the desk of money had noted is the edition's total, unless its frame already said one; no total is zero."""
    cycle, frame = apps.get_model("cycles", "Cycle"), apps.get_model("cycles", "CycleFrame")
    cycle.objects.filter(total_eur__lte=0).update(total_eur=None)
    voted = frame.objects.filter(cycle=OuterRef("pk")).values("voted_eur")[:1]
    cycle.objects.filter(total_eur=None, frame__voted_eur__isnull=False).update(total_eur=Subquery(voted))


def give_it_back(apps, schema_editor):
    frame = apps.get_model("cycles", "CycleFrame")
    for row in (
        frame.objects.filter(cycle__total_eur__isnull=False).annotate(total=F("cycle__total_eur")).order_by("pk")
    ):
        frame.objects.filter(pk=row.pk).update(voted_eur=row.total)


class Migration(migrations.Migration):
    dependencies = [("cycles", "0012_issues_are_said_and_grouped")]

    operations = [migrations.RunPython(keep_what_was_voted, give_it_back)]
