"""The clock of the works."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from bp_platform.core.actors import CLOCK
from realisation import services


@shared_task(name="realisation.ask_for_news")
def ask_for_news() -> None:
    """Remind the builders, their head, then the team, of what is due: each once."""
    services.remind(by=CLOCK, at=timezone.now())
