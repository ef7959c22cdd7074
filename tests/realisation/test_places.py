"""The follow-up place by place, and what each edition's promises became."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bp_platform.accounts.models import Department
from cycles.models import Area
from realisation import selectors, services
from realisation.models import Delivery, Milestone
from tests.factories import cycles
from tests.factories import realisation as factory
from tests.realisation.test_pages import words

DAY = timedelta(days=1)
LONG_AGO = date(2026, 3, 1)


@pytest.fixture
def four(cycle, at, green_spaces, buildings):
    """Kept, late, overdue and abandoned; three in one place, one in another."""
    town = Area.objects.get(cycle=cycle, code="ville")
    kept = factory.delivery(cycle, at, lead=green_spaces, price="10000.00", proposal={"title": "Un verger"})
    late = factory.delivery(
        cycle, at, lead=green_spaces, price="10000.00", promised_on=LONG_AGO, proposal={"title": "Un ponton"}
    )
    overdue = factory.delivery(
        cycle, at, lead=buildings, price="10000.00", promised_on=LONG_AGO, proposal={"title": "Une halle"}
    )
    gone = factory.delivery(cycle, at, lead=buildings, price="10000.00", proposal={"title": "Un four", "area": town})
    for done in (kept, late):
        services.deliver(done, by=factory.HAND, at=at, on=at.date())
    factory.spent(kept, at, committed="10000.00", invoiced="9000.00", paid="8000.00")
    services.abandon(gone, by=factory.HAND, at=at, reason="Le sol est pollué.")
    return kept, late, overdue, gone


def test_each_place_says_what_it_got(cycle, four, at):
    lines = selectors.delivery_lines(cycle, at)

    places = selectors.by_place(cycle, list(cycle.areas.order_by("name")), lines)

    assert [(line.name, line.url) for line in places] == [
        ("Les Mariniers", "/2026/realisation/mariniers/"),
        ("Toute la ville", "/2026/realisation/ville/"),
    ]
    here = places[0].tally
    assert (here.promised, here.delivered, here.kept, here.late, here.overdue, here.abandoned) == (3, 2, 1, 1, 1, 0)
    assert (here.paid_eur, here.voted_eur) == (Decimal("8000.00"), Decimal("30000.00"))
    assert places[1].tally.abandoned == 1


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", {"Un verger", "Un ponton", "Une halle", "Un four"}),
        ("lieu=mariniers", {"Un verger", "Un ponton", "Une halle"}),
        ("etat=livre", {"Un verger", "Un ponton"}),
        ("etat=en-retard", {"Une halle"}),
        ("etat=abandonne", {"Un four"}),
        ("etat=en-cours", {"Une halle"}),
        ("etat=suspendu", set()),
        ("lieu=ville&etat=livre", set()),
        ("etat=nimporte", {"Un verger", "Un ponton", "Une halle", "Un four"}),
    ],
)
def test_the_follow_up_is_narrowed(four, client, asked, expected):
    page = client.get(f"/2026/realisation/?{asked}")

    assert {line.title for line in page.context["page"].object_list} == expected
    assert ("Aucun projet ne correspond" in page.content.decode()) == (not expected)


def test_it_is_narrowed_by_department(four, buildings, client):
    page = client.get(f"/2026/realisation/?direction={buildings.pk}")

    assert {line.title for line in page.context["page"].object_list} == {"Une halle", "Un four"}


def test_the_page_of_a_place_holds_its_editions(cycle, four, at, client):
    before = cycles.cycle(at - 400 * DAY, slug="2024", prefix="BP24", open_phase="realisation")
    factory.delivery(before, at, price="9000.00")

    page = words(client.get("/2026/realisation/mariniers/").content.decode())

    assert "Ce que le budget participatif a fait : Les Mariniers" in page.replace("\u00a0", " ")
    assert "3 projets" in page
    assert "Un four" not in page
    assert "Édition 2026 1 promesse tenue à l’heure sur 3" in page
    assert "Édition 2024 0 promesse tenue à l’heure sur 1" in page
    assert client.get("/2026/realisation/ailleurs/").status_code == 404
    assert "Rien ici dans cette édition" in client.get("/2024/realisation/ville/").content.decode()


def test_an_edition_that_is_not_public_promises_nothing_to_the_public(cycle, four, at):
    secret = cycles.cycle(at, slug="2030", prefix="BP30", is_hidden=True)
    factory.delivery(secret, at, price="9000.00")

    assert [line.name for line in selectors.promises(at)] == ["Édition 2026"]
    (line,) = selectors.promises(at)
    assert (line.tally.kept, line.tally.late, line.tally.overdue, line.tally.abandoned) == (1, 1, 1, 1)


def test_sixty_laureates_are_listed_by_pages_at_the_same_cost(cycle, at, client, django_assert_num_queries):
    envelope = cycle.envelopes.get()
    lead = Department.objects.create(name="Voirie", short_name="Voirie")
    laureates = [factory.laureate(cycle, at, price="1000.00", title=f"Projet {n:02d}") for n in range(60)]
    made = Delivery.objects.bulk_create(
        Delivery(
            proposal=p, envelope=envelope, resolution="D", lead_department=lead, contact_name="N",
            promised_on=date(2027, 1, 1), created_at=at,
        )
        for p in laureates
    )  # fmt: skip
    Milestone.objects.bulk_create(Milestone(delivery=d, kind="delivery", planned_on=d.promised_on) for d in made)
    client.get("/2026/")

    with django_assert_num_queries(14):
        page = client.get("/2026/realisation/?page=3")

    assert len(page.context["page"].object_list) == 20
    assert len(page.context["lines"]) == 60
