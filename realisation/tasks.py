"""The return's clock: builders owe their news, towns their review."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from bp_platform.core.actors import CLOCK
from realisation import selectors, services


@shared_task(name="realisation.ask_for_news")
def ask_for_news() -> None:
    """Remind the builders, their head, then the team, of what is due: each once."""
    services.remind(by=CLOCK, at=timezone.now())


@shared_task(name="realisation.follow_reviews")
def follow_reviews() -> None:
    """Schedule the review of each vote proclaimed since, and remind of those that are due or late."""
    now = timezone.now()
    for cycle in selectors.cycles_owing_review():
        services.schedule_review(cycle, by=CLOCK, at=now)
    for review in selectors.reviews_to_remind(now):
        services.remind_review(review, at=now)
