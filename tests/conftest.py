"""The suite's ground: real PostgreSQL, named people, one frozen moment, tripwires on every test."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import settings

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

settings.register_profile("bp", deadline=None)  # no test is timed
settings.load_profile("bp")

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


KEPT = {"django_content_type", "auth_permission"}  # what the migrations wrote and no test changes
REFERENCES = """
    SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'
"""


@pytest.fixture(autouse=True, scope="session")
def _flush_what_was_written():
    """After a test that commits, the tables it filled are emptied, and those that point to them: not the whole schema.

    Append-only tables refuse TRUNCATE; the suite's own flush, run by a superuser, lifts the guard for itself.
    """
    teardown = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = _flush
    yield
    TransactionTestCase._fixture_teardown = teardown


def _flush(_case: TransactionTestCase) -> None:
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{t}' WHERE EXISTS (SELECT FROM \"{t}\")" for t in sorted(tables)))
        filled = {table for (table,) in cursor.fetchall()}
        if not filled:
            return
        cursor.execute(REFERENCES)
        references, size = cursor.fetchall(), 0
        while size < len(filled):
            size = len(filled)
            filled |= {source for source, target in references if target in filled}
        cursor.execute("SET bp.lift_guards = 'on'")
        try:
            cursor.execute(f"TRUNCATE {', '.join(sorted(filled))}")
        finally:
            cursor.execute("RESET bp.lift_guards")
