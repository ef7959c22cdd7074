"""What the processes of a run share, and the order of their work.

The migrations run once: each process copies the database that the first one made. What needs no database comes first,
so that another process works meanwhile. What reads the demo town stays together: one process loads it.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from xdist.scheduler import LoadScopeScheduling

# The tests of these folders that read the demo town are given to one process.
READ_THE_TOWN = ("tests/demo/", "tests/html/")
# The folder of a run in several parts: it names the run, and what one part made is kept there for the next.
RUN_DIR = "BP_TEST_RUN_DIR"
# The longest tests: they come first, so that both processes of a run end together.
LONG = ("tests/journeys/",)
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "demo_town"}

# Importing, collecting and migrating make millions of objects that stay: looking for cycles among them is in vain.
gc.set_threshold(50_000, 20, 20)


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: the collector need not look at it again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "demo_town" in _fixtures(item) and not item.nodeid.startswith(READ_THE_TOWN):
            raise pytest.UsageError(f"{item.nodeid} reads the demo town: name its folder in READ_THE_TOWN")
    items.sort(key=lambda item: (_needs_database(item), not item.nodeid.startswith(LONG)))


def _fixtures(item: pytest.Item) -> set[str]:
    return set(getattr(item, "fixturenames", ()))


def _needs_database(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None or bool(DATABASE_FIXTURES & _fixtures(item))


def kept_town() -> Path | None:
    """Where the parts of a run keep the demo town; None when nothing is kept."""
    return Path(os.environ[RUN_DIR], "town.pickle") if RUN_DIR in os.environ else None


class TownTogether(LoadScopeScheduling):
    """One test at a time to whoever is free; those that read the demo town first, and all to the same.

    Once the town is kept, any process reads it.
    """

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        kept = kept_town()
        self.is_town_kept = kept is not None and kept.exists()

    def _split_scope(self, nodeid: str) -> str:
        return "the demo town" if nodeid.startswith(READ_THE_TOWN) and not self.is_town_kept else nodeid


@pytest.hookimpl(optionalhook=True)  # unknown when one process runs without the plugin
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> TownTogether | None:
    return TownTogether(config, log) if config.getvalue("dist") == "loadgroup" else None


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest, django_db_modify_db_settings_parallel_suffix, django_db_blocker
) -> Iterator[None]:
    """In a run of several processes, the database of each is a copy."""
    run = os.environ.get(RUN_DIR) or getattr(request.config, "workerinput", {}).get("testrunuid")
    if not run:
        yield
        return
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = _template(run)
    yield
    if RUN_DIR not in os.environ:
        with django_db_blocker.unblock():
            _drop_after_the_last()


def _template(run: str) -> str:
    """The name of this run's migrated database; the first process to ask makes it, the others wait."""
    name = f"test_{connection.settings_dict['NAME']}_template"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])  # until this connection closes
        cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() != (run,):
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            _migrate_into(name)
            cursor.execute(f'COMMENT ON DATABASE "{name}" IS %s', [run])
    return name


def _migrate_into(name: str) -> None:
    test, before = connection.settings_dict["TEST"], connection.settings_dict["NAME"]
    own, test["NAME"] = test["NAME"], name
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.creation.destroy_test_db(before, verbosity=0, keepdb=True)
    test["NAME"] = own


def _drop_after_the_last() -> None:
    """Drop the template once no process has a copy left."""
    name = connection.settings_dict["NAME"]
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [f"test_{name}_template"])
        cursor.execute("SELECT count(*) FROM pg_database WHERE starts_with(datname, %s)", [f"test_{name}_gw"])
        if cursor.fetchone() == (0,):
            cursor.execute(f'DROP DATABASE IF EXISTS "test_{name}_template"')
