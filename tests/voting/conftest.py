"""An open practice vote, its roll and its key."""

from __future__ import annotations

import pytest
from django.db import connection

from bp_platform.accounts.models import Role
from tests.factories import voting as make
from tests.people import staff
from voting import selectors, services


@pytest.fixture(autouse=True)
def _keys_in_a_folder_of_their_own(settings, tmp_path):
    settings.BP_PRACTICE_KEYS_DIR = str(tmp_path / "keys")


@pytest.fixture
def draft(db):
    """A vote in preparation: four projects, Aïcha and Chloé on the roll."""
    poll = make.draft_poll()
    make.admit(poll, "Aïcha", "Chloé")
    return poll


@pytest.fixture
def poll(draft):
    """The same vote, sealed and open since an hour."""
    return make.seal(draft)


@pytest.fixture
def aicha(poll):
    return poll.entries.get(name="Aïcha")


@pytest.fixture
def chloe_entry(poll):
    return poll.entries.get(name="Chloé")


@pytest.fixture
def review():
    """Review choices as the booth does: `review(poll, entry, "BP26-0001", nonce=…)`."""

    def _review(poll, entry, *numbers, nonce=b"n" * 16, at=None):
        text = selectors.sealed_of(poll)
        return services.review(text, entry, make.approvals(*numbers), nonce=nonce, at=at or make.clock())

    return _review


@pytest.fixture
def box():
    """How many marks and seals a poll holds."""

    def _box(poll):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT count(*) FROM voting_rollmark WHERE poll_id = %s), "
                "(SELECT count(*) FROM voting_sealedballot WHERE poll_id = %s)",
                [poll.pk, poll.pk],
            )
            return cursor.fetchone()

    return _box


@pytest.fixture
def lifted():
    """Run SQL past the append-only guards, as only the tests' superuser can."""

    def _run(sql, *values):
        with connection.cursor() as cursor:
            cursor.execute("SET bp.lift_guards = 'on'")
            cursor.execute(sql, values)
            cursor.execute("RESET bp.lift_guards")

    return _run


@pytest.fixture
def lucie(at, db):
    """Lucie holds a polling place."""
    return staff("lucie", "Lucie", "Adam", Role.POLLING, at)


@pytest.fixture
def colette(at, db):
    """Colette counts, and rules on incidents."""
    return staff("colette", "Colette", "Nguyen", Role.COUNT, at)


@pytest.fixture
def hall(poll, lucie):
    """The grain hall, open since an hour."""
    return make.held(make.station(poll), lucie)
