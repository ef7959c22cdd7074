"""The demo's two votes: one that is running (practice) and one that is over (replay), through the same services."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from bp_platform.demo import town
from bp_platform.demo.town import DEMO
from cycles.models import Cycle
from voting import seal as seals
from voting import selectors
from voting.models import Poll, PollKind, RollEntry
from voting.services import casting, polls, replay, roll, sealing
from voting.tally.values import Ballot

ON_THE_ROLL = 420
READY_CODES = 12
ALREADY_CAST = 57


class VoterCode(NamedTuple):
    """A letter of the demo: what its reader types to vote."""

    name: str
    code: str
    birth_year: int


@dataclass(frozen=True, slots=True)
class Running:
    """The running vote, and the letters that visitors of the demo may open."""

    cycle: Cycle
    poll: Poll
    codes: list[VoterCode]


def running(cycle: Cycle, window: tuple[datetime, datetime], *, at: datetime) -> Running:
    """Sealed two days before it opens; a few dozen ballots are in the box."""
    opens_at, closes_at = window
    prepared = opens_at - timedelta(days=12)
    poll = polls.create_poll(
        cycle, by=DEMO, at=prepared, kind=PollKind.PRACTICE, title=cycle.title, opens_at=opens_at, closes_at=closes_at
    )
    roll.admit(poll, _people(ON_THE_ROLL, seed=26), by=DEMO, at=prepared)
    letters = [VoterCode(c.name, c.code, c.birth_year) for c in roll.issue_codes(poll, by=DEMO, at=prepared)]
    poll = sealing.seal(
        poll, by=DEMO, at=opens_at - timedelta(days=2), draw_seed="4 2 6 1 3 5 (dés, 18 h 30, hôtel de ville)"
    )
    _cast_some(poll, at)
    return Running(cycle, poll, letters[:READY_CODES])


def finished(cycle: Cycle, window: tuple[datetime, datetime], votes: Mapping[str, int]) -> Poll:
    """A vote that is over: ballots that give each project its votes, cast and sealed one by one, opened and counted."""
    opens_at, closes_at = window
    keys = seals.new_keys()
    poll = polls.create_poll(
        cycle, by=DEMO, at=opens_at - timedelta(days=9), kind=PollKind.REPLAY, title=cycle.title,
        opens_at=opens_at, closes_at=closes_at,
    )  # fmt: skip
    ballots = list(_ballots(votes, voters=640, at_most=5))
    people = _people(2100, seed=24)
    roll.admit(poll, people, by=DEMO, at=opens_at - timedelta(days=8))
    poll = sealing.seal(
        poll,
        by=DEMO,
        at=opens_at - timedelta(days=2),
        draw_seed="loterie du 12 mai : 7 19 23 31 44",
        public_key=keys.public,
    )
    replay.cast_ballots(poll, ({polls.TOWN: _approving(numbers)} for numbers in ballots))
    replay.finish(poll, keys.private, by=DEMO, at=closes_at + timedelta(hours=20))
    replay.show(poll, by=DEMO, at=closes_at + timedelta(days=1))
    return poll


def _people(number: int, *, seed: int) -> list[roll.Person]:
    chance = random.Random(seed)  # noqa: S311 -- made-up names
    names = town.data("town")["names"]
    return [
        roll.Person(f"{chance.choice(names['first'])} {chance.choice(names['last'])}", chance.randint(1938, 2010))
        for _n in range(number)
    ]


def _ballots(votes: Mapping[str, int], *, voters: int, at_most: int) -> Iterator[tuple[str, ...]]:
    """Ballots of at most `at_most` projects whose totals are exactly `votes`, drawn from a seed."""
    chance = random.Random(2024)  # noqa: S311 -- made-up ballots
    chosen: list[list[str]] = [[] for _voter in range(voters)]
    for number, count in sorted(votes.items(), key=lambda item: -item[1]):
        free = [choices for choices in chosen if len(choices) < at_most]
        for choices in chance.sample(free, count):
            choices.append(number)
    return (tuple(sorted(choices)) for choices in chosen if choices)


def _approving(numbers: Iterable[str]) -> Ballot:
    return tuple((number, 1) for number in sorted(numbers))


def _cast_some(poll: Poll, at: datetime) -> None:
    """A few residents of the roll's end have voted already; the letters of its beginning are left to visitors."""
    chance = random.Random(57)  # noqa: S311 -- made-up ballots
    text = selectors.sealed_of(poll)
    numbers = [project.number for project in text.projects]
    entries = RollEntry.objects.filter(poll=poll).order_by("-pk")[:ALREADY_CAST]
    for entry in entries:
        picked = tuple(chance.sample(numbers, chance.randint(1, 5)))
        nonce = secrets.token_bytes(seals.NONCE_LENGTH)
        cast = casting.review(text, entry, {polls.TOWN: _approving(picked)}, nonce=nonce, at=at)
        casting.cast_many(poll, [cast])
