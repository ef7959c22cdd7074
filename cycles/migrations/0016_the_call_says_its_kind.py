"""What the diagnosis said of the call goes to the call; dots counted in meetings become a count of their own."""

from __future__ import annotations

from django.db import migrations
from django.utils import timezone


def forward(apps, schema_editor):
    diagnoses, counts_of_dots, issues, phases = (
        apps.get_model("cycles", name).objects for name in ("Diagnosis", "DotCount", "Issue", "Phase")
    )
    for diagnosis in diagnoses.exclude(call_kind="ideas").order_by("pk"):
        phases.filter(cycle=diagnosis.cycle_id, kind="call").update(call_kind=diagnosis.call_kind)
    for cycle in issues.filter(dots__gt=0).order_by("cycle").values_list("cycle", flat=True).distinct():
        counts = {str(issue.pk): issue.dots for issue in issues.filter(cycle=cycle).order_by("pk")}
        diagnosis, _is_new = diagnoses.get_or_create(cycle_id=cycle)
        counted = diagnosis.published_at or timezone.now()
        counts_of_dots.create(
            diagnosis=diagnosis, source="meeting", place="Réunions", on_date=counted.date(),
            sheets=sum(counts.values()), counts=counts, entered_at=counted,
        )  # fmt: skip


def backward(apps, schema_editor):
    diagnoses, counts_of_dots, issues, phases = (
        apps.get_model("cycles", name).objects for name in ("Diagnosis", "DotCount", "Issue", "Phase")
    )
    for phase in phases.filter(kind="call").exclude(call_kind="ideas").order_by("pk"):
        diagnoses.filter(cycle=phase.cycle_id).update(call_kind=phase.call_kind)
    for count in counts_of_dots.filter(withdrawn_at=None).order_by("pk"):
        for pk, number in count.counts.items():
            issue = issues.get(pk=pk)
            issue.dots += number
            issue.save(update_fields=["dots"])


class Migration(migrations.Migration):
    dependencies = [("cycles", "0015_priorities_checkpoints_and_powers")]

    operations = [migrations.RunPython(forward, backward)]
