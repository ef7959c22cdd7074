"""PROTOCOL §6.3: what a confirm accepts, and each thing that it refuses without a mark and without a seal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from bp_platform.notifications.models import OutboxMessage
from tests.factories import voting as make
from voting import seal as seals
from voting import selectors, services
from voting.models import RollMark

MALFORMED = "Ce bulletin ne vient pas de votre vérification : revoyez vos choix, puis déposez-le à nouveau."


def test_a_confirmed_ballot_is_one_mark_and_one_seal(poll, aicha, review, box):
    cast = review(poll, aicha, "BP26-0001")

    [recorded] = services.cast_many(poll, [cast])

    assert recorded.refs == cast.refs
    assert box(poll) == (1, 1)
    mark = RollMark.objects.get()
    assert (mark.entry_id, mark.channel, mark.station) == (aicha.pk, "web", "")


def test_casting_writes_no_journal_line_and_tells_nobody(poll, aicha, review):
    lines, letters = JournalEntry.objects.count(), OutboxMessage.objects.count()

    services.cast_many(poll, [review(poll, aicha, "BP26-0001")])

    assert JournalEntry.objects.count() == lines
    assert OutboxMessage.objects.count() == letters


def test_a_lost_answer_and_a_second_post_give_the_same_receipt(poll, aicha, review, box):
    cast = review(poll, aicha, "BP26-0001")

    first = services.cast_many(poll, [cast])
    second = services.cast_many(poll, [cast])

    assert first == second
    assert box(poll) == (1, 1)


def test_another_ballot_of_the_same_person_stays_out(poll, aicha, review, box):
    services.cast_many(poll, [review(poll, aicha, "BP26-0001")])

    with pytest.raises(Refused, match=r"Vous avez déjà voté ; ce bulletin-ci n’est pas déposé\."):
        services.cast_many(poll, [review(poll, aicha, "BP26-0002")])

    assert box(poll) == (1, 1)


def _self_made(poll, cast):
    text = selectors.sealed_of(poll)
    sealer = seals.Sealer(public_key=text.public_key, poll_digest=text.digest, length=text.seal_length)
    return replace(cast, seals=(("ville", sealer.seal(text.content("ville", ()))),))


WRONG = {
    "a seal made outside the review": _self_made,
    "another session": lambda poll, cast: replace(cast, nonce=b"x" * 16),
    "another tag": lambda poll, cast: replace(cast, tag=b"\0" * 32),
    "a later expiry": lambda poll, cast: replace(cast, expires_at=cast.expires_at + 1),
    "one byte longer": lambda poll, cast: replace(cast, seals=(("ville", cast.seals[0][1] + b"\0"),)),
    "five megabytes": lambda poll, cast: replace(cast, seals=(("ville", b"\0" * 5_000_000),)),
    "a scope missing": lambda poll, cast: replace(cast, seals=()),
    "a scope doubled": lambda poll, cast: replace(cast, seals=cast.seals * 2),
    "another scope": lambda poll, cast: replace(cast, seals=(("autre", cast.seals[0][1]),)),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_ballot_that_is_not_the_reviewed_one_is_refused(what, poll, aicha, review, box):
    cast = WRONG[what](poll, review(poll, aicha, "BP26-0001"))

    with pytest.raises(Refused) as refusal:
        services.cast_many(poll, [cast])

    assert str(refusal.value) == MALFORMED
    assert box(poll) == (0, 0)


def test_another_voter_s_form_is_refused_and_its_owner_can_still_vote(poll, aicha, chloe_entry, review, box):
    stolen = review(poll, aicha, "BP26-0001")

    with pytest.raises(Refused, match="ne vient pas de votre vérification"):
        services.cast_many(poll, [replace(stolen, entry_id=chloe_entry.pk)])
    services.cast_many(poll, [stolen])

    assert box(poll) == (1, 1)


def test_the_seals_of_two_reviews_do_not_mix(poll, aicha, review, box):
    first, second = review(poll, aicha, "BP26-0001"), review(poll, aicha, "BP26-0002")

    with pytest.raises(Refused, match="ne vient pas de votre vérification"):
        services.cast_many(poll, [replace(first, seals=second.seals)])

    assert box(poll) == (0, 0)


def test_a_review_expires_after_a_day(poll, aicha, review, box):
    cast = review(poll, aicha, "BP26-0001", at=make.clock() - 25 * make.HOUR)

    with pytest.raises(Refused, match="a expiré"):
        services.cast_many(poll, [cast])

    assert box(poll) == (0, 0)


def test_a_ballot_of_another_poll_is_refused(poll, aicha, review, box):
    other = make.draft_poll(cycle=make.cycle_with_projects("2025", "BP25"))
    [stranger] = make.admit(other, "Bruno")
    other = make.seal(other)
    text = selectors.sealed_of(other)
    cast = services.review(text, stranger, {}, nonce=b"n" * 16, at=make.clock())

    with pytest.raises(Refused, match=r"ne vient pas|n’est pas admise"):
        services.cast_many(poll, [replace(cast, entry_id=aicha.pk)])
    with pytest.raises(Refused, match="n’est pas admise"):
        services.cast_many(poll, [replace(review(poll, aicha), entry_id=stranger.pk)])

    assert box(poll) == (0, 0)


def test_somebody_set_aside_does_not_vote(poll, aicha, review, box):
    cast = review(poll, aicha, "BP26-0001")
    poll.entries.filter(pk=aicha.pk).update(status="set_aside", status_reason="Homonyme.")

    with pytest.raises(Refused, match="n’est pas admise"):
        services.cast_many(poll, [cast])

    assert box(poll) == (0, 0)


def test_a_scope_given_after_the_review_asks_for_a_new_review(poll, aicha, review, box):
    cast = review(poll, aicha, "BP26-0001")
    poll.entries.filter(pk=aicha.pk).update(scopes=["ville", "autre"])

    with pytest.raises(Refused, match="ne vient pas"):
        services.cast_many(poll, [cast])

    assert box(poll) == (0, 0)


def test_two_ballots_at_once_are_for_replays_only(poll, aicha, chloe_entry, review, box):
    with pytest.raises(Refused, match="un par un"):
        services.cast_many(poll, [review(poll, aicha), review(poll, chloe_entry)])

    assert box(poll) == (0, 0)


@pytest.mark.parametrize(("opens", "closes", "sentence"), [(1, 2, "n’est pas ouvert"), (-1, -0.5, "Le vote est clos")])
def test_outside_its_dates_a_poll_receives_nothing(db, review, box, opens, closes, sentence):
    poll = make.draft_poll(opens=opens * make.HOUR, closes=closes * make.HOUR)
    [aicha] = make.admit(poll, "Aïcha")
    poll = make.seal(poll)

    with pytest.raises(Refused, match=sentence):
        services.cast_many(poll, [review(poll, aicha, "BP26-0001")])

    assert box(poll) == (0, 0)


def test_too_many_choices_never_reach_the_box(poll, aicha):
    text = selectors.sealed_of(poll)
    ballot = make.approvals(*(f"BP26-000{n}" for n in (1, 2, 3, 4, 1, 2)))

    with pytest.raises(Refused, match=r"deux fois le même projet|le maximum est 5"):
        services.review(text, aicha, ballot, nonce=b"n" * 16, at=make.clock())


# The database's own guards


def test_the_database_refuses_a_seal_under_another_ref(poll):
    with pytest.raises(IntegrityError, match="sealed_ballot_ref_is_its_hash"), transaction.atomic():
        _insert(poll, b"\0" * 32, b"s" * poll.seal_length)


def test_the_database_refuses_another_length(poll):
    seal = b"s" * (poll.seal_length + 1)

    with pytest.raises(IntegrityError, match="another length"), transaction.atomic():
        _insert(poll, seals.ref_of(seal), seal)


def test_the_database_refuses_a_seal_after_closing(db):
    poll = make.seal(make.draft_poll(opens=-make.HOUR, closes=-make.HOUR / 2))
    seal = b"s" * poll.seal_length

    with pytest.raises(IntegrityError, match="receives no vote"), transaction.atomic():
        _insert(poll, seals.ref_of(seal), seal)


@pytest.mark.parametrize("table", ["voting_sealedballot", "voting_rollmark"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET poll_id = poll_id", "DELETE FROM {}"])
def test_nothing_in_the_box_is_changed_or_removed(table, verb, poll, aicha, review):
    services.cast_many(poll, [review(poll, aicha)])

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb.format(table))


def _insert(poll, ref, seal):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO voting_sealedballot VALUES (%s, 'ville', %s, %s)", [ref, seal, poll.pk])


@pytest.mark.parametrize("how", ["longer", "doubled"])
def test_a_wrong_shape_is_refused_before_any_lock_even_under_a_true_tag(how, poll, aicha, review, settings):
    """A stolen review key must not bring other lengths as far as the database."""
    cast = review(poll, aicha, "BP26-0001")
    scope, seal = cast.seals[0]
    shaped = replace(cast, seals=((scope, seal + b"\0"),) if how == "longer" else ((scope, seal), ("autre", seal)))
    given = seals.TagInput(poll.digest, aicha.pk, shaped.refs, cast.expires_at, cast.nonce)
    forged = replace(shaped, tag=seals.tag(bytes.fromhex(settings.BP_REVIEW_KEY), given))

    with CaptureQueriesContext(connection) as asked, pytest.raises(Refused, match="ne vient pas"):
        services.cast_many(poll, [forged])

    assert [query["sql"] for query in asked if "FOR SHARE" in query["sql"] or "FOR UPDATE" in query["sql"]] == []
