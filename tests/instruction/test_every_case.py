"""Who only reads: the auditor's way to every case, and to nothing that acts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from bp_platform.accounts.models import Role
from bp_platform.core.models import JournalEntry
from instruction import services
from tests.factories import cycles as cycle_factory
from tests.factories import instruction as factory
from tests.people import staff
from tests.reading import Page

pytestmark = pytest.mark.django_db
DESK = "/bureau/etudes/"


@pytest.fixture
def at():
    """Pages read the clock."""
    return timezone.now()


@pytest.fixture
def cycle(town, at):
    return cycle_factory.cycle(at, open_phase="instruction")


@pytest.fixture
def ines(db, at):
    """Inès audits: she reads."""
    return staff("ines", "Inès", "Moreau", Role.AUDITOR, at)


def test_it_exists_for_who_may_read_every_case(cycle, ines, paula, elias, bruno, chloe, sign_in):
    found = {user.username: sign_in(user).get(DESK).status_code for user in (ines, paula, elias, bruno, chloe)}

    assert found == {"ines": 200, "paula": 200, "elias": 200, "bruno": 404, "chloe": 404}
    assert Page(sign_in(ines).get(DESK)).heading == "Aucun dossier d’étude"


@pytest.mark.parametrize("number", [1, 3])
def test_it_asks_as_much_for_one_as_for_three(
    cycle, ines, at, green_spaces, sign_in, number, django_assert_num_queries
):
    for n in range(number):
        factory.case(cycle, at - timedelta(minutes=n), green_spaces, title=f"Des bancs, rue {n}")
    client = sign_in(ines)
    client.get(DESK)

    with django_assert_num_queries(6):
        page = Page(client.get(DESK))

    assert [label for label, url in page.links().items() if url.startswith("/bureau/dossiers/")] == [
        f"Des bancs, rue {n}" for n in range(number)
    ]


def test_one_edition_at_a_time(cycle, ines, at, green_spaces, sign_in):
    other = cycle_factory.cycle(at, open_phase="instruction", slug="2025", prefix="BP25")
    factory.case(cycle, at, green_spaces, title="Des bancs")
    factory.case(other, at, green_spaces, title="Un verger", code_digest="2" * 64)

    page = Page(sign_in(ines).get(f"{DESK}?edition=2025"))

    assert page.heading == "1 dossier d’étude"
    assert ("Un verger" in page.text, "Des bancs" in page.text) == (True, False)
    assert Page(sign_in(ines).get(f"{DESK}?edition=nulle")).heading == "2 dossiers d’étude"


def test_what_the_auditor_opens_offers_nothing_and_refuses_all(cycle, ines, at, green_spaces, bruno, sign_in):
    case = factory.case(cycle, at, green_spaces, state="under_review")
    services.ask_owner(case, by=bruno, at=at, text="Qui garde la clé ?", is_public=True)
    number, client = case.proposal.number, sign_in(ines)
    lines = JournalEntry.objects.count()

    page = client.get(f"/bureau/dossiers/{number}/").content.decode()

    assert "Qui garde la clé" in page
    assert "reponse/" not in page
    assert client.get(f"/bureau/dossiers/{number}/reponse/").status_code == 404
    refused = {
        client.post(f"/bureau/dossiers/{number}/{act}", {"answer": "Moi", "act": "x"}).status_code
        for act in ("", "reponse/", "rendre/", "chiffrage/", "question/")
    }
    assert refused <= {403, 404, 422}
    assert JournalEntry.objects.count() == lines
