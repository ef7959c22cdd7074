"""The worker's entry points: wake-ups only, the rows decide."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from bp_platform.core import wakeups
from bp_platform.notifications import services
from bp_platform.notifications.services.outbox import WAKE


@shared_task(name="notifications.deliver")
def deliver() -> None:
    """Send one batch; call again while something leaves, so that a long mailing never holds a worker."""
    if services.deliver_batch(at=timezone.now()):
        wakeups.wake(WAKE)


@shared_task(name="notifications.sweep")
def sweep() -> None:
    """Show the doubts that a dead worker left, and wake up for what waits."""
    services.sweep(timezone.now())
