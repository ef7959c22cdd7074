"""Paper ballots: people marked in a place, a closed vote, piles keyed once or twice."""

from __future__ import annotations

from datetime import timedelta

from bp_platform.accounts.models import User
from bp_platform.core import calendar
from tests.factories import voting as make
from voting import keying, selectors, services
from voting.models import MarkChannel, PaperBatch, Poll, RollEntry, RollMark
from voting.tally.values import BallotKind

AFTER = 2 * make.HOUR


def after():
    """An hour after the closing of a vote made by the factory."""
    return make.clock() + AFTER


def mark_on_paper(poll: Poll, entries: list[RollEntry], agent: User, station: str = "mairie") -> None:
    """They came to the town hall and were handed a paper ballot."""
    day = calendar.local_day(make.clock())
    RollMark.objects.bulk_create(
        [
            RollMark(poll=poll, entry=e, channel=MarkChannel.PAPER, station=station, agent=agent, day=day)
            for e in entries
        ]
    )


def numbers(poll: Poll) -> dict[str, int]:
    """« BP26-0001 » → its number on the ballot list."""
    return {p.number: p.position + 1 for p in selectors.sealed_of(poll).projects}


def line(poll: Poll, *wanted: str) -> str:
    """What one types for a ballot that ticks these projects."""
    return " ".join(str(numbers(poll)[number]) for number in wanted) or "b"


def reading(poll: Poll, typed: str, scope: str = "ville") -> keying.Reading:
    text = selectors.sealed_of(poll)
    found = keying.read(typed, BallotKind(text.scopes[scope].ballot.kind), selectors.numbers_of(text, scope))
    assert isinstance(found, keying.Reading), found
    return found


def key(batch: PaperBatch, by: User, *lines: str) -> PaperBatch:
    """Key these lines, one ballot each, from the next place, and finish the keying when the pile is done."""
    turn = selectors.turn_of(batch)
    start = selectors.keyed(batch, turn)
    for place, typed in enumerate(lines, start=start + 1):
        services.key_ballot(batch, place, reading(batch.poll, typed, batch.scope), by=by, at=after())
    if start + len(lines) == batch.size:
        services.finish_keying(batch, by=by, at=after() + timedelta(minutes=1))
    return PaperBatch.objects.select_related("poll").get(pk=batch.pk)


def pile(poll: Poll, by: User, size: int, scope: str = "ville", boxes: str = "Mairie, école") -> PaperBatch:
    return services.create_batch(poll, by=by, at=after(), scope=scope, boxes=boxes, size=size)
