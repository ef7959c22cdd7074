"""The suite's ground: real PostgreSQL, named people, one frozen moment, tripwires on every test."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest
from django.core.cache import caches
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

pytest_plugins = ["tests.processes", "tests.tripwires", "tests.people", "tests.browser", "tests.walk"]

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def at() -> datetime:
    """The one moment of a test: Monday 2 March 2026, 10 o'clock in Paris."""
    return NOW


@pytest.fixture(autouse=True)
def _nothing_kept():
    """Kept pages, the town's row and the language of a page never leak from one test to the next."""
    translation.deactivate()
    for name in caches:
        caches[name].clear()


@pytest.fixture(autouse=True, scope="session")
def _flush_may_truncate():
    """Append-only tables refuse TRUNCATE; the suite's own flush, run by a superuser, lifts the guard for itself."""
    flush = DatabaseOperations.execute_sql_flush

    def lifted(self, sql_list):
        with self.connection.cursor() as cursor:
            cursor.execute("SET bp.lift_guards = 'on'")
        try:
            flush(self, sql_list)
        finally:
            with self.connection.cursor() as cursor:
                cursor.execute("RESET bp.lift_guards")

    DatabaseOperations.execute_sql_flush = lifted
    yield
    DatabaseOperations.execute_sql_flush = flush
