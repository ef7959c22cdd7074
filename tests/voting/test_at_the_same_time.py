"""PROTOCOL §6.3.9 and §6.7: what happens at the same moment, with real threads on PostgreSQL."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections, transaction

from bp_platform.core.decisions import Refused
from tests.factories import voting as make
from voting import selectors, services
from voting.models import Poll, PollState, RollEntry

pytestmark = pytest.mark.django_db(transaction=True)


def together(works):
    """Run every work in a thread of its own, all starting at once; results and refusals, in order."""
    barrier, outcomes = threading.Barrier(len(works)), [None] * len(works)

    def run(place, work):
        try:
            barrier.wait(20)
            outcomes[place] = work()
        except Refused as refusal:
            outcomes[place] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def wait_for_lock(of: str) -> None:
    """Until some session of this database waits for a lock in a statement that holds these words."""
    for _try in range(2000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock' AND query ILIKE %s",
                [f"%{of}%"],
            )
            if cursor.fetchone():
                return
    pytest.fail(f"nobody waits for {of}")


def test_fifty_confirms_by_one_person_leave_one_mark_and_one_ballot(poll, aicha, review, box):
    casts = [review(poll, aicha, "BP26-0001", nonce=bytes([n]) * 16) for n in range(50)]

    outcomes = together([lambda cast=cast: services.cast_many(poll, [cast]) for cast in casts])

    refused = [o for o in outcomes if isinstance(o, Refused)]
    assert len(refused) == 49
    assert {str(o) for o in refused} == {"Vous avez déjà voté ; ce bulletin-ci n’est pas déposé."}
    assert box(poll) == (1, 1)


def test_closing_under_way_waits_for_the_ballots_and_counts_them_all(db, review, box):
    poll = make.draft_poll(opens=-make.HOUR, closes=make.HOUR)
    entries = make.admit(poll, *(f"Voisin {n}" for n in range(30)))
    poll = make.seal(poll)
    casts = [review(poll, entry, "BP26-0001") for entry in entries]
    after = make.clock() + 2 * make.HOUR

    works = [lambda cast=cast: services.cast_many(poll, [cast]) for cast in casts]
    outcomes = together([*works, lambda: services.close(poll, by=make.BUILDER, at=after)])

    cast = sum(isinstance(outcome, list) for outcome in outcomes[:-1])
    closed = Poll.objects.get(pk=poll.pk)
    assert box(poll) == (cast, cast)
    assert closed.state == PollState.CLOSED
    assert closed.closing["refs"].get("ville", 0) == cast
    assert sum(closed.closing["marks"].get("ville", {}).values()) == cast
    refused = {str(o) for o in outcomes[:-1] if isinstance(o, Refused)}
    assert refused <= {"Le vote est clos\u00a0: plus aucun bulletin n’est reçu."}  # a practice vote, closed early


def test_the_clock_is_read_after_the_wait(db, review, box):
    """Somebody's line is locked until after the closing date: the ballot that waited is refused."""
    poll = make.draft_poll(opens=-make.HOUR, closes=make.HOUR / 1200)  # three seconds from now
    [aicha] = make.admit(poll, "Aïcha")
    poll = make.seal(poll)
    cast, outcomes = review(poll, aicha, "BP26-0001"), []

    def confirm():
        try:
            outcomes.append(services.cast_many(poll, [cast]))
        except Refused as refusal:
            outcomes.append(str(refusal))
        finally:
            connections.close_all()

    with transaction.atomic():
        RollEntry.objects.select_for_update().get(pk=aicha.pk)
        thread = threading.Thread(target=confirm)
        thread.start()
        wait_for_lock("voting_rollentry")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(greatest(0, extract(epoch FROM %s - clock_timestamp())) + 0.05)",
                           [selectors.sealed_of(poll).closes_at])  # fmt: skip
    thread.join(30)

    assert "Le vote est clos" in outcomes[0]
    assert box(poll) == (0, 0)


def test_voters_do_not_wait_for_one_another(poll, aicha, chloe_entry, review, box):
    """The poll is shared: one open transaction that holds it does not stop another person's ballot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM voting_poll WHERE id = %s FOR SHARE", [poll.pk])
        [outcome] = together([lambda: services.cast_many(poll, [review(poll, chloe_entry)])])

    assert isinstance(outcome, list)
    assert box(poll) == (1, 1)


def test_a_failure_between_mark_and_seal_leaves_neither(poll, aicha, review, box, monkeypatch):
    def power_cut(cursor, poll, casts):
        raise RuntimeError

    monkeypatch.setattr("voting.services.casting._drop", power_cut)

    with pytest.raises(RuntimeError):
        services.cast_many(poll, [review(poll, aicha)])

    assert box(poll) == (0, 0)


def test_a_reference_that_is_taken_rolls_everything_back(poll, aicha, review, box, lifted):
    cast = review(poll, aicha, "BP26-0001")
    services.cast_many(poll, [cast])
    lifted("DELETE FROM voting_rollmark")

    with pytest.raises(Refused, match="ne vient pas de votre vérification"):
        services.cast_many(poll, [cast])

    assert box(poll) == (0, 1)


def test_a_ballot_waits_at_the_poll_before_it_takes_anything_else(poll, aicha, review, box):
    cast, outcomes = review(poll, aicha, "BP26-0001"), []

    def confirm():
        try:
            outcomes.append(services.cast_many(poll, [cast]))
        finally:
            connections.close_all()

    with transaction.atomic():
        Poll.objects.select_for_update().get(pk=poll.pk)  # as closing does
        thread = threading.Thread(target=confirm)
        thread.start()
        wait_for_lock("SELECT state, digest, public_key FROM voting_poll")
        assert box(poll) == (0, 0)
    thread.join(30)

    assert len(outcomes) == 1
    assert box(poll) == (1, 1)
