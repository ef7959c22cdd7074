"""The worker's entry points: wake-ups only, the rows decide."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from bp_platform.documents import services


@shared_task(name="documents.run")
def run(job_uid: str) -> None:
    """Make one document."""
    services.run_job(UUID(job_uid), timezone.now())


@shared_task(name="documents.sweep")
def sweep() -> None:
    """Resume what a dead worker left."""
    services.sweep_jobs(timezone.now())
