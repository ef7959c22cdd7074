"""Receiving somebody's vote, online or in a place: the locks in their order, the clock, the dates, the mark.

PROTOCOL §6.3.9: poll `FOR SHARE` → place `FOR SHARE` → roll entry `FOR UPDATE` → `clock_timestamp()` → mark
`ON CONFLICT DO NOTHING`. Closing the poll or the place takes them `FOR UPDATE`: it waits for the votes under way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from bp_platform.core import calendar
from bp_platform.core.decisions import Refused, no
from voting.models import MarkChannel, Place, Poll, PollKind, PollState
from voting.sealed import SealedPoll

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class NewMark:
    """A mark to make; on a tablet or on paper it names the place and its agent."""

    entry_id: int
    channel: MarkChannel
    place: Place | None = None


def lock_poll(cursor: Any, poll: Poll, text: SealedPoll) -> str:
    """Share the poll: closing and opening wait for us. Its key and its text are those that the ballot was made for."""
    cursor.execute("SELECT state, digest, public_key FROM voting_poll WHERE id = %s FOR SHARE", [poll.pk])
    state, digest, public_key = cursor.fetchone()
    if digest != text.digest or bytes(public_key) != text.public_key:
        raise Refused(no(_("La clé de ce vote ne correspond plus à son texte scellé : le vote est suspendu.")))
    return str(state)


def hold_station(cursor: Any, poll: Poll, code: str) -> None:
    """Share the place's open session: its closing waits for us. Nobody votes in a place that is not open."""
    cursor.execute(
        "SELECT 1 FROM voting_stationsession s JOIN voting_pollingstation p ON p.id = s.station_id "
        "WHERE p.poll_id = %s AND p.code = %s AND s.closed_at IS NULL FOR SHARE OF s",
        [poll.pk, code],
    )
    if cursor.fetchone() is None:
        raise Refused(
            no(_("Ce lieu de vote est fermé : il faut l’ouvrir, au bureau « Lieux de vote », avant d’y voter."))
        )


def lock_entries(cursor: Any, poll: Poll, ids: Sequence[int]) -> dict[int, tuple[str, list[str]]]:
    """The status and the scopes of these people, locked in the order of their ids."""
    cursor.execute(
        "SELECT id, poll_id, status, scopes FROM voting_rollentry WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
        [sorted(ids)],  # by primary key alone: a fresh roll has no statistics to choose an index by
    )
    return {pk: (status, scopes) for pk, poll_id, status, scopes in cursor.fetchall() if poll_id == poll.pk}


def read_clock(cursor: Any) -> datetime:
    """The database's clock, now and not when the transaction began: read it after the locks."""
    cursor.execute("SELECT clock_timestamp()")
    now: datetime = cursor.fetchone()[0]
    return now


def demand_open(text: SealedPoll, state: str, now: datetime, *, closed: StrOrPromise) -> None:
    """Read after the locks. A replayed poll is closed by an act alone: its dates are those of the file.

    `closed`: the sentence for who comes too late, with `%(when)s` in it."""
    is_on_time = text.kind == PollKind.REPLAY or text.opens_at <= now < text.closes_at
    if state == PollState.SEALED and is_on_time:
        return
    if state == PollState.SEALED and now < text.opens_at:
        raise Refused(
            no(_("Le vote n’est pas ouvert : il ouvre le %(when)s.") % {"when": calendar.moment_words(text.opens_at)})
        )
    if now < text.closes_at:  # a practice vote, closed before its date
        raise Refused(no(_("Le vote est clos : plus aucun bulletin n’est reçu.")))
    raise Refused(no(closed % {"when": calendar.moment_words(text.closes_at)}))


def mark(cursor: Any, poll: Poll, marks: Sequence[NewMark], day: date) -> list[int]:
    """Mark who has none yet, and say who; a mark made in a place names it and its agent. A day, never a time."""
    cursor.execute(
        "INSERT INTO voting_rollmark (poll_id, entry_id, channel, station, day, agent_id) "
        "SELECT %s, entry, channel, station, %s, agent "
        "FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[]) AS given (entry, channel, station, agent) "
        "ORDER BY entry ON CONFLICT (entry_id) DO NOTHING RETURNING entry_id",
        [
            poll.pk,
            day,
            [new.entry_id for new in marks],
            [new.channel for new in marks],
            [new.place.station if new.place else "" for new in marks],
            [new.place.agent_id if new.place else None for new in marks],
        ],
    )
    return [row[0] for row in cursor.fetchall()]


def day_of(text: SealedPoll, now: datetime, zone: ZoneInfo) -> date:
    """The day of the mark, in the town's time zone; a replay is dated by the last day of its file."""
    moment = calendar.last_instant(text.closes_at) if text.kind == PollKind.REPLAY else now
    return calendar.local_day(moment, zone)
