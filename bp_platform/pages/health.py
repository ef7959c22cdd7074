"""`/sante/`: whether the database, the migrations, the clock and the storage are well, for machines and people."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from bp_platform.core.models import Heartbeat

STALE = timedelta(minutes=5)


def report(at: datetime) -> dict[str, str]:
    """Each check's answer: « ok », or what is wrong."""
    return {name: _safely(check, at) for name, check in CHECKS.items()}


def is_well(answers: dict[str, str]) -> bool:
    """Whether the web process can serve: the database answers and its tables are there."""
    return all(answers[name] == "ok" for name in ("database", "migrations"))


def _safely(check: Callable[[datetime], str], at: datetime) -> str:
    try:
        return check(at)
    except (DatabaseError, OSError) as error:
        return type(error).__name__


def _database(at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _migrations(at: datetime) -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} waiting" if waiting else "ok"


def _clock(at: datetime) -> str:
    beat = Heartbeat.objects.filter(name="beat").first()
    if beat is None:
        return "never ran"
    return "ok" if at - beat.at < STALE else f"silent since {beat.at.isoformat(timespec='seconds')}"


def _storage(at: datetime) -> str:
    os.makedirs(settings.MEDIA_ROOT, exist_ok=True)  # noqa: PTH103 -- MEDIA_ROOT may be text
    with tempfile.NamedTemporaryFile(dir=settings.MEDIA_ROOT, prefix=".sante-"):
        return "ok"


CHECKS: dict[str, Callable[[datetime], str]] = {
    "database": _database,
    "migrations": _migrations,
    "clock": _clock,
    "storage": _storage,
}
