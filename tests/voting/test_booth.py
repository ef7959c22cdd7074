"""The booth over HTTP: what each page shows and never shows."""

from __future__ import annotations

import random
import re

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from cycles.models import Cycle
from tests.factories import voting as make
from voting import booth, selectors, services
from voting.models import Poll, PollState, RollMark
from voting.views import frames

pytestmark = pytest.mark.django_db


@pytest.fixture
def code(poll):
    letters = {issued.name: issued for issued in services.issue_codes(poll, by=make.BUILDER, at=make.clock())}
    return letters["Aïcha"].code


@pytest.fixture
def inside(client, poll, code):
    """Aïcha has shown her letter."""
    answer = client.post("/2026/vote/", {"code": code, "birth_year": "1970"})
    assert (answer.status_code, answer["Location"]) == (303, "/2026/vote/bulletin/")
    return client


def position(poll, number):
    return f"{selectors.sealed_of(poll).by_number[number].position:04d}"


def reviewed(client, poll, *numbers):
    return client.post(
        "/2026/vote/bulletin/", {"acte": "verifier", "c": [position(poll, number) for number in numbers]}
    )


def hidden(page, form_action):
    """The hidden fields of the form that posts there."""
    form = re.search(rf'<form[^>]*action="{form_action}".*?</form>', page.content.decode(), re.DOTALL).group(0)
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


def confirmed(client, poll, *numbers):
    return client.post("/2026/vote/deposer/", hidden(reviewed(client, poll, *numbers), "/2026/vote/deposer/"))


def test_the_entrance_says_what_when_who_and_what_is_promised(client, poll):
    page = client.get("/2026/vote/").content.decode()

    for words in ("Le vote est ouvert", "Choisissez jusqu’à 5 projets", "4 projets", "seule la clé l’empêche de parler",
                  "code reçu par courrier et année de naissance", poll.digest):  # fmt: skip
        assert words in page
    for word in ("scrutin", "électeur", "référendum"):
        assert word not in page


@pytest.mark.parametrize(
    ("opens", "closes", "words"), [(1, 2, "Le vote ouvre bientôt"), (-1, -0.5, "Le vote est clos")]
)
def test_outside_its_dates_the_booth_has_no_door(client, db, opens, closes, words):
    make.seal(make.draft_poll(opens=opens * make.HOUR, closes=closes * make.HOUR))

    page = client.get("/2026/vote/").content.decode()

    assert words in page
    assert 'name="code"' not in page


def test_without_a_poll_the_page_says_so(client, db):
    make.cycle_with_projects()

    assert "Le vote n’est pas encore annoncé" in client.get("/2026/vote/").content.decode()


def test_a_wrong_year_stays_at_the_door(client, poll, code):
    answer = client.post("/2026/vote/", {"code": code, "birth_year": "1951"})

    assert answer.status_code == 422
    assert "ne vont pas ensemble" in answer.content.decode()
    assert "isoloir" not in answer.cookies


def test_without_a_session_there_is_no_ballot(client, poll):
    assert client.get("/2026/vote/bulletin/")["Location"] == "/2026/vote/"
    assert client.post("/2026/vote/deposer/", {})["Location"] == "/2026/vote/"


def test_a_session_that_was_not_signed_here_is_nobody(client, inside):
    client.cookies["isoloir"] = client.cookies["isoloir"].value + "x"

    assert client.get("/2026/vote/bulletin/")["Location"] == "/2026/vote/"


def test_the_order_of_projects_is_the_voter_s_own_and_stays(inside, poll, chloe_entry, aicha):
    first = re.findall(r'name="c" value="(\d{4})"', inside.get("/2026/vote/bulletin/").content.decode())
    again = re.findall(r'name="c" value="(\d{4})"', inside.get("/2026/vote/bulletin/").content.decode())

    assert first == again
    assert sorted(first) == ["0000", "0001", "0002", "0003"]
    text = selectors.sealed_of(poll)
    assert services.order_seed(text, aicha) != services.order_seed(text, chloe_entry)


def test_the_review_shows_the_choices_and_no_reference(inside, poll):
    page = reviewed(inside, poll, "BP26-0001", "BP26-0004")
    html = page.content.decode()

    assert "Une cour qui respire" in html
    assert "Des bancs à l’ombre" in html
    assert "Un verger" not in html
    assert "Vous pouvez encore choisir 3 projets." in html
    assert not re.search(r"[0-9a-fA-F]{64}|(?:[0-9A-F]{4} ){3}", html)
    assert set(hidden(page, "/2026/vote/deposer/")) == {"csrfmiddlewaretoken", "seals", "tag", "until"}
    assert {"no-store", "no-transform", "private"} <= set(page["Cache-Control"].split(", "))


def test_every_review_has_one_size(inside, poll):
    sizes = {
        len(reviewed(inside, poll, *numbers).content)
        for numbers in ((), ("BP26-0001",), ("BP26-0001", "BP26-0002", "BP26-0003", "BP26-0004"))
    }
    seals = {
        len(hidden(reviewed(inside, poll, *numbers), "/2026/vote/deposer/")["seals"])
        for numbers in ((), ("BP26-0001",), ("BP26-0001", "BP26-0002", "BP26-0003", "BP26-0004"))
    }

    assert len(sizes) == len(seals) == 1


