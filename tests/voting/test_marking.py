"""A paper ballot handed over in a place: one mark, with its place and its agent, and nothing that tells the hour."""

from __future__ import annotations

import pytest
from django.db import connection

from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from tests.factories import voting as make
from tests.voting.test_at_the_same_time import together
from voting import services
from voting.models import EntryStatus, RollEntry, RollMark

ALREADY = "Cette personne a déjà voté : aucun bulletin ne lui est remis."


def hand(entry, hall, by):
    services.mark_at_desk(entry, hall, by=by, at=make.clock())


@pytest.mark.django_db
def test_a_mark_names_its_place_and_its_agent_a_day_and_no_line(poll, hall, aicha, lucie, town):
    lines = JournalEntry.objects.count()

    hand(aicha, hall, lucie)

    mark = RollMark.objects.get()
    assert (mark.entry, mark.channel, mark.station, mark.agent) == (aicha, "paper", "halle-aux-grains", lucie)
    assert JournalEntry.objects.count() == lines
    with connection.cursor() as cursor:
        cursor.execute("SELECT data_type FROM information_schema.columns WHERE table_name = 'voting_rollmark'")
        assert not {kind for (kind,) in cursor.fetchall() if "time" in kind}


@pytest.mark.django_db
def test_a_second_ballot_is_refused(poll, hall, aicha, lucie):
    hand(aicha, hall, lucie)

    with pytest.raises(Refused) as refusal:
        hand(aicha, hall, lucie)

    assert str(refusal.value).replace("\u00a0", " ") == ALREADY
    assert RollMark.objects.count() == 1


@pytest.mark.django_db
def test_who_voted_online_gets_no_paper(poll, hall, aicha, lucie, review):
    services.cast_many(poll, [review(poll, aicha, "BP26-0001")])

    with pytest.raises(Refused, match="a déjà voté"):
        hand(aicha, hall, lucie)

    mark = RollMark.objects.get()
    assert (mark.channel, mark.station, mark.agent) == ("web", "", None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"status": EntryStatus.PENDING}, "Cette inscription est à vérifier"),
        ({"status": EntryStatus.SET_ASIDE, "status_reason": "Homonyme."}, "Cette inscription est mise à l’écart"),
    ],
)
def test_only_who_is_admitted_votes(poll, hall, aicha, lucie, facts, words):
    RollEntry.objects.filter(pk=aicha.pk).update(**facts)

    for act in (services.mark_at_desk, services.open_tablet):
        with pytest.raises(Refused, match=words):
            act(aicha, hall, by=lucie, at=make.clock())

    assert not RollMark.objects.exists()


@pytest.mark.django_db
def test_nobody_votes_in_a_place_that_is_not_open(poll, hall, aicha, lucie):
    services.close_station(hall, by=lucie, at=make.clock(), closing_seal_number="B-7")

    for act in (services.mark_at_desk, services.open_tablet):
        with pytest.raises(Refused, match="Ce lieu de vote est fermé"):
            act(aicha, hall, by=lucie, at=make.clock())

    assert not RollMark.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("opens", "closes", "words"), [(1, 2, "Le vote n’est pas ouvert"), (-1.9, -0.5, "Le vote est clos depuis")]
)
def test_outside_the_dates_nobody_is_marked(db, lucie, opens, closes, words):
    poll = make.draft_poll(opens=opens * make.HOUR, closes=closes * make.HOUR)
    [aicha] = make.admit(poll, "Aïcha")
    poll, now = make.seal(poll), make.clock()
    hall = make.station(poll)
    services.open_station(hall, by=lucie, at=now - make.HOUR, staff="Lucie", seal_number="A", is_box_shown=True)

    for act in (services.mark_at_desk, services.open_tablet):
        with pytest.raises(Refused, match=words):
            act(aicha, hall, by=lucie, at=now)

    assert not RollMark.objects.exists()


@pytest.mark.django_db
def test_a_closed_poll_marks_nobody(poll, hall, aicha, lucie):
    services.close(poll, by=make.BUILDER, at=make.clock() + 2 * make.HOUR)

    with pytest.raises(Refused, match="Le vote est clos.: plus aucun bulletin"):
        hand(aicha, hall, lucie)


@pytest.mark.django_db
def test_who_holds_no_place_marks_nobody(poll, hall, aicha, colette, chloe, paula):
    for stranger in (colette, chloe):
        with pytest.raises(Refused, match="Seule une personne qui tient un lieu de vote"):
            hand(aicha, hall, stranger)

    hand(aicha, hall, paula)

    assert RollMark.objects.get().agent == paula


@pytest.mark.django_db
def test_a_person_of_another_vote_is_not_marked_here(poll, hall, lucie):
    other = make.draft_poll(cycle=make.cycle_with_projects("2025", "BP25"))
    [stranger] = make.admit(other, "Bruno")

    with pytest.raises(RollEntry.DoesNotExist):
        hand(stranger, hall, lucie)

    assert not RollMark.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_desk_and_the_web_at_the_same_moment_leave_one_mark(poll, hall, aicha, lucie, review, box):
    cast = review(poll, aicha, "BP26-0001")

    outcomes = together([lambda: hand(aicha, hall, lucie), lambda: services.cast_many(poll, [cast])])

    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
    marks, seals = box(poll)
    assert marks == 1
    assert seals == (RollMark.objects.get().channel == "web")


@pytest.mark.django_db(transaction=True)
def test_twenty_desks_at_once_leave_one_mark(poll, hall, aicha, lucie, box):
    outcomes = together([lambda: hand(aicha, hall, lucie) for _desk in range(20)])

    refused = [str(outcome).replace("\u00a0", " ") for outcome in outcomes if isinstance(outcome, Refused)]
    assert refused == [ALREADY] * 19
    assert box(poll) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_closing_a_place_counts_every_mark_made_before_it(poll, lucie, draft):
    people = make.admit(poll, *(f"Voisin {n}" for n in range(15)))
    hall = make.held(make.station(poll), lucie)

    works = [lambda entry=entry: hand(entry, hall, lucie) for entry in people]
    *outcomes, session = together(
        [*works, lambda: services.close_station(hall, by=lucie, at=make.clock(), closing_seal_number="B-7")]
    )

    made = sum(outcome is None for outcome in outcomes)
    assert RollMark.objects.count() == made == session.marks_at_closing
