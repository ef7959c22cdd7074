"""The clock's own pulse, and what it forgets."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from bp_platform.core import retention
from bp_platform.core.models import Heartbeat


@shared_task(name="core.heartbeat")
def heartbeat() -> None:
    """Write that beat and worker are alive; `/sante/` reads the age of this row."""
    now = timezone.now()
    Heartbeat.objects.update_or_create(name="beat", defaults={"at": now})


@shared_task(name="core.keep_times")
def keep_times() -> None:
    """Let go of what has been kept as long as the privacy page says."""
    retention.keep_times(timezone.now())
