"""Places of a vote: what the team writes, what residents read, how a place opens and closes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from tests.factories import voting as make
from tests.reading import Page, plain
from voting import selectors, services, waiting
from voting.models import Poll, PollingStation, StationSession, TabletUnlock
from voting.services import StationFacts

pytestmark = pytest.mark.django_db
OPENING = {"staff": "Lucie Adam, Omar Sy", "seal_number": "A-101", "is_box_shown": True}


def acts():
    return list(JournalEntry.objects.order_by("pk").values_list("act", flat=True))


def test_the_team_adds_a_place_and_residents_read_it(sign_in, paula, poll, client):
    answer = sign_in(paula).post(
        f"/bureau/vote/{poll.pk}/lieux/",
        {"name": "Halle aux grains", "postal_address": "2 place du Marché", "hours": "Samedi, de 10 h à 18 h"},
    )

    assert (answer.status_code, answer["Location"]) == (303, f"/bureau/vote/{poll.pk}/lieux/")
    row = PollingStation.objects.get()
    assert (row.code, row.name) == ("halle-aux-grains", "Halle aux grains")
    assert acts()[-1] == "add_station"
    page = Page(client.get("/2026/vote/"))
    for words in ("Voter sur place", "Halle aux grains", "2 place du Marché", "Samedi, de 10 h à 18 h"):
        assert words in page.text


def test_two_places_of_one_name_have_two_codes(poll, paula):
    codes = [services.save_station(poll, StationFacts("École"), by=paula, at=make.clock()).code for _n in range(3)]

    assert codes == ["ecole", "ecole-2", "ecole-3"]


def test_the_code_follows_the_name_until_the_place_has_opened(poll, paula, lucie):
    row = services.save_station(poll, StationFacts("École"), by=paula, at=make.clock())
    renamed = services.save_station(poll, StationFacts("Mairie"), by=paula, at=make.clock(), station=row)
    make.held(renamed, lucie)

    again = services.save_station(poll, StationFacts("Mairie annexe"), by=paula, at=make.clock(), station=renamed)

    assert (renamed.code, again.code, again.name) == ("mairie", "mairie", "Mairie annexe")
    assert acts()[-1] == "change_station"


def test_a_place_has_a_name(sign_in, paula, poll):
    answer = sign_in(paula).post(f"/bureau/vote/{poll.pk}/lieux/", {"name": " "})

    assert answer.status_code == 422
    assert Page(answer).error_of("name").endswith("Donnez un nom à ce lieu.")


def test_only_the_team_writes_places_and_only_before_closing(poll, lucie, paula):
    with pytest.raises(Refused, match="Seule l’équipe participation"):
        services.save_station(poll, StationFacts("École"), by=lucie, at=make.clock())
    services.close(poll, by=make.BUILDER, at=make.clock() + 2 * make.HOUR)

    with pytest.raises(Refused, match="ses lieux ne changent plus"):
        services.save_station(poll, StationFacts("École"), by=paula, at=make.clock())


def test_a_place_that_never_opened_is_removed_and_another_is_not(sign_in, paula, lucie, poll):
    school, hall = make.station(poll, "École"), make.held(make.station(poll), lucie)
    client = sign_in(paula)

    removed = client.post(f"/bureau/vote/{poll.pk}/lieux/{school.pk}/retirer/")
    kept = client.post(f"/bureau/vote/{poll.pk}/lieux/{hall.pk}/retirer/")

    assert (removed.status_code, kept.status_code) == (303, 403)
    assert "Ce lieu a déjà servi" in kept.content.decode()
    assert list(PollingStation.objects.order_by("pk")) == [hall]
    assert acts()[-1] == "remove_station"


def test_a_place_of_another_vote_is_not_there(sign_in, paula, poll):
    other = make.station(make.draft_poll(cycle=make.cycle_with_projects("2025", "BP25")))

    assert sign_in(paula).get(f"/bureau/vote/{poll.pk}/lieux/{other.pk}/").status_code == 404


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_of_places_costs_the_same(sign_in, paula, poll, how_many, django_assert_num_queries):
    for number in range(how_many):
        make.station(poll, f"Salle {number}")
    client = sign_in(paula)
    client.get(f"/bureau/vote/{poll.pk}/lieux/")

    with django_assert_num_queries(5):
        page = Page(client.get(f"/bureau/vote/{poll.pk}/lieux/"))

    assert len(page.all("tbody")[0]) == how_many


def test_a_place_opens_once_with_its_staff_its_seal_and_a_box_that_was_shown(poll, lucie):
    hall, now = make.station(poll), make.clock()
    with pytest.raises(Refused, match="Montrez l’urne aux personnes présentes"):
        services.open_station(hall, by=lucie, at=now, **OPENING | {"is_box_shown": False})
    with pytest.raises(ValidationError):
        services.open_station(hall, by=lucie, at=now, **OPENING | {"staff": " "})

    session = services.open_station(hall, by=lucie, at=now, **OPENING)

    assert (session.staff, session.seal_number, session.opened_by) == ("Lucie Adam, Omar Sy", "A-101", lucie)
    assert acts()[-1] == "open_station"
    with pytest.raises(Refused, match="Ce lieu est déjà ouvert"):
        services.open_station(hall, by=lucie, at=now, **OPENING)


def test_a_place_does_not_open_for_a_draft_nor_after_the_vote_nor_for_anybody(draft, lucie, chloe, colette):
    hall = make.station(draft)
    with pytest.raises(Refused, match="Ce vote n’est pas en cours"):
        services.open_station(hall, by=lucie, at=make.clock(), **OPENING)
    make.seal(draft)
    for stranger in (chloe, colette):
        with pytest.raises(Refused, match="Seule une personne qui tient un lieu de vote"):
            services.open_station(hall, by=stranger, at=make.clock(), **OPENING)

    with pytest.raises(Refused, match="Ce vote n’est pas en cours"):
        services.open_station(hall, by=lucie, at=make.clock() + 2 * make.HOUR, **OPENING)


def test_closing_counts_the_marks_of_the_place_and_stops_its_tablets(poll, hall, lucie, aicha, chloe_entry):
    services.mark_at_desk(aicha, hall, by=lucie, at=make.clock())
    services.open_tablet(chloe_entry, hall, by=lucie, at=make.clock())

    session = services.close_station(hall, by=lucie, at=make.clock(), closing_seal_number="B-7", remarks="Calme.")

    assert (session.marks_at_closing, session.closing_seal_number, session.closed_by) == (1, "B-7", lucie)
    assert acts()[-1] == "close_station"
    assert not TabletUnlock.objects.exists()
    with pytest.raises(Refused, match="Ce lieu est déjà fermé"):
        services.close_station(hall, by=lucie, at=make.clock(), closing_seal_number="B-7")


def test_closing_names_a_seal(hall, lucie):
    with pytest.raises(Refused, match="Indiquez le numéro du scellé"):
        services.close_station(hall, by=lucie, at=make.clock(), closing_seal_number=" ")


def test_a_place_closes_after_the_vote_too(poll, hall, lucie):
    services.close(poll, by=make.BUILDER, at=make.clock() + 2 * make.HOUR)

    services.close_station(hall, by=lucie, at=make.clock() + 2 * make.HOUR, closing_seal_number="B-7")

    assert StationSession.objects.get().closed_at is not None


def test_the_desk_says_what_waits(poll, lucie):
    now, hall = make.clock(), make.station(poll)
    make.station(poll, "École")
    words = waiting.places(lucie, now), waiting.places(lucie, now - 5 * make.HOUR)
    make.held(hall, lucie)

    assert words == ("2 lieux à ouvrir", "")
    assert waiting.places(lucie, now) == "1 lieu à ouvrir"
    assert waiting.places(lucie, now + timedelta(days=1)) == "1 lieu à fermer"
    services.close_station(hall, by=lucie, at=now, closing_seal_number="B-7")
    assert waiting.places(lucie, now) == "1 lieu à ouvrir"


def test_the_poll_s_page_counts_marks_by_place_and_links_its_desks(sign_in, paula, poll, hall, lucie, aicha, review):
    services.mark_at_desk(aicha, hall, by=lucie, at=make.clock())
    make.station(poll, "Gymnase")

    assert [(plain(label), plain(words)) for label, words in selectors.turnout_by_place(Poll.objects.get())] == [
        ("Émargements, Gymnase", "0"),
        ("Émargements, Halle aux grains", "1 sur papier"),
    ]
    page = Page(sign_in(paula).get(f"/bureau/vote/{poll.pk}/"))
    assert page.links()["Lieux de vote"] == f"/bureau/vote/{poll.pk}/lieux/"
    assert page.links()["Registre des incidents"] == f"/bureau/vote/{poll.pk}/incidents/"
    assert "1 sur papier" in page.text
