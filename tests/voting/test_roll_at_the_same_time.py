"""The roll when two things happen at once, with real threads on PostgreSQL."""

from __future__ import annotations

import threading

import pytest
from django.db import connections, transaction

from bp_platform.accounts.models import Role
from bp_platform.core.decisions import Refused
from tests.factories import voting as make
from tests.people import staff
from tests.voting.test_at_the_same_time import together, wait_for_lock
from voting import services
from voting.models import EntryStatus, LetterBatch, Poll, PollState, RequestKind, RequestState, RollEntry, RollRequest
from voting.services.roll import Person
from voting.services.roll_changes import holding

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def nadia(db, at):
    return staff("nadia", "Nadia", "Brun", Role.PARTICIPATION, at)


def aside(work):
    """Run it in a thread of its own; what it answers or refuses is in the list once the thread has ended."""
    outcome = []

    def run():
        try:
            outcome.append(work())
        except Refused as refusal:
            outcome.append(str(refusal.decision.reason).replace("\u00a0", " "))
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, outcome


def test_two_who_make_letters_at_once_give_one_code_to_each_person(draft, paula, nadia):
    people = [Person(f"Voisin {n}", 1960, postal_address="1 rue\n37000 V") for n in range(50)]
    services.admit(draft, people, by=make.BUILDER, at=make.clock())
    poll = make.seal(draft)

    def make_letters(by):
        made = services.make_letters(poll, by=by, at=make.clock(), printer_key=b"\x11" * 32)
        return len(b"".join(made.stream))

    outcomes = together([lambda: make_letters(paula), lambda: make_letters(nadia)])

    assert sorted(isinstance(outcome, Refused) for outcome in outcomes) == [False, True]
    assert [batch.size for batch in LetterBatch.objects.all().order_by("pk")] == [50]


def test_two_who_decide_at_once_decide_once(poll, aicha, paula, nadia, ada):
    request = services.ask(aicha, RequestKind.SET_ASIDE, by=paula, at=make.clock(), reason="Doublon.")

    def decide(by, is_granted):
        found = RollRequest.objects.select_related("entry__poll").get(pk=request.pk)
        return services.decide(found, by=by, at=make.clock(), is_granted=is_granted).state

    outcomes = together([lambda: decide(nadia, True), lambda: decide(ada, False)])

    [kept] = [outcome for outcome in outcomes if not isinstance(outcome, Refused)]
    assert RollRequest.objects.get().state == kept
    expected = EntryStatus.SET_ASIDE if kept == RequestState.GRANTED else EntryStatus.ADMITTED
    assert RollEntry.objects.get(pk=aicha.pk).status == expected


def test_who_votes_while_being_set_aside_stays_on_the_roll(poll, aicha, paula, nadia, review):
    request = services.ask(aicha, RequestKind.SET_ASIDE, by=paula, at=make.clock(), reason="Doublon.")
    found = RollRequest.objects.select_related("entry__poll").get(pk=request.pk)
    with transaction.atomic():
        services.cast_many(poll, [review(poll, aicha, "BP26-0001")])
        thread, outcome = aside(lambda: services.decide(found, by=nadia, at=make.clock(), is_granted=True))
        wait_for_lock("voting_rollentry")
    thread.join(30)

    assert outcome == ["Cette personne a émargé : on ne la met plus à l’écart. Signalez un incident au bureau du vote."]
    assert RollEntry.objects.get(pk=aicha.pk).status == EntryStatus.ADMITTED


def test_a_vote_does_not_close_in_the_middle_of_an_import(poll):
    after = make.clock() + 2 * make.HOUR
    with holding(poll):
        thread, _outcome = aside(lambda: services.close(poll, by=make.BUILDER, at=after))
        wait_for_lock("voting_poll")
        assert Poll.objects.get(pk=poll.pk).state == PollState.SEALED
    thread.join(30)

    assert Poll.objects.get(pk=poll.pk).state == PollState.CLOSED


def test_people_vote_while_a_roll_is_imported(poll, aicha, review, box):
    cast = review(poll, aicha, "BP26-0001")
    with holding(poll):
        [recorded] = together([lambda: services.cast_many(poll, [cast])])

    assert not isinstance(recorded, Refused)
    assert box(poll) == (1, 1)
