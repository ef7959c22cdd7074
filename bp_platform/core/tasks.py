"""The clock's own pulse."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from bp_platform.core import limits
from bp_platform.core.models import Heartbeat


@shared_task(name="core.heartbeat")
def heartbeat() -> None:
    """Write that beat and worker are alive; `/sante/` reads the age of this row."""
    now = timezone.now()
    Heartbeat.objects.update_or_create(name="beat", defaults={"at": now})
    limits.forget_before(now)