def test_changing_one_s_mind_keeps_the_boxes(inside, poll):
    page = reviewed(inside, poll, "BP26-0001")
    kept = hidden(page, "/2026/vote/bulletin/")

    html = inside.post("/2026/vote/bulletin/", kept).content.decode()

    assert re.findall(r'value="(\d{4})"[^>]*checked', html) == [position(poll, "BP26-0001")]


def test_the_receipt_shows_the_reference_and_no_choice(inside, poll):
    page = confirmed(inside, poll, "BP26-0001")
    html = page.content.decode()

    assert page.status_code == 200
    assert re.search(r"(?:[0-9A-F]{4} ){15}[0-9A-F]{4}", html)
    for title, _cost in make.PROJECTS:
        assert title not in html
    assert RollMark.objects.count() == 1
    assert page.cookies["isoloir"].value == ""


def test_no_choice_and_no_reference_in_any_address_or_session(inside, poll):
    for page in (inside.get("/2026/vote/bulletin/"), reviewed(inside, poll, "BP26-0001"), confirmed(inside, poll)):
        for address in re.findall(r'(?:href|action|src)="([^"]*)"', page.content.decode()):
            assert not re.search(r"[?&]c=|[0-9a-f]{64}", address)
    assert Session.objects.count() == 0


def test_a_second_post_of_the_same_form_gives_the_same_receipt(inside, poll):
    fields = hidden(reviewed(inside, poll, "BP26-0001"), "/2026/vote/deposer/")
    cookie = inside.cookies["isoloir"].value
    first = inside.post("/2026/vote/deposer/", fields).content.decode()
    inside.cookies["isoloir"] = cookie  # the answer was lost: the browser still has its session

    second = inside.post("/2026/vote/deposer/", fields).content.decode()

    assert re.findall(r"(?:[0-9A-F]{4} ){15}[0-9A-F]{4}", first) == re.findall(
        r"(?:[0-9A-F]{4} ){15}[0-9A-F]{4}", second
    )


def test_a_ballot_posted_once_the_session_has_ended_is_told_that_it_is_not_dropped(inside, poll, box):
    other_tab = hidden(reviewed(inside, poll, "BP26-0002"), "/2026/vote/deposer/")
    confirmed(inside, poll, "BP26-0001")

    answer = inside.post("/2026/vote/deposer/", other_tab)

    assert answer.status_code == 409
    assert "Ce bulletin n’est pas déposé" in answer.content.decode()
    assert "La vérification de ce bulletin a expiré" in answer.content.decode()
    assert box(poll) == (1, 1)


def test_who_has_voted_does_not_choose_again(client, inside, poll, code):
    confirmed(inside, poll, "BP26-0001")
    client.post("/2026/vote/", {"code": code, "birth_year": "1970"})

    answer = client.get("/2026/vote/bulletin/")

    assert answer.status_code == 409
    assert "Vous avez déjà voté" in answer.content.decode()
    assert "n’est pas déposé" not in answer.content.decode()
    assert "Revoir mes choix" not in answer.content.decode()


@pytest.mark.parametrize("field", ["seals", "tag", "until"])
def test_a_form_that_was_changed_is_refused_in_one_sentence(inside, poll, field, box):
    fields = hidden(reviewed(inside, poll, "BP26-0001"), "/2026/vote/deposer/")

    answer = inside.post("/2026/vote/deposer/", fields | {field: fields[field][::-1]})

    assert answer.status_code == 409
    assert "Ce bulletin" in answer.content.decode()
    assert box(poll) == (0, 0)


def test_a_post_too_large_is_not_read(inside, poll, box):
    assert inside.post("/2026/vote/deposer/", {"seals": "A" * 5_000_000}).status_code == 413
    assert box(poll) == (0, 0)


def test_leaving_without_voting_ends_the_session(inside):
    answer = inside.post("/2026/vote/quitter/")

    assert answer["Location"] == "/2026/vote/"
    assert answer.cookies["isoloir"].value == ""


def test_the_entrance_and_the_ballot_stay_within_twelve_queries(inside, poll, django_assert_max_num_queries):
    inside.get("/2026/vote/")
    with django_assert_max_num_queries(12):
        inside.get("/2026/vote/")
    with django_assert_max_num_queries(12):
        inside.get("/2026/vote/bulletin/")


def test_reviews_and_ballot_pages_of_random_choices_have_one_size(inside, poll):
    chance = random.Random(7)
    numbers = [f"BP26-000{n}" for n in range(1, 5)]

    chosen = [chance.sample(numbers, chance.randint(0, 4)) for _try in range(12)]
    pages = [reviewed(inside, poll, *some) for some in chosen]

    assert {page.status_code for page in pages} == {200}
    assert len({len(page.content) for page in pages}) == 1
    assert len({len(hidden(page, "/2026/vote/deposer/")["seals"]) for page in pages}) == 1
    assert not any("Content-Encoding" in page for page in pages)


