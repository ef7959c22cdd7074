"""Letters with codes: made in memory, encrypted for the printer as they leave, kept nowhere (PROTOCOL §6.4.17).

What is certain, and what follows from it. The roll must know a code before its letter can be printed, so the digests
are committed first and the stream is sent afterwards. Should the stream break off, or the file be lost on its way, the
letters of that batch carry codes that nobody has: they cannot be shown again, since nothing keeps them. The batch then
stays marked « interrompu » (it has no digest of the whole stream), and is made again in the same way as one that the
post lost: one person asks, with a reason, another grants; every code of the batch is revoked at once, except those of
who has voted, and these people wait for the next letters. Nobody alone revokes a printed batch or prints it twice.

(Sending first and committing at the last frame would lose fewer codes, but a proxy that has taken the whole stream is
not a file on a disk, and the rows would stay locked for as long as a slow download lasts: people could not vote.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from bp_platform.accounts.models import User
from bp_platform.accounts.selectors import public_body
from bp_platform.core import calendar, clocks, codes, journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from voting import flow, policies, selectors
from voting.letter_stream import Writer, WrongKeyError
from voting.models import LetterBatch, Poll, PollKind, RollEntry
from voting.services.roll import new_codes, store_codes
from voting.services.roll_changes import holding

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Letters:
    """A batch as it was recorded, and its encrypted stream, to be sent once."""

    batch: LetterBatch
    stream: Iterator[bytes]


def make_letters(poll: Poll, *, by: Actor, at: datetime, printer_key: bytes) -> Letters:
    """A code for each person admitted who has an address, a birth year, no code and no mark, and the stream of their
    letters. The codes are on the roll, as hashes, when this returns; in clear they are in this stream alone."""
    try:
        writer = Writer(printer_key)
    except WrongKeyError as error:
        raise Refused(no(_("Cette clé publique n’est pas valable : recopiez celle de l’imprimeur."))) from error
    with holding(poll) as held:
        role = demand(policies.can_make_letters(by, held, at)).role
        waiting = list(
            selectors.waiting_for_a_letter(held)
            .select_for_update(of=("self",))
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        if not waiting:
            raise Refused(no(_("Personne n’attend de lettre : chacun a son code, ou il lui manque une adresse.")))
        last = LetterBatch.objects.filter(poll=held).aggregate(last=Max("number"))["last"] or 0
        batch = LetterBatch(
            poll=held,
            number=last + 1,
            size=len(waiting),
            printer_key=printer_key.hex(),
            made_by=by if isinstance(by, User) else None,
            made_at=at,
        )
        batch.full_clean()
        batch.save()
        made = new_codes(len(waiting))
        store_codes(held, waiting, made, letters=batch.pk)
        journal.record(
            journal.Line(held.journal_chain, at, by, "make_letters", batch, to_state=batch.state, rule="6", role=role)
        )
        with override("fr"):  # the letters are in French, whoever makes them
            facts = _facts(held, batch)
    return Letters(batch, _stream(batch, writer, facts, waiting, made, by=by, at=at))


def ask_letters_again(batch: LetterBatch, *, by: User, at: datetime, reason: str) -> LetterBatch:
    """Say that a batch never arrived. Nothing is revoked until somebody else agrees."""
    with flow.ASK_LETTERS.take(batch, by=by, at=at, reason=reason.strip()) as locked:
        locked.reason, locked.asked_by, locked.asked_at = reason.strip(), by, at
    return locked


def decide_letters(batch: LetterBatch, *, by: User, at: datetime, is_granted: bool) -> LetterBatch:
    """The second person's answer: revoke the codes of a batch, or keep it. Who has voted keeps a code of no use."""
    with holding(batch.poll) as held:
        step = flow.REVOKE_LETTERS if is_granted else flow.KEEP_LETTERS
        with step.take(batch, by=by, at=at, reason=batch.reason) as locked:
            if is_granted:
                locked.decided_by, locked.decided_at = by, at
                printed = RollEntry.objects.filter(poll=held, letters=locked, mark=None)
                chosen = printed.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)
                RollEntry.objects.filter(pk__in=list(chosen)).update(code_digest=None, letters=None)
            else:
                locked.reason, locked.asked_by, locked.asked_at = "", None, None
    return locked


def _stream(
    batch: LetterBatch,
    writer: Writer,
    facts: dict[str, Any],
    ids: Sequence[int],
    made: Sequence[str],
    *,
    by: Actor,
    at: datetime,
) -> Iterator[bytes]:
    """The encrypted frames, some letters at a time; the batch's digest once the last one has been taken."""
    now, digest = clocks.running_from(at), sha256()
    for piece in _frames(writer, facts, ids, made):
        digest.update(piece)
        yield piece
    with journal.transaction_with_journal():
        LetterBatch.objects.filter(pk=batch.pk).update(digest=digest.hexdigest())
        journal.record(journal.Line(batch.journal_chain, now(), by, "send_letters", batch, reason=digest.hexdigest()))


def _frames(writer: Writer, facts: dict[str, Any], ids: Sequence[int], made: Sequence[str]) -> Iterator[bytes]:
    yield writer.header
    yield writer.facts(facts)
    for start in range(0, len(ids), _BATCH):
        some = ids[start : start + _BATCH]
        people = {pk: facts for pk, *facts in _printed(some)}
        yield writer.letters(
            [
                {"name": people[pk][0], "address": people[pk][1], "number": people[pk][2], "code": codes.grouped(code)}
                for pk, code in zip(some, made[start : start + _BATCH], strict=True)
            ]
        )
    yield writer.close()


def _printed(ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    return iter(
        RollEntry.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "name", "postal_address", "number")
    )


def _facts(poll: Poll, batch: LetterBatch) -> dict[str, Any]:
    """What every letter says: the vote, its dates, how and where, who to call."""
    town = public_body()
    text = selectors.sealed_of(poll)
    return {
        "town": town.name,
        "sender": town.postal_address,
        "phone": town.phone,
        "email": town.email,
        "title": text.title,
        "is_practice": poll.kind == PollKind.PRACTICE,
        "opens": calendar.moment_words(text.opens_at),
        "closes": calendar.moment_words(text.closes_at),
        "url": settings.BASE_URL + reverse("voting:entrance", args=[poll.cycle.slug]),
        "projects": len(text.projects),
        "places": [
            {"name": place.name, "address": place.postal_address, "hours": place.hours}
            for place in poll.stations.order_by("name", "pk")
        ],
        "batch": batch.number,
        "size": batch.size,
    }
