"""The desk of places: by hand, in order, changed, removed when nothing rests on them."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from cycles import selectors, services
from cycles.models import Area
from tests.factories import cycles as factory
from tests.factories import proposals as ideas

pytestmark = pytest.mark.django_db
DESK = "/bureau/editions/2026/lieux/"


@pytest.fixture
def cycle(at, town):
    return factory.cycle(at)


def plain(answer):
    return answer.content.decode().replace("\u00a0", " ")


def test_a_place_without_an_outline_is_added_by_hand(cycle, paula, sign_in):
    client = sign_in(paula)
    parent = cycle.areas.get(code="ville")

    answer = client.post(DESK, {"name": "Bel-Air", "kind": "priority", "parent": parent.pk, "population": "6890"})

    assert answer.status_code == 303
    assert "« Bel-Air » est ajouté." in plain(client.get(DESK))
    made = cycle.areas.get(code="bel-air")
    assert (made.name, made.kind, made.parent, made.population) == ("Bel-Air", "priority", parent, 6890)
    assert client.post(DESK, {"name": "Bel-Air", "kind": "priority"}).status_code == 303
    assert cycle.areas.filter(code="bel-air-2").exists()


def test_what_is_wrong_is_said_and_what_was_typed_stays(cycle, paula, sign_in):
    answer = sign_in(paula).post(DESK, {"name": "", "kind": "district", "population": "beaucoup"})

    assert answer.status_code == 422
    assert "écrivez le nom" in plain(answer)
    assert 'value="beaucoup"' in plain(answer)


def test_a_place_changes_and_never_lies_in_itself(cycle, paula, at):
    ville, mariners = cycle.areas.get(code="ville"), cycle.areas.get(code="mariniers")

    services.change_area(mariners, by=paula, at=at, population=4300)
    with pytest.raises(ValidationError, match="contient déjà celui-ci"):
        services.change_area(ville, by=paula, at=at, parent=mariners)

    mariners.refresh_from_db()
    assert (mariners.population, mariners.code) == (4300, "mariniers")
    assert JournalEntry.objects.filter(act="change_area").count() == 1


def test_the_team_puts_the_list_in_its_order(cycle, paula, at, sign_in):
    services.add_area(cycle, by=paula, at=at, name="Centre", code="centre")
    names = [area.name for area in selectors.areas_of(cycle)]
    assert names == ["Centre", "Les Mariniers", "Toute la ville"]

    sign_in(paula).post(f"{DESK}ville/deplacer/", {"sens": "haut"})
    sign_in(paula).post(f"{DESK}centre/deplacer/", {"sens": "haut"})

    assert [area.name for area in selectors.areas_of(cycle)] == ["Centre", "Toute la ville", "Les Mariniers"]


def test_a_place_that_something_rests_on_stays_and_says_what(cycle, paula, at, sign_in):
    client = sign_in(paula)
    cycle.envelopes.update(area=cycle.areas.get(code="mariniers"))

    page = plain(client.get(f"{DESK}ville/"))
    assert "« Toute la ville » ne peut pas être retiré : il contient Les Mariniers." in page
    with pytest.raises(Refused, match="l’enveloppe"):
        services.remove_area(cycle.areas.get(code="mariniers"), by=paula, at=at)

    cycle.envelopes.update(area=None)
    ideas.published(at, cycle, area=cycle.areas.get(code="mariniers"))
    answer = client.post(f"{DESK}mariniers/retirer/")
    assert answer["Location"] == f"{DESK}mariniers/"
    assert "1 idée est située dans « Les Mariniers »" in plain(client.get(answer["Location"]))
    assert Area.objects.filter(code="mariniers").exists()


def test_a_place_that_nothing_rests_on_goes(cycle, paula, sign_in):
    answer = sign_in(paula).post(f"{DESK}mariniers/retirer/")

    assert answer["Location"] == DESK
    assert not Area.objects.filter(code="mariniers").exists()
    assert JournalEntry.objects.filter(act="remove_area").exists()


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_as_much_for_one_place_as_for_three(cycle, paula, at, sign_in, number, django_assert_num_queries):
    for position in range(number - 1):
        services.add_area(cycle, by=paula, at=at, name=f"L{position}", code=f"l{position}")
    client = sign_in(paula)
    client.get(DESK)

    with django_assert_num_queries(7):
        assert client.get(DESK).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_the_public_page_asks_as_much_for_one_place_as_for_three(
    cycle, paula, at, client, number, django_assert_num_queries
):
    for position in range(number - 1):
        services.add_area(cycle, by=paula, at=at, name=f"L{position}", code=f"l{position}", population=10)
    client.get("/2026/lieux/?x")

    with django_assert_num_queries(7):
        assert client.get("/2026/lieux/").status_code == 200


def test_the_public_page_says_what_each_place_gets(cycle, paula, at, client):
    mariners = cycle.areas.get(code="mariniers")
    services.add_envelope(cycle, by=paula, at=at, name="Mariniers", amount_eur="42100.00", area=mariners)
    ideas.published(at, cycle, area=mariners)

    page = plain(client.get("/2026/lieux/"))

    assert "42 100 €" in page.replace("\u202f", " ")
    assert "1 idée" in page
    assert 'href="/2026/idees/?lieu=mariniers"' in page
    assert "10,00 €" in page  # per inhabitant
    csv = client.get("/2026/lieux.csv").content.decode().splitlines()
    assert csv[1] == "Les Mariniers;quartier;4210;42100.00;10.00"


def test_an_edition_without_places_says_so(cycle, client):
    cycle.areas.all().update(parent=None)
    cycle.areas.all().delete()

    assert "ne distingue pas de lieux" in plain(client.get("/2026/lieux/"))


def test_a_name_is_not_a_formula_in_a_spreadsheet(cycle, paula, at, client):
    services.add_area(cycle, by=paula, at=at, name="=1+1", code="a", population=1)

    assert "\n'=1+1;" in client.get("/2026/lieux.csv").content.decode()