def test_a_form_that_was_stolen_leaves_its_owner_the_vote(inside, poll):
    """Somebody posts Aïcha's reviewed form from their own browser: nothing is cast, and Aïcha votes as she likes."""
    stolen = hidden(reviewed(inside, poll, "BP26-0001"), "/2026/vote/deposer/")
    thief = Client()
    refused = thief.post("/2026/vote/deposer/", stolen)
    assert (refused.status_code, RollMark.objects.count()) == (409, 0)
    assert "Ce bulletin n’est pas déposé" in refused.content.decode()

    receipt = confirmed(inside, poll, "BP26-0002")

    assert receipt.status_code == 200
    assert RollMark.objects.count() == 1


def test_who_is_in_the_booth_does_not_post_another_voter_s_form(inside, poll, chloe_entry):
    stolen = hidden(reviewed(inside, poll, "BP26-0001"), "/2026/vote/deposer/")
    thief, response = Client(), HttpResponse()
    booth.enter(response, chloe_entry, poll, path="/2026/vote/")
    thief.cookies[booth.COOKIE] = response.cookies[booth.COOKIE].value

    refused = thief.post("/2026/vote/deposer/", stolen)

    assert (refused.status_code, RollMark.objects.count()) == (409, 0)
    assert confirmed(inside, poll, "BP26-0002").status_code == 200
    assert confirmed(thief, poll, "BP26-0003").status_code == 200
    assert RollMark.objects.count() == 2


def test_raw_changes_after_the_sealing_change_no_ballot_page(inside, poll):
    def shown():
        page = inside.get("/2026/vote/bulletin/").content.decode()
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)

    before = shown()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE proposals_proposal SET title = 'Un casino', summary = 'x', price_eur = 1")
        cursor.execute("UPDATE voting_candidate SET cost_eur = 1, scope = 'autre'")
        cursor.execute("""UPDATE voting_poll SET plan = jsonb_set(plan, '{scopes,0,ballot,max_choices}', '1')""")

    assert shown() == before
    assert reviewed(inside, poll, "BP26-0001", "BP26-0002").status_code == 200


def test_a_session_is_of_one_sealed_text(inside, poll, rf):
    """Were the vote sealed anew, whoever is in the booth would come in again and read what changed."""
    request = rf.get("/2026/vote/bulletin/")
    request.COOKIES[booth.COOKIE] = inside.cookies[booth.COOKIE].value
    shown = booth.pass_of(request)
    entry = poll.entries.get(pk=shown.entry_id)
    assert booth.voter(shown, poll, entry) is not None

    poll.digest = "0" * 64

    assert booth.voter(shown, poll, entry) is None


def test_a_review_asks_once_and_a_confirm_once_before_its_transaction(inside, poll, django_assert_num_queries):
    reviewed(inside, poll, "BP26-0001")  # what the process keeps is kept from here on
    with django_assert_num_queries(1):
        page = reviewed(inside, poll, "BP26-0001")
    fields = dict(re.findall(r'name="(seals|tag|until)" value="([^"]*)"', page.content.decode()))

    with django_assert_num_queries(1 + 7):  # savepoint, poll, person, clock, mark, seal, release
        inside.post("/2026/vote/deposer/", fields)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        (Poll, {"state": PollState.ANNULLED, "annulled_at": timezone.now()}),
        (Cycle, {"is_hidden": True}),
    ],
)
def test_a_row_changed_by_whoever_is_read_again(inside, poll, table, change):
    assert inside.get("/2026/vote/bulletin/").status_code == 200

    table.objects.update(**change)

    assert inside.get("/2026/vote/bulletin/").status_code == 404


def test_an_edition_that_takes_another_title_shows_it_at_once(inside, poll):
    assert poll.cycle.title in reviewed(inside, poll, "BP26-0001").content.decode()

    with connection.cursor() as cursor:
        cursor.execute("UPDATE cycles_cycle SET title = 'Budget des habitants'")

    page = reviewed(inside, poll, "BP26-0001").content.decode()
    assert "Budget des habitants" in page
    assert poll.cycle.title not in page


def test_a_kept_frame_holds_nothing_of_a_person(inside, poll):
    frames._frames._held.clear()
    page = reviewed(inside, poll, "BP26-0001", "BP26-0003").content.decode()
    receipt = confirmed(inside, poll, "BP26-0001", "BP26-0003").content.decode()
    kept = " ".join(word for _version, frame in frames._frames._held.values() for word in frame)

    own = re.findall(
        r'(?:name="(?:csrfmiddlewaretoken|seals|tag|c)" value|data-receipt|<code)[^>]*[="]*"?>?([^"<]{4,})', page
    )
    own += re.findall(r"data-receipt>([^<]+)<", receipt) + re.findall(r"<code>([0-9a-f]{64,})<", receipt)
    assert len(own) > 5
    assert not [word for word in own if word in kept]
    assert "[[" not in page
    assert "[[" not in receipt
