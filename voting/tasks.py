"""The vote's clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from bp_platform.core.actors import CLOCK
from voting import services


@shared_task(name="voting.publish_nights")
def publish_nights() -> None:
    """Each open vote's references and turnout of yesterday, once, in the town's own night."""
    now = timezone.now()
    for poll in services.nights_due(by=CLOCK, at=now):
        services.publish_night(poll, by=CLOCK, at=now)
