"""The desk of the vote: who reaches it, what it offers, and a practice vote conducted by its buttons."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bp_platform.accounts.models import Role
from bp_platform.documents.models import Job
from proposals.models import Proposal
from tests.factories import voting as make
from tests.people import staff
from voting import selectors, services
from voting.models import Poll, PollState

pytestmark = pytest.mark.django_db


@pytest.fixture
def colette(at):
    """Colette counts."""
    return staff("colette", "Colette", "Nguyen", Role.COUNT, at)


def test_a_stranger_has_no_such_desk(sign_in, chloe, bruno, poll):
    for user in (chloe, bruno):
        assert sign_in(user).get("/bureau/vote/").status_code == 404
        assert sign_in(user).get(f"/bureau/vote/{poll.pk}/").status_code == 404
        assert sign_in(user).post(f"/bureau/vote/{poll.pk}/clore/").status_code == 404


def test_the_team_prepares_a_vote_from_the_feasible_projects(sign_in, paula):
    cycle = make.cycle_with_projects()
    Proposal.objects.filter(number="BP26-0004").update(stage="unfeasible")

    answer = sign_in(paula).post(
        "/bureau/vote/nouveau/",
        {
            "cycle": cycle.pk,
            "kind": "practice",
            "title": "Vote 2026",
            "opens_at": "2030-05-04T08:00",
            "closes_at": "2030-05-24T18:00",
        },
    )

    poll = Poll.objects.get()
    assert answer["Location"] == f"/bureau/vote/{poll.pk}/"
    assert list(poll.candidates.order_by("proposal__number").values_list("proposal__number", flat=True)) == [
        "BP26-0001",
        "BP26-0002",
        "BP26-0003",
    ]
    page = sign_in(paula).get(answer["Location"]).content.decode()
    for words in ("Ce que le scellement va figer", "Une cour qui respire", "Choisissez jusqu’à 5 projets"):
        assert words in page


def test_closing_before_opening_is_said_on_the_form(sign_in, paula):
    cycle = make.cycle_with_projects()

    answer = sign_in(paula).post(
        "/bureau/vote/nouveau/",
        {
            "cycle": cycle.pk,
            "kind": "practice",
            "title": "Vote 2026",
            "opens_at": "2030-05-24T18:00",
            "closes_at": "2030-05-04T08:00",
        },
    )

    assert answer.status_code == 422
    assert "La clôture du vote doit suivre son ouverture." in answer.content.decode()
    assert not Poll.objects.exists()


def test_sealing_by_the_form_and_its_refusals(sign_in, paula):
    poll = make.draft_poll(opens=make.HOUR, closes=2 * make.HOUR)
    client = sign_in(paula)

    small = client.post(f"/bureau/vote/{poll.pk}/sceller/", {"draw_seed": "dés 4-2-6-1"})
    nothing = client.post(f"/bureau/vote/{poll.pk}/sceller/", {"draw_seed": ""})
    sealed = client.post(f"/bureau/vote/{poll.pk}/sceller/", {"draw_seed": "dés 4-2-6-1", "waiver": "Essai."})

    assert (small.status_code, nothing.status_code, sealed.status_code) == (422, 422, 303)
    assert "dérogation motivée" in small.content.decode()
    assert "Saisissez le résultat du tirage public." in nothing.content.decode()
    assert Poll.objects.get(pk=poll.pk).digest in client.get(f"/bureau/vote/{poll.pk}/").content.decode()


def test_the_desk_shows_the_turnout_and_says_that_a_practice_vote_closes_early(sign_in, colette, review):
    poll = make.draft_poll(opens=-make.HOUR, closes=make.HOUR)
    people = make.admit(poll, *(f"Voisin {n}" for n in range(12)))
    poll = make.seal(poll)
    for entry in people:
        services.cast_many(poll, [review(poll, entry, "BP26-0003")])
    desk = f"/bureau/vote/{poll.pk}/"

    page = sign_in(colette).get(desk).content.decode()
    early = sign_in(colette).post(f"{desk}clore/")

    assert "Ce vote d’essai peut se clore avant sa date" in page
    assert early.status_code == 303
    assert Poll.objects.get(pk=poll.pk).state == "closed"
    assert "12 en ligne" in page


@pytest.fixture
def ended(review, db):
    """A vote whose dates have passed, with twelve ballots in its box."""
    poll = make.draft_poll(opens=-make.HOUR, closes=make.HOUR)
    people = make.admit(poll, *(f"Voisin {n}" for n in range(12)))
    poll = make.seal(poll)
    for entry in people:
        services.cast_many(poll, [review(poll, entry, "BP26-0003")])
    return poll


def test_the_desk_counts_prints_and_proclaims(sign_in, paula, colette, ended, client):
    services.close(ended, by=make.BUILDER, at=make.clock() + 2 * make.HOUR)
    desk = f"/bureau/vote/{ended.pk}/"

    assert sign_in(colette).post(f"{desk}depouiller/")["Location"] == desk
    under_embargo = client.get(desk).content.decode()
    job = client.post(f"{desk}proces-verbal/")
    refused = client.post(f"{desk}proclamer/")
    proclaimed = sign_in(paula).post(f"{desk}proclamer/")

    assert "sous embargo" in under_embargo
    assert "12 voix" not in under_embargo
    assert Job.objects.get().kind == "official_record"
    assert job.status_code == 303
    assert (refused.status_code, proclaimed.status_code) == (403, 303)
    assert Poll.objects.get(pk=ended.pk).state == PollState.PROCLAIMED
    assert "Le quai à vélo" in client.get("/2026/resultats/").content.decode()


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_stays_within_twelve_queries(sign_in, paula, how_many, django_assert_max_num_queries):
    for place in range(how_many):
        make.draft_poll(cycle=make.cycle_with_projects(f"20{20 + place}", f"BP{20 + place}"))
    client = sign_in(paula)
    client.get("/bureau/vote/")

    with django_assert_max_num_queries(12):
        page = client.get("/bureau/vote/").content.decode()

    assert page.count("Vote 2026") == how_many


def test_annulling_asks_for_a_reason(sign_in, paula, poll):
    client = sign_in(paula)

    assert client.post(f"/bureau/vote/{poll.pk}/annuler/", {"reason": " "}).status_code == 403
    client.post(f"/bureau/vote/{poll.pk}/annuler/", {"reason": "Un coût était faux."})

    assert Poll.objects.get(pk=poll.pk).state == PollState.ANNULLED


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (-1, "Scellé : plus rien ne change. Le vote ouvre le "),
        (1, "Le vote est ouvert jusqu’au "),
        (3, "Le vote est fini depuis le "),
    ],
)
def test_a_sealed_vote_says_what_it_waits_for(poll, hours, words):
    """Open for two hours: an hour before, an hour after, three hours after the opening."""
    said = selectors.status_words(poll, poll.opens_at + timedelta(hours=hours)).replace("\u00a0", " ")

    assert said.removeprefix("Vote d’essai. ").startswith(words)
