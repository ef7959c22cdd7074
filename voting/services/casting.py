"""Casting: review seals and tags a set of ballots; `cast_many` is the only writer (PROTOCOL §6.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bp_platform.accounts.selectors import public_body
from bp_platform.core.decisions import Refused, no
from voting import seal as seals
from voting import selectors, wording
from voting.models import EntryStatus, MarkChannel, Place, Poll, PollKind, RollEntry
from voting.sealed import SealedPoll
from voting.services import receiving
from voting.tally.values import Ballot

TAG_LIFE = timedelta(hours=24)
_CLOSED = gettext_lazy("Le vote est clos depuis le %(when)s : ce bulletin n’est pas déposé.")


@dataclass(frozen=True, slots=True)
class Cast:
    """What a confirm posts: the seals of one person, one per scope, and the tag their review issued.

    `place`: where the person was checked, when the ballot is cast on a tablet; the mark names it."""

    entry_id: int
    seals: tuple[tuple[str, bytes], ...]
    tag: bytes
    expires_at: int
    nonce: bytes
    place: Place | None = None

    @property
    def channel(self) -> MarkChannel:
        return MarkChannel.TABLET if self.place else MarkChannel.WEB

    @property
    def refs(self) -> tuple[tuple[str, bytes], ...]:
        return tuple((scope, seals.ref_of(seal)) for scope, seal in self.seals)


@dataclass(frozen=True, slots=True)
class Recorded:
    """The ballots are in the box: their references, by scope."""

    refs: tuple[tuple[str, bytes], ...]


def review(text: SealedPoll, entry: RollEntry, ballots: Mapping[str, Ballot], *, nonce: bytes, at: datetime) -> Cast:
    """Validate the choices, seal one ballot for each scope of the person (empty if unused), tag the whole set.

    Nothing is written. Raises Refused with the sentence of the first fault."""
    for scope, ballot in ballots.items():
        if scope not in entry.scopes:
            raise Refused(no(_("Vous ne votez pas dans ce périmètre.")))
        if fault := text.ballot_fault(scope, ballot):
            raise Refused(no(wording.choice_sentence(fault, text.scope_names[scope] if len(entry.scopes) > 1 else "")))
    sealer = seals.Sealer(public_key=text.public_key, poll_digest=text.digest, length=text.seal_length)
    sealed = tuple((scope, sealer.seal(text.content(scope, ballots.get(scope, ())))) for scope in sorted(entry.scopes))
    end = at + TAG_LIFE if text.kind == PollKind.REPLAY else min(text.closes_at, at + TAG_LIFE)
    expires_at = int(end.timestamp())
    refs = tuple((scope, seals.ref_of(seal)) for scope, seal in sealed)
    tag = seals.tag(_review_key(), seals.TagInput(text.digest, entry.pk, refs, expires_at, nonce))
    return Cast(entry.pk, sealed, tag, expires_at, nonce)


def cast_many(poll: Poll, casts: Sequence[Cast]) -> list[Recorded]:
    """Put ballots in the box and mark their voters: all or nothing, and nothing else is written.

    Only a replayed poll takes more than one at a time. A second post of the same ballot answers like the first.
    Order of PROTOCOL §6.3.9: shape, poll, place (on a tablet), entries, clock, state, tags, marks, seals.
    """
    text = selectors.sealed_of(poll)
    zone = public_body().zone
    _check_shape(text, casts)
    with transaction.atomic(), connection.cursor() as cursor:
        state = receiving.lock_poll(cursor, poll, text)
        for station in sorted({cast.place.station for cast in casts if cast.place}):
            receiving.hold_station(cursor, poll, station)
        people = receiving.lock_entries(cursor, poll, [cast.entry_id for cast in casts])
        now = receiving.read_clock(cursor)
        receiving.demand_open(text, state, now, closed=_CLOSED)
        for cast in casts:
            _check_cast(text, people.get(cast.entry_id), cast, now)
        marks = [receiving.NewMark(cast.entry_id, cast.channel, cast.place) for cast in casts]
        fresh = receiving.mark(cursor, poll, marks, receiving.day_of(text, now, zone))
        if len(fresh) < len(casts):
            _demand_same(cursor, poll, casts)
        else:
            _drop(cursor, poll, casts)
    return [Recorded(cast.refs) for cast in casts]


def _check_shape(text: SealedPoll, casts: Sequence[Cast]) -> None:
    """Before any lock: number, exact lengths, no duplicate."""
    every = [seal for cast in casts for _scope, seal in cast.seals]
    if not casts or (len(casts) > 1 and text.kind != PollKind.REPLAY):
        raise Refused(no(_("Les bulletins se déposent un par un.")))
    if any(len(seal) != text.seal_length for seal in every) or any(
        len(cast.tag) != seals.TAG_LENGTH or len(cast.nonce) != seals.NONCE_LENGTH for cast in casts
    ):
        raise Refused(_malformed())
    if len(set(every)) < len(every) or len({cast.entry_id for cast in casts}) < len(casts):
        raise Refused(_malformed())


def _check_cast(text: SealedPoll, person: tuple[str, list[str]] | None, cast: Cast, now: datetime) -> None:
    if person is None or person[0] != EntryStatus.ADMITTED:
        raise Refused(no(_("Votre inscription n’est pas admise à ce vote : présentez-vous à la mairie.")))
    given = seals.TagInput(text.digest, cast.entry_id, cast.refs, cast.expires_at, cast.nonce)
    if not seals.is_tag(_review_key(), given, cast.tag):
        raise Refused(_malformed())
    if now.timestamp() >= cast.expires_at:
        raise Refused(no(_("La vérification de ce bulletin a expiré : vérifiez vos choix à nouveau, puis déposez-le.")))
    if sorted(scope for scope, _seal in cast.seals) != sorted(person[1]):
        raise Refused(_malformed())


def _demand_same(cursor: Any, poll: Poll, casts: Sequence[Cast]) -> None:
    """Somebody has voted already: it is the same ballot posted again, or this one stays out."""
    refs = [ref for cast in casts for _scope, ref in cast.refs]
    cursor.execute("SELECT count(*) FROM voting_sealedballot WHERE poll_id = %s AND ref = ANY(%s)", [poll.pk, refs])
    if len(casts) > 1 or cursor.fetchone()[0] != len(refs):
        raise Refused(no(_("Vous avez déjà voté ; ce bulletin-ci n’est pas déposé.")))


def _drop(cursor: Any, poll: Poll, casts: Sequence[Cast]) -> None:
    """Into the box. A reference that is there already rolls everything back: it never reads as « déjà voté »."""
    every = list(chain.from_iterable(cast.seals for cast in casts))
    cursor.execute(
        "INSERT INTO voting_sealedballot (ref, poll_id, scope, seal) "
        "SELECT sha256(seal), %s, scope, seal FROM unnest(%s::text[], %s::bytea[]) AS given (scope, seal) "
        "ON CONFLICT (ref) DO NOTHING RETURNING ref",
        [poll.pk, [scope for scope, _seal in every], [seal for _scope, seal in every]],
    )
    if len(cursor.fetchall()) != len(every):
        raise Refused(_malformed())


def _malformed() -> Any:
    return no(_("Ce bulletin ne vient pas de votre vérification : revoyez vos choix, puis déposez-le à nouveau."))


def _review_key() -> bytes:
    return bytes.fromhex(settings.BP_REVIEW_KEY)


def receipt(text: SealedPoll, ref: bytes) -> bytes:
    """The town's signature that this reference is recorded (Ed25519)."""
    return seals.receipt_signature(_receipt_seed(), text.digest, ref)


def receipt_again(text: SealedPoll, ref: bytes) -> bytes | None:
    """The signature of a published reference, for whoever asks. None once the key of this vote is gone: it is
    destroyed after the appeal period (PROTOCOL §6.2.4)."""
    is_kept = seals.receipt_public_key(_receipt_seed()).hex() == text.receipt_key
    return receipt(text, ref) if is_kept else None


def _receipt_seed() -> bytes:
    return bytes.fromhex(settings.BP_RECEIPT_SEED)[:32]


def order_seed(text: SealedPoll, entry: RollEntry) -> bytes:
    """What this person's own order of projects is drawn from."""
    return seals.order_seed(_review_key(), text.digest, entry.pk)
