"""Drawing people by lot, so that anybody can do it again: pure functions, the standard library, no chance of its own.

The list is published with its digest before a public number is known; the number and the digest make the seed; the
seed gives each rank its lot. People are read in the order of their lots, and somebody sits if all the quotas can
still be met with those who follow. The others are substitutes, in the same order.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

CRITERIA = ("area", "age", "gender")
MOST_TRIES = 5000  # of one question « can the quotas still be met? »: beyond, the answer is no


@dataclass(frozen=True, slots=True)
class Entry:
    """A rank of the list, and what the quotas read of the person: `traits["gender"] == "F"`."""

    rank: int
    traits: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Quota:
    """At least so many people whose trait is this."""

    criterion: str
    value: str
    least: int
    label: str = ""

    def holds(self, entry: Entry) -> bool:
        return entry.traits.get(self.criterion, "") == self.value


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a draw is impossible. `kind`: people (the whole list), quota (one), criterion (their sum), together."""

    kind: str
    label: str
    needed: int
    available: int

    @property
    def missing(self) -> int:
        return self.needed - self.available


@dataclass(frozen=True, slots=True)
class Result:
    """Ranks in the order of the lots."""

    seated: tuple[int, ...]
    substitutes: tuple[int, ...]


class Impossible(Exception):  # noqa: N818 -- it reads as what happened
    """The quotas cannot be met with this list."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        super().__init__("; ".join(f"{gap.label}: {gap.available}/{gap.needed}" for gap in gaps))
        self.gaps = tuple(gaps)


def listing(entries: Iterable[Entry]) -> str:
    """The canonical list, a line per rank: `rank;area;age;gender`. What is published, and what the digest covers."""
    lines = [";".join(("rank", *CRITERIA))]
    lines += [
        ";".join((str(entry.rank), *(entry.traits.get(name, "") for name in CRITERIA)))
        for entry in sorted(entries, key=lambda one: one.rank)
    ]
    return "\n".join(lines) + "\n"


def read_listing(text: str) -> tuple[Entry, ...]:
    """The entries of a canonical list."""
    head, *lines = text.strip().splitlines()
    names = head.split(";")[1:]
    found = []
    for line in lines:
        rank, *values = line.split(";")
        found.append(Entry(int(rank), {name: value for name, value in zip(names, values, strict=True) if value}))
    return tuple(found)


def digest(text: str) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def seed_of(value: str, list_digest: str) -> str:
    """SHA-256 of the public number as written, without spaces around or doubled, then the list’s digest."""
    return digest(f"{' '.join(value.split())}\n{list_digest}")


def in_order(entries: Iterable[Entry], seed: str) -> tuple[Entry, ...]:
    """By SHA-256 of `seed:rank`, the smallest first."""
    return tuple(sorted(entries, key=lambda entry: (digest(f"{seed}:{entry.rank}"), entry.rank)))


def gaps(entries: Sequence[Entry], seats: int, quotas: Sequence[Quota]) -> tuple[Gap, ...]:
    """What makes the draw impossible, by name; empty when it is possible."""
    found = [Gap("people", "", seats, len(entries))] if len(entries) < seats else []
    for quota in quotas:
        there = sum(map(quota.holds, entries))
        if there < quota.least:
            found.append(Gap("quota", quota.label or quota.value, quota.least, there))
    for criterion in dict.fromkeys(quota.criterion for quota in quotas):
        asked = sum(quota.least for quota in quotas if quota.criterion == criterion)
        if asked > seats:
            found.append(Gap("criterion", criterion, asked, seats))
    if not found and not _can_fill(entries, (), seats, quotas):
        found = [
            Gap("together", quota.label or quota.value, quota.least, 0) for quota in _culprits(entries, seats, quotas)
        ]
    return tuple(found)


def draw(entries: Sequence[Entry], seats: int, quotas: Sequence[Quota], seed: str) -> Result:
    """Who sits and who may replace them, in the order of the lots. Raises Impossible with the gaps."""
    found = gaps(entries, seats, quotas)
    if found:
        raise Impossible(found)
    seated: list[Entry] = []
    passed: list[Entry] = []
    waiting = list(in_order(entries, seed))
    while waiting:
        one = waiting.pop(0)
        if len(seated) < seats and _can_fill(waiting, (*seated, one), seats - len(seated) - 1, quotas):
            seated.append(one)
        else:
            passed.append(one)
    return Result(tuple(one.rank for one in seated), tuple(one.rank for one in passed))


def next_substitute(
    entries: Sequence[Entry], kept: Iterable[int], substitutes: Sequence[int], quotas: Sequence[Quota]
) -> tuple[int | None, bool]:
    """The rank that takes a seat given up, and whether the quotas still hold with it.

    The first substitute with whom no quota that can hold is broken; the first of all when none does.
    """
    by_rank = {entry.rank: entry for entry in entries}
    sitting = [by_rank[rank] for rank in kept]
    for rank in substitutes:
        if all(sum(map(quota.holds, (*sitting, by_rank[rank]))) >= quota.least for quota in quotas):
            return rank, True
    return (substitutes[0], False) if substitutes else (None, False)


def _culprits(entries: Sequence[Entry], seats: int, quotas: Sequence[Quota]) -> list[Quota]:
    """The quotas without which the others can be met; all of them when no single one is to blame."""
    alone = [
        quota for quota in quotas if _can_fill(entries, (), seats, [other for other in quotas if other is not quota])
    ]
    return alone or list(quotas)


def _can_fill(pool: Sequence[Entry], sitting: Sequence[Entry], seats: int, quotas: Sequence[Quota]) -> bool:
    """Whether `seats` people of the pool can complete those who sit so that every quota is met."""
    if len(pool) < seats:
        return False
    wanted = tuple(max(0, quota.least - sum(map(quota.holds, sitting))) for quota in quotas)
    kinds = Counter(tuple(quota.holds(entry) for quota in quotas) for entry in pool)
    kinds.pop((False,) * len(quotas), None)
    return _Search(quotas).can_meet(wanted, seats, tuple(sorted(kinds.items(), reverse=True)))


class _Search:
    """A bounded search: the scarcest quota first, people who fill several quotas first."""

    def __init__(self, quotas: Sequence[Quota]) -> None:
        self.criteria = [quota.criterion for quota in quotas]
        self.tries = 0
        self.dead: set[tuple[object, ...]] = set()

    def can_meet(self, wanted: tuple[int, ...], seats: int, kinds: tuple[tuple[tuple[bool, ...], int], ...]) -> bool:
        if not any(wanted):
            return True
        self.tries += 1
        state = (wanted, seats, kinds)
        if self.tries > MOST_TRIES or state in self.dead or self._is_hopeless(wanted, seats, kinds):
            return False
        spare = {n: self._supply(n, kinds) - lack for n, lack in enumerate(wanted) if lack}
        scarcest = min(spare, key=lambda n: (spare[n], n))
        fitting = [one for one in kinds if one[0][scarcest]]
        fitting.sort(key=lambda one: (-sum(a and lack > 0 for a, lack in zip(one[0], wanted, strict=True)), one[0]))
        for kind, count in fitting:
            left = tuple((other, number - (other == kind)) for other, number in kinds if number - (other == kind) > 0)
            fewer = tuple(max(0, lack - has) for lack, has in zip(wanted, kind, strict=True))
            if count and self.can_meet(fewer, seats - 1, left):
                return True
        self.dead.add(state)
        return False

    def _is_hopeless(
        self, wanted: tuple[int, ...], seats: int, kinds: tuple[tuple[tuple[bool, ...], int], ...]
    ) -> bool:
        if any(self._supply(n, kinds) < lack for n, lack in enumerate(wanted)):
            return True
        asked: Counter[str] = Counter()
        for criterion, lack in zip(self.criteria, wanted, strict=True):
            asked[criterion] += lack
        return any(total > seats for total in asked.values())

    @staticmethod
    def _supply(n: int, kinds: tuple[tuple[tuple[bool, ...], int], ...]) -> int:
        return sum(count for kind, count in kinds if kind[n])
