"""The demo's two votes: one that is running (practice) and one that is over (replay), through the same services."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from bp_platform.demo import ballots, town
from bp_platform.demo.town import DEMO
from cycles.models import Cycle
from voting import seal as seals
from voting.models import Poll, PollKind
from voting.services import polls, replay, roll, sealing

ON_THE_ROLL = 420
STREETS = (
    "rue Haute",
    "rue des Mariniers",
    "allée des Lilas",
    "quai de Loire",
    "chemin des Coteaux",
    "avenue de la Gare",
)
ALREADY_CAST = 57
ON_PAPER = 14


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
    receipts: list[dict[str, str]]


def running(cycle: Cycle, window: tuple[datetime, datetime], *, at: datetime) -> Running:
    """Sealed two days before it opens; a few dozen ballots are in the box."""
    opens_at, closes_at = window
    prepared = opens_at - timedelta(days=12)
    poll = polls.create_poll(
        cycle, by=DEMO, at=prepared, kind=PollKind.PRACTICE, title=cycle.title, opens_at=opens_at, closes_at=closes_at
    )
    roll.admit(poll, people(ON_THE_ROLL, seed=26), by=DEMO, at=prepared)
    letters = [VoterCode(c.name, c.code, c.birth_year) for c in roll.issue_codes(poll, by=DEMO, at=prepared)]
    poll = sealing.seal(
        poll, by=DEMO, at=opens_at - timedelta(days=2), draw_seed="4 2 6 1 3 5 (dés, 18 h 30, hôtel de ville)"
    )
    receipts = ballots.cast_some(poll, ALREADY_CAST, seed=57, at=at)
    ballots.open_places(poll, at=at, paper=ON_PAPER)
    ballots.publish_last_night(poll, at=at)
    ballots.leave_work(poll, at=at)
    return Running(cycle, poll, letters[: ballots.READY], receipts)


def finished(cycle: Cycle, window: tuple[datetime, datetime], votes: Mapping[str, int]) -> Poll:
    """A vote that is over: ballots that give each project its votes, cast and sealed one by one, opened and counted."""
    opens_at, closes_at = window
    keys = seals.new_keys()
    poll = polls.create_poll(
        cycle, by=DEMO, at=opens_at - timedelta(days=9), kind=PollKind.REPLAY, title=cycle.title,
        opens_at=opens_at, closes_at=closes_at,
    )  # fmt: skip
    cast = list(_ballots(votes, voters=820, at_most=5))
    roll.admit(poll, people(2100, seed=24), by=DEMO, at=opens_at - timedelta(days=8))
    poll = sealing.seal(
        poll,
        by=DEMO,
        at=opens_at - timedelta(days=2),
        draw_seed="loterie du 12 mai : 7 19 23 31 44",
        public_key=keys.public,
    )
    replay.cast_ballots(poll, ({polls.TOWN: ballots.approving(numbers)} for numbers in cast))
    replay.finish(poll, keys.private, by=DEMO, at=closes_at + timedelta(hours=20))
    replay.show(poll, by=DEMO, at=closes_at + timedelta(days=1))
    return poll


def people(number: int, *, seed: int, born: tuple[int, int] = (1938, 2010)) -> list[roll.Person]:
    """Made-up people for a roll, each with an address."""
    chance = random.Random(seed)  # noqa: S311 -- made-up names
    names = town.data("town")["names"]
    return [
        roll.Person(
            f"{chance.choice(names['first'])} {chance.choice(names['last'])}",
            chance.randint(*born),
            number=f"{place:05d}",
            postal_address=f"{chance.randint(1, 90)}, {chance.choice(STREETS)}\n37990 Valrive-sur-Loire",
        )
        for place in range(1, number + 1)
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
