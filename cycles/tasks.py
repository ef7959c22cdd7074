"""The calendar's clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from cycles import services
from cycles.models import Cycle, CycleState


@shared_task(name="cycles.follow_calendar")
def follow_calendar() -> None:
    """Freeze the sections whose phase has opened since the last tick."""
    for cycle in Cycle.objects.filter(state=CycleState.PUBLIC).order_by("pk"):
        services.freeze_sections(cycle, at=timezone.now())


@shared_task(name="cycles.forget_remarks")
def forget_remarks() -> None:
    """Erase the remarks of consultations closed more than a year ago."""
    services.forget_remarks(timezone.now())
