"""The calendar's clock."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from cycles import services
from cycles.models import AreaImport, AreaImportState, Cycle, CycleState

PATIENCE = timedelta(minutes=2)


@shared_task(name="cycles.follow_calendar")
def follow_calendar() -> None:
    """Freeze the sections whose phase has opened since the last tick; tell that a consultation has opened."""
    services.announce_consultations(timezone.now())
    for cycle in Cycle.objects.filter(state=CycleState.PUBLIC).order_by("pk"):
        services.freeze_sections(cycle, at=timezone.now())


@shared_task(name="cycles.remind_bodies")
def remind_bodies() -> None:
    """Remind who owes an answer to a body's opinion. Harmless twice."""
    services.remind_opinions(timezone.now())


@shared_task(name="cycles.read_area_import")
def read_area_import(import_pk: str) -> None:
    """Read a large file of places."""
    services.read_area_file(import_pk)


@shared_task(name="cycles.sweep_area_imports")
def sweep_area_imports() -> None:
    """Read the files of places whose wake-up was lost."""
    late = AreaImport.objects.filter(state=AreaImportState.WAITING, made_at__lte=timezone.now() - PATIENCE)
    for import_pk in late.order_by("pk").values_list("pk", flat=True):
        services.read_area_file(import_pk)


@shared_task(name="cycles.remind_late")
def remind_late() -> None:
    """Write, once a week, to whoever is late in the preparation of an edition."""
    for cycle in Cycle.objects.exclude(state=CycleState.CLOSED).order_by("pk"):
        services.remind_late(cycle, at=timezone.now())
