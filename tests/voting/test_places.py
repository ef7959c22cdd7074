"""The desk of a polling place over HTTP: who reaches it, how somebody is found, and that no address names them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.factories import voting as make
from tests.reading import Page
from voting import services, station_reports
from voting.models import Incident, RollEntry, RollMark, StationSession, TabletUnlock
from voting.services.roll import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(sign_in, lucie, hall):
    """Lucie at the desk of the grain hall."""
    client = sign_in(lucie)
    client.home = f"/bureau/lieux/{hall.pk}/"
    return client


def at_person(desk, entry, **values):
    return desk.post(f"{desk.home}personne/", {"entry": entry.pk} | values)


def hand(desk, entry, **values):
    return at_person(desk, entry, act="paper", is_identity_checked="on", **values)


def test_a_polling_officer_sees_places_and_no_other_desk(sign_in, lucie, poll, hall):
    client = sign_in(lucie)

    assert client.get("/bureau/lieux/").status_code == 200
    for address in ("/bureau/vote/", f"/bureau/vote/{poll.pk}/", f"/bureau/vote/{poll.pk}/lieux/", "/bureau/tri/"):
        assert client.get(address).status_code in {403, 404}
    assert list(Page(client.get("/bureau/")).links().values()) == ["/bureau/lieux/"]


@pytest.mark.parametrize("who", ["colette", "chloe", "bruno"])
def test_the_others_have_no_such_desk(sign_in, request, hall, aicha, who):
    client, home = sign_in(request.getfixturevalue(who)), f"/bureau/lieux/{hall.pk}/"

    assert client.get("/bureau/lieux/").status_code == 404
    assert client.get(home).status_code == 404
    assert client.get(f"{home}fermer/").status_code == 404
    for act in ("", "ouvrir/", "fermer/", "personne/", "fiche/"):
        values = {"entry": aicha.pk, "act": "paper", "is_identity_checked": "on", "words": "Aïcha"}
        assert client.post(f"{home}{act}", values).status_code == 404
    assert not RollMark.objects.exists()


def test_a_place_of_a_draft_is_not_there(sign_in, lucie, draft):
    assert sign_in(lucie).get(f"/bureau/lieux/{make.station(draft).pk}/").status_code == 404


def test_a_place_opens_and_closes_by_its_pages(sign_in, lucie, poll):
    hall, client = make.station(poll), sign_in(lucie)
    home = f"/bureau/lieux/{hall.pk}/"
    unshown = client.post(f"{home}ouvrir/", {"staff": "Lucie Adam", "seal_number": "A-101"})
    opened = client.post(f"{home}ouvrir/", {"staff": "Lucie Adam", "seal_number": "A-101", "is_box_shown": "on"})
    inside = Page(client.get(home))
    closed = client.post(f"{home}fermer/", {"closing_seal_number": "B-7", "remarks": "Calme."})
    again = Page(client.get(home))

    assert "Montrez l’urne aux personnes présentes" in Page(unshown).error_of("is_box_shown")
    assert (opened["Location"], closed["Location"]) == (home, home)
    [field] = inside.all("input", name="words")
    assert field.get("autofocus") is not None
    assert not again.all("input", name="words")
    assert "Le scellé n° B-7, posé à la dernière fermeture, est intact" in again.text
    assert StationSession.objects.get().remarks == "Calme."


def test_a_person_is_found_by_a_post_with_what_tells_homonyms_apart(desk, poll, lucie, review):
    services.admit(
        poll,
        [Person("Élodie Lefèvre", 1978, number="L-1", postal_address="3 rue Haute"), Person("Élodie Lefèvre", 1951)],
        by=make.BUILDER,
        at=make.clock(),
    )
    older = RollEntry.objects.get(birth_year=1951)
    services.cast_many(poll, [review(poll, older, "BP26-0001")])

    page = Page(desk.post(desk.home, {"words": "lefevre elodie"}))

    [field] = page.all("input", name="words")
    assert field.get("autofocus") is None
    said = [words for words in page.words("button") if "Lefèvre" in words]
    assert re.match(r"Élodie Lefèvre\s*né·e en 1951\s*a voté en ligne le \d", said[0])
    assert re.match(r"Élodie Lefèvre\s*né·e en 1978 · 3 rue Haute · n° L-1\s*n’a pas voté", said[1])
    assert len(said) == 2


def test_no_address_names_anybody(desk, aicha):
    pages = [desk.post(desk.home, {"words": "Aïcha"}), at_person(desk, aicha), desk.get(desk.home)]

    for page in pages:
        for address in re.findall(r'(?:href|action|src)="([^"]*)"', page.content.decode()):
            assert "words" not in address
            assert f"/{aicha.pk}/" not in address.removeprefix(desk.home)
    assert desk.get(f"{desk.home}?words=Aïcha").content.decode().count("Aïcha") == 0
    assert desk.get(f"{desk.home}personne/").status_code == 405


def test_twelve_at_most_and_the_page_says_there_are_others(desk, poll):
    make.admit(poll, *(f"Voisin {n}" for n in range(13)))

    page = Page(desk.post(desk.home, {"words": "voisin"}))

    assert len([words for words in page.words("button") if "Voisin" in words]) == 12
    assert "D’autres personnes répondent" in page.text


def test_nobody_found_and_nothing_typed_are_said(desk):
    assert "Aucune personne de ce nom sur la liste" in Page(desk.post(desk.home, {"words": "Zoé"})).text
    assert "Tapez un nom" in Page(desk.post(desk.home, {"words": " "})).error_of("words")


def test_a_ballot_is_handed_over_once_the_identity_is_checked(desk, aicha, lucie):
    page = Page(at_person(desk, aicha))
    unchecked = Page(at_person(desk, aicha, act="paper"))
    assert not RollMark.objects.exists()

    answer = hand(desk, aicha)

    assert "Remettre le bulletin papier et émarger" in page.words("button")
    assert "Vérifiez la pièce d’identité" in unchecked.error_of("is_identity_checked")
    assert (answer.status_code, answer["Location"]) == (303, desk.home)
    assert RollMark.objects.get().agent == lucie
    said = desk.get(desk.home).content.decode()
    assert "Émargement enregistré" in said
    assert "Aïcha" not in said


def test_who_votes_twice_over_receives_each_ballot(sign_in, lucie):
    cycle = make.cycle_with_projects()
    plan = services.plan_of(cycle)
    [town] = plan.rules.scopes
    plan = replace(
        plan,
        rules=replace(plan.rules, scopes=(town, replace(town, id="mariniers"))),
        scope_names={"ville": "Toute la ville", "mariniers": "Les Mariniers"},
    )
    now, when = make.clock(), {"opens_at": make.clock() - make.HOUR, "closes_at": make.clock() + make.HOUR}
    poll = services.create_poll(
        cycle, by=make.BUILDER, at=now - 3 * make.HOUR, kind="practice", title="Vote", plan=plan, **when
    )
    bruno = Person("Bruno", 1970, ("ville", "mariniers"))
    services.admit(poll, [bruno, Person("Dora", 1980)], by=make.BUILDER, at=now)
    hall = make.held(make.station(make.seal(poll)), lucie)
    client, entry = sign_in(lucie), poll.entries.get(name="Bruno")
    client.home = f"/bureau/lieux/{hall.pk}/"

    page = Page(at_person(client, entry))
    hand(client, entry)

    assert {"Toute la ville", "Les Mariniers"} <= set(page.words("li"))
    assert "remettez les 2 bulletins" in client.get(client.home).content.decode()


def test_a_double_click_says_that_one_ballot_is_due(desk, aicha):
    hand(desk, aicha)

    second = hand(desk, aicha)

    assert second.status_code == 409
    for words in ("a déjà voté", "Si vous venez de cliquer deux fois", "a voté sur papier le", "Halle aux grains"):
        assert words in Page(second).text
    assert RollMark.objects.count() == 1


def test_the_tablet_s_code_is_shown_once_and_the_page_is_not_kept(desk, aicha):
    unchecked = at_person(desk, aicha, act="tablet")
    page = at_person(desk, aicha, act="tablet", is_identity_checked="on")

    assert unchecked.status_code == 422
    [code] = Page(page).words("output")
    assert re.fullmatch(r"\d{3} \d{3}", code)
    assert "no-store" in page["Cache-Control"]
    assert "/2026/vote/tablette/" in Page(page).text
    assert TabletUnlock.objects.get().entry == aicha
    assert not RollMark.objects.exists()


def test_who_is_not_admitted_gets_nothing(desk, aicha):
    RollEntry.objects.filter(pk=aicha.pk).update(status="pending")
    page = Page(at_person(desk, aicha))

    answer = hand(desk, aicha)

    assert "à vérifier" in page.text
    assert "Remettre le bulletin papier et émarger" not in page.words("button")
    assert answer.status_code == 409
    assert "envoyez la personne à l’équipe participation" in Page(answer).text
    assert not RollMark.objects.exists()


def test_who_is_marked_already_claims_a_contested_ballot(desk, hall, aicha):
    hand(desk, aicha)
    wordless = at_person(desk, aicha, act="claim", facts=" ")

    answer = at_person(desk, aicha, act="claim", facts="Dit ne pas avoir voté.")
    said = Page(desk.get(desk.home))
    twice = at_person(desk, aicha, act="claim", facts="Encore.")

    incident = Incident.objects.get()
    assert (incident.kind, incident.entry, incident.station) == ("contested", aicha, hall)
    assert (wordless.status_code, answer.status_code, twice.status_code) == (422, 303, 409)
    assert f"Incident n° {incident.pk} écrit" in said.text


@pytest.mark.parametrize("wrong", ["", "x", "0", "99999999", "9" * 30, "²"])
def test_somebody_who_is_not_on_this_roll_is_not_there(desk, wrong):
    assert desk.post(f"{desk.home}personne/", {"entry": wrong}).status_code == 404


def test_somebody_of_another_vote_is_not_there(desk):
    [stranger] = make.admit(make.draft_poll(cycle=make.cycle_with_projects("2025", "BP25")), "Bruno")

    assert at_person(desk, stranger).status_code == 404


def test_an_unknown_act_is_not_there(desk, aicha):
    assert at_person(desk, aicha, act="burn").status_code == 404


def test_the_roll_is_shut_with_the_place(desk, hall, lucie, aicha):
    services.close_station(hall, by=lucie, at=make.clock(), closing_seal_number="B-7")

    search, person, mark = desk.post(desk.home, {"words": "Aïcha"}), at_person(desk, aicha), hand(desk, aicha)

    assert {answer["Location"] for answer in (search, person, mark)} == {desk.home}
    page = desk.get(desk.home).content.decode()
    assert "Ce lieu n’est pas ouvert" in page
    assert "Aïcha" not in page
    assert not RollMark.objects.exists()


def test_before_and_after_the_vote_an_open_place_has_no_search(sign_in, lucie, paula):
    poll = make.draft_poll(opens=make.HOUR, closes=2 * make.HOUR)
    make.admit(poll, "Aïcha")
    hall, client = make.held(make.station(make.seal(poll)), lucie), sign_in(lucie)
    early = Page(client.get(f"/bureau/lieux/{hall.pk}/"))
    answer = client.post(f"/bureau/lieux/{hall.pk}/", {"words": "Aïcha"})
    services.close(poll, by=make.BUILDER, at=make.clock() + 3 * make.HOUR)
    late = Page(client.get(f"/bureau/lieux/{hall.pk}/"))

    assert "Le lieu est prêt" in early.text
    assert answer.status_code == 303
    assert "Plus personne n’est émargé" in late.text
    assert not early.all("input", name="words") + late.all("input", name="words")


@pytest.mark.parametrize("how_many", [1, 3])
def test_a_search_costs_the_same(desk, poll, how_many, django_assert_num_queries):
    make.admit(poll, *(f"Voisin {n}" for n in range(how_many)))
    desk.get(desk.home)

    with django_assert_num_queries(11):
        page = Page(desk.post(desk.home, {"words": "voisin"}))

    assert len([words for words in page.words("button") if "Voisin" in words]) == how_many


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_of_places_costs_the_same(sign_in, lucie, poll, how_many, django_assert_num_queries):
    for number in range(how_many):
        make.held(make.station(poll, f"Salle {number}"), lucie)
    client = sign_in(lucie)
    client.get("/bureau/lieux/")

    with django_assert_num_queries(6):
        page = Page(client.get("/bureau/lieux/"))

    assert len(page.all("tbody")[0]) == how_many
    assert "ouvert depuis le" in page.text


def test_the_sheet_of_a_place_is_ordered_and_says_the_seal_and_the_digest(desk, hall, poll, chloe, lucie, town):
    answer = desk.post(f"{desk.home}fiche/")

    assert answer.status_code == 303
    data = station_reports.sheet_data({"station": hall.pk})
    assert (data["station"], data["digest"]) == (hall, poll.digest)
    assert not station_reports.may_request(chloe, {"station": hall.pk}, make.clock())
    assert station_reports.may_request(lucie, {"station": hall.pk}, make.clock())
    assert not station_reports.may_request(lucie, {"station": 0}, make.clock())
    assert station_reports.file_name({"station": hall.pk}) == "fiche-du-lieu-halle-aux-grains.pdf"
