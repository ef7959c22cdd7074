"""The worker's entry points of the pages."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from bp_platform.pages.rehearsal import running


@shared_task(name="pages.rehearse")
def rehearse(cycle_pk: str) -> None:
    """Play an edition ahead of time."""
    running.run(int(cycle_pk), at=timezone.now())
