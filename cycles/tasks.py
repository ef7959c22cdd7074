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


@shared_task(name="cycles.look_after_people")
def look_after_people() -> None:
    """Remind who owes an answer; erase what people said they need once nobody needs it. Harmless twice."""
    now = timezone.now()
    services.remind_opinions(now)
    services.forget_needs(now)
    services.forget_applications(now)
