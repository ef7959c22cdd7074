"""Nobody outside the count reads anything of a result before it is proclaimed, nor of a ballot by day."""

from __future__ import annotations

import re

import pytest

from tests.factories import voting as make
from tests.voting.test_odd_input import addresses
from voting import services

pytestmark = pytest.mark.django_db

OTHERS = ("/", "/2026/", "/2026/projets/", "/2026/projets/BP26-0001/", "/2026/projets/BP26-0004/", "/editions/", "/sante/",
          "/bureau/", "/compte/", "/2026/resultats/ville.pb", "/2026/vote/recus.txt")  # fmt: skip


@pytest.fixture
def voted(draft, review):
    """Sixty people vote, most of them for one project."""
    people = make.admit(draft, *(f"Voisin {n}" for n in range(60)))
    poll = make.seal(draft)
    for place, entry in enumerate(people):
        services.cast_many(poll, [review(poll, entry, "BP26-0003" if place % 3 else "BP26-0001")])
    return poll


def read(client, poll):
    """Every page of the vote and around it, as this visitor reads them: status and words, one-time tokens aside."""
    found = {}
    for address in sorted({*addresses({"int:pk": poll.pk, "int:number": 1}), *OTHERS}):
        client.cookies.pop("ordre", None)
        if address.endswith("/campagne/"):
            client.cookies["ordre"] = "4f0a"
        answer = client.get(address)
        words = answer.content.decode(errors="replace")
        words = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"', "", words)
        found[address] = (answer.status_code, answer.headers.get("Location"), answer.headers.get("ETag"), words)
    return found


def visitors(client, sign_in, *users):
    yield client
    for user in users:
        yield sign_in(user)


def test_the_count_changes_no_page_of_who_does_not_count(client, sign_in, voted, lucie, chloe, bruno):
    after = make.clock() + 2 * make.HOUR
    poll = services.close(voted, by=make.BUILDER, at=after)
    before = [read(visitor, poll) for visitor in visitors(client, sign_in, lucie, chloe, bruno)]
    client.logout()

    services.count(services.open_box(poll, by=make.BUILDER, at=after), by=make.BUILDER, at=after)

    for known, visitor in zip(before, visitors(client, sign_in, lucie, chloe, bruno), strict=True):
        now = read(visitor, poll)
        assert {address: page for address, page in now.items() if page != known[address]} == {}


def test_a_ballot_of_the_day_changes_no_page(client, sign_in, voted, review, chloe, bruno):
    before = [read(visitor, voted) for visitor in visitors(client, sign_in, chloe, bruno)]
    client.logout()

    services.cast_many(voted, [review(voted, voted.entries.get(name="Aïcha"), "BP26-0002")])

    for known, visitor in zip(before, visitors(client, sign_in, chloe, bruno), strict=True):
        now = read(visitor, voted)
        assert {address: page for address, page in now.items() if page != known[address]} == {}
