"""A tablet of a polling place: six digits, once, ten minutes; a booth like any other, and a mark that names the place."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connections, transaction
from django.test import Client

from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from tests.factories import voting as make
from tests.reading import Page, plain
from tests.voting.test_at_the_same_time import together, wait_for_lock
from tests.voting.test_booth import hidden, position
from voting import selectors, services
from voting.models import Place, RollEntry, RollMark, TabletUnlock

WRONG = "Ce code n’ouvre pas de tablette, ou plus : demandez-en un autre à l’accueil."
pytestmark = pytest.mark.django_db


def unlock(entry, hall, by, at=None):
    return services.open_tablet(entry, hall, by=by, at=at or make.clock())


def enter(poll, code, at=None, network="10.0.0"):
    return services.enter_tablet(poll, code=code, network=network, at=at or make.clock())


def refusal(act, *args, **facts):
    with pytest.raises(Refused) as refused:
        act(*args, **facts)
    return plain(str(refused.value))


@pytest.fixture
def tablet(client, poll, hall, lucie, aicha):
    """Aïcha stands before the tablet, which has let her in."""
    answer = client.post("/2026/vote/tablette/", {"code": unlock(aicha, hall, lucie)})
    assert (answer.status_code, answer["Location"]) == (303, "/2026/vote/bulletin/")
    return client


def drop(client, poll, *numbers):
    answer = client.post("/2026/vote/bulletin/", {"acte": "verifier", "c": [position(poll, n) for n in numbers]})
    return client.post("/2026/vote/deposer/", hidden(answer, "/2026/vote/deposer/"))


def test_the_code_is_six_digits_kept_as_a_hash_for_ten_minutes(poll, hall, lucie, aicha):
    now, lines = make.clock(), JournalEntry.objects.count()

    code = unlock(aicha, hall, lucie, now)

    row = TabletUnlock.objects.get()
    assert re.fullmatch(r"\d{6}", code)
    assert code not in row.code_digest
    assert (row.entry, row.station, row.agent, row.expires_at) == (aicha, hall, lucie, now + timedelta(minutes=10))
    assert JournalEntry.objects.count() == lines
    assert not RollMark.objects.exists()


def test_a_code_opens_once_and_leaves_nothing(poll, hall, lucie, aicha):
    code = unlock(aicha, hall, lucie)

    entered = enter(poll, f" {code[:3]} {code[3:]} ")

    assert (entered.entry, entered.place) == (aicha, Place("halle-aux-grains", lucie.pk))
    assert not TabletUnlock.objects.exists()
    assert refusal(enter, poll, code) == WRONG


def test_a_code_lives_ten_minutes(poll, hall, lucie, aicha):
    now = make.clock()
    code = unlock(aicha, hall, lucie, now)

    assert refusal(enter, poll, code, now + timedelta(minutes=10)) == WRONG


def test_a_new_code_replaces_the_last(poll, hall, lucie, aicha):
    first, second = unlock(aicha, hall, lucie), unlock(aicha, hall, lucie)

    assert TabletUnlock.objects.count() == 1
    if first != second:
        assert refusal(enter, poll, first) == WRONG
    assert enter(poll, second).entry == aicha


def test_codes_that_nobody_used_are_forgotten(poll, hall, lucie, aicha, chloe_entry):
    now = make.clock()
    unlock(aicha, hall, lucie, now - timedelta(minutes=11))

    unlock(chloe_entry, hall, lucie, now)

    assert list(TabletUnlock.objects.order_by("pk").values_list("entry", flat=True)) == [chloe_entry.pk]


def test_a_paper_ballot_ends_the_code(poll, hall, lucie, aicha):
    code = unlock(aicha, hall, lucie)
    services.mark_at_desk(aicha, hall, by=lucie, at=make.clock())

    assert refusal(enter, poll, code) == WRONG
    assert "a déjà voté" in refusal(unlock, aicha, hall, lucie)


def test_a_code_is_bound_to_its_poll(poll, hall, lucie, aicha):
    other = make.seal(make.draft_poll(cycle=make.cycle_with_projects("2025", "BP25")))

    assert refusal(enter, other, unlock(aicha, hall, lucie)) == WRONG
    assert TabletUnlock.objects.count() == 1


def test_wrong_codes_are_limited_by_network_and_good_ones_do_not_count(poll, hall, lucie, aicha):
    now = make.clock()
    for _good in range(25):
        enter(poll, unlock(aicha, hall, lucie, now), now)
    code = unlock(aicha, hall, lucie, now)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _try in range(20):
        assert refusal(enter, poll, wrong, now) == WRONG

    assert "Trop d’essais" in refusal(enter, poll, code, now)
    assert enter(poll, code, now, network="10.0.1").entry == aicha


def test_wrong_codes_are_limited_for_the_whole_poll(poll, hall, lucie, aicha, monkeypatch):
    monkeypatch.setattr("voting.services.marking.WRONG_PER_POLL", 3)
    now = make.clock()
    code = unlock(aicha, hall, lucie, now)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for network in ("10.1", "10.2", "10.3"):
        assert refusal(enter, poll, wrong, now, network) == WRONG

    assert "Trop d’essais" in refusal(enter, poll, code, now, "10.4")


def test_a_closed_place_lets_nobody_in_and_somebody_set_aside_stays_out(poll, hall, lucie, aicha):
    code = unlock(aicha, hall, lucie)
    RollEntry.objects.filter(pk=aicha.pk).update(status="set_aside", status_reason="Homonyme.")

    assert "n’est pas admise" in refusal(enter, poll, code)

    RollEntry.objects.filter(pk=aicha.pk).update(status="admitted")
    hall.sessions.update(closed_at=make.clock(), closed_by=lucie, marks_at_closing=0)
    TabletUnlock.objects.all().delete()
    assert "Ce lieu de vote est fermé" in refusal(unlock, aicha, hall, lucie)


@pytest.mark.django_db(transaction=True)
def test_two_tablets_with_the_same_code_let_one_in(poll, hall, lucie, aicha):
    code = unlock(aicha, hall, lucie)

    outcomes = together([lambda: enter(poll, code) for _tablet in range(8)])

    assert sum(not isinstance(outcome, Refused) for outcome in outcomes) == 1


def test_the_tablet_s_page_asks_for_the_code_alone(client, poll, hall):
    page = Page(client.get("/2026/vote/tablette/"))
    wrong = client.post("/2026/vote/tablette/", {"code": "000000"})
    empty = client.post("/2026/vote/tablette/", {"code": ""})

    assert page.heading == "Votez ici"
    assert (wrong.status_code, Page(wrong).error_of("code").endswith(WRONG)) == (422, True)
    assert "Tapez les six chiffres" in Page(empty).error_of("code")
    assert "isoloir" not in wrong.cookies


def test_without_an_open_vote_the_tablet_says_so(client, db):
    make.seal(make.draft_poll(opens=-make.HOUR, closes=-make.HOUR / 2))

    page = Page(client.get("/2026/vote/tablette/"))

    assert page.heading == "Cette tablette ne sert pas"
    assert not page.all("input", name="code")


def test_the_mark_names_the_place_and_the_agent_and_nothing_else_is_written(tablet, poll, lucie, aicha):
    before = {model._meta.label: model._base_manager.count() for model in apps.get_models()}

    page = drop(tablet, poll, "BP26-0001")

    after = {model._meta.label: model._base_manager.count() for model in apps.get_models()}
    assert page.status_code == 200
    mark = RollMark.objects.get()
    assert (mark.entry, mark.channel, mark.station, mark.agent) == (aicha, "tablet", "halle-aux-grains", lucie)
    grown = {label: number - before[label] for label, number in after.items() if number != before[label]}
    assert grown == {"voting.RollMark": 1, "voting.SealedBallot": 1}


def test_the_receipt_leaves_nothing_on_the_tablet(tablet, poll):
    page = drop(tablet, poll, "BP26-0001")

    assert page["Clear-Site-Data"] == '"cache", "storage"'
    assert page.cookies["isoloir"].value == ""
    assert "no-store" in page["Cache-Control"]
    read = Page(page)
    assert read.links()["Terminé : rendre la tablette"] == "/2026/vote/tablette/"
    assert "Recopiez-le à la main" in read.text
    assert not read.all("button", data_copy="")


def test_leaving_the_tablet_clears_it(tablet):
    answer = tablet.post("/2026/vote/quitter/")

    assert (answer["Location"], answer["Clear-Site-Data"]) == ("/2026/vote/tablette/", '"cache", "storage"')
    assert answer.cookies["isoloir"].value == ""


def test_online_nothing_is_cleared(client, poll, aicha, review):
    assert "Clear-Site-Data" not in client.post("/2026/vote/quitter/")


def test_the_tablet_s_session_lasts_half_an_hour(tablet, poll, monkeypatch):
    assert tablet.get("/2026/vote/bulletin/").status_code == 200
    monkeypatch.setattr("voting.booth.TABLET_LIFE", timedelta(seconds=-1))

    answer = tablet.get("/2026/vote/bulletin/")

    assert (answer.status_code, answer["Location"]) == (303, "/2026/vote/tablette/")
    assert answer.cookies["isoloir"].value == ""


def test_a_place_that_closes_stops_the_tablet_and_the_ballot(tablet, poll, hall, lucie, box):
    review = tablet.post("/2026/vote/bulletin/", {"acte": "verifier", "c": [position(poll, "BP26-0001")]})
    services.close_station(hall, by=lucie, at=make.clock(), closing_seal_number="B-7")

    page = tablet.get("/2026/vote/bulletin/")
    dropped = tablet.post("/2026/vote/deposer/", hidden(review, "/2026/vote/deposer/"))

    assert (page.status_code, Page(page).heading) == (409, "Ce lieu de vote est fermé")
    assert dropped.status_code == 409
    assert "Ce lieu de vote est fermé" in Page(dropped).text
    assert box(poll) == (0, 0)


def test_who_is_marked_meanwhile_is_refused(tablet, poll, hall, lucie, aicha, box):
    review = tablet.post("/2026/vote/bulletin/", {"acte": "verifier", "c": [position(poll, "BP26-0001")]})
    services.mark_at_desk(aicha, hall, by=lucie, at=make.clock())

    dropped = tablet.post("/2026/vote/deposer/", hidden(review, "/2026/vote/deposer/"))

    assert dropped.status_code == 409
    assert "Vous avez déjà voté" in Page(dropped).text
    assert box(poll) == (1, 0)


def test_the_cookie_of_another_poll_opens_nothing(tablet, poll):
    other = make.seal(make.draft_poll(cycle=make.cycle_with_projects("2025", "BP25")))
    cookie = tablet.cookies["isoloir"].value
    stranger = Client()
    stranger.cookies["isoloir"] = cookie

    answer = stranger.get("/2025/vote/bulletin/")

    assert other.digest != poll.digest
    assert (answer.status_code, answer["Location"]) == (303, "/2025/vote/tablette/")


def test_a_ballot_cast_in_a_place_that_is_not_open_is_refused(poll, lucie, aicha, review, box):
    cast = replace(review(poll, aicha, "BP26-0001"), place=Place("nulle-part", lucie.pk))

    assert "Ce lieu de vote est fermé" in refusal(services.cast_many, poll, [cast])
    assert box(poll) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_closing_the_place_waits_for_the_ballot_under_way(poll, hall, lucie, aicha, review, box):
    cast = replace(review(poll, aicha, "BP26-0001"), place=Place(hall.code, lucie.pk))
    outcomes = []

    def run(act, *args, **facts):
        outcomes.append(act(*args, **facts))
        connections.close_all()

    confirm = threading.Thread(target=run, args=(services.cast_many, poll, [cast]))
    facts = {"by": lucie, "at": make.clock(), "closing_seal_number": "B-7"}
    close = threading.Thread(target=run, args=(services.close_station, hall), kwargs=facts)
    with transaction.atomic():
        RollEntry.objects.select_for_update().get(pk=aicha.pk)
        confirm.start()
        wait_for_lock("voting_rollentry")
        close.start()
        wait_for_lock("voting_stationsession")
        assert outcomes == []
    for thread in (confirm, close):
        thread.join(30)

    assert outcomes[1].marks_at_closing == 1
    assert box(poll) == (1, 1)
    assert selectors.marks_by_place(poll) == {"halle-aux-grains": {"tablet": 1}}
