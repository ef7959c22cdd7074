"""The worker and the clock (beat). Tasks are wake-ups: the rows they work on are the truth."""

from __future__ import annotations

import os
from pathlib import Path

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bp_platform.settings.base")

app = Celery("bp_platform")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    result_backend=None,
    task_ignore_result=True,
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    task_serializer="json",
    accept_content=["json"],
    timezone="UTC",
    broker_connection_retry_on_startup=True,
    task_default_queue="default",
    task_routes={"notifications.*": {"queue": "mail"}, "documents.*": {"queue": "documents"}},
    beat_schedule={
        "deliver what waits": {"task": "notifications.sweep", "schedule": 60.0},
        "resume documents that a dead worker left": {"task": "documents.sweep", "schedule": 60.0},
        "note that the clock runs": {"task": "core.heartbeat", "schedule": 30.0},
        "open and close by the calendar": {"task": "cycles.follow_calendar", "schedule": 60.0},
        "ask the builders for their news": {"task": "realisation.ask_for_news", "schedule": 1800.0},
        "owe the one-year reviews and remind of them": {"task": "realisation.follow_reviews", "schedule": 3600.0},
        "let go of what has been kept long enough": {"task": "core.keep_times", "schedule": 3600.0},
        "remind the bodies of their opinions": {"task": "cycles.remind_bodies", "schedule": 3600.0},
        "read the places that wait": {"task": "cycles.sweep_area_imports", "schedule": 60.0},
        "remind who is late in the preparation": {"task": "cycles.remind_late", "schedule": 21600.0},
        "publish the night of open votes": {"task": "voting.publish_nights", "schedule": 600.0},
    },
)


def _use_folder(folder: str) -> None:
    """A broker in a folder: no other process to run, for the demo and small machines."""
    root = Path(folder)
    for name in ("queue", "control"):
        (root / name).mkdir(parents=True, exist_ok=True)
    app.conf.broker_transport_options = {
        "data_folder_in": str(root / "queue"),
        "data_folder_out": str(root / "queue"),
        "control_folder": str(root / "control"),
        "polling_interval": 0.2,
    }
    app.conf.beat_schedule_filename = str(root / "beat-schedule")


if os.environ.get("CELERY_BROKER_DIR") and not os.environ.get("REDIS_URL"):
    _use_folder(os.environ["CELERY_BROKER_DIR"])

app.autodiscover_tasks()
