"""The list that voices make (règlement, art. 14): values in, list out. Ties at the edge are named, never broken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """An idea, the place that it counts for (None: the whole town), its voices."""

    key: int
    place: int | None
    voices: int


@dataclass(frozen=True, slots=True)
class Tie:
    """Ideas of the same number of voices, for fewer seats than they are."""

    keys: frozenset[int]
    seats: int
    voices: int


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Kept by their voices, kept for their place, still to be settled; `rank` is shared by equal voices."""

    by_voices: frozenset[int]
    for_place: frozenset[int]
    ties: tuple[Tie, ...]
    rank: Mapping[int, int]

    @property
    def kept(self) -> frozenset[int]:
        return self.by_voices | self.for_place

    @property
    def tied(self) -> frozenset[int]:
        return frozenset(key for tie in self.ties for key in tie.keys)


def owed(entries: Iterable[Entry], per_place: int) -> dict[int, int]:
    """How many ideas each place keeps at least: the rule's number, or all that it has."""
    sizes: dict[int, int] = {}
    for entry in entries:
        if entry.place is not None:
            sizes[entry.place] = sizes.get(entry.place, 0) + 1
    return {place: min(per_place, size) for place, size in sizes.items()} if per_place else {}


def ranks(entries: Sequence[Entry]) -> dict[int, int]:
    """1 for the most voices; equal voices, equal rank."""
    ordered = sorted((entry.voices for entry in entries), reverse=True)
    first: dict[int, int] = {}
    for place, voices in enumerate(ordered, start=1):
        first.setdefault(voices, place)
    return {entry.key: first[entry.voices] for entry in entries}


def compute(entries: Sequence[Entry], *, at_most: int, per_place: int) -> Shortlist:
    """Each place's best first, up to `per_place`; then the best of all, up to `at_most` (0: no limit).

    « For its place »: kept, where its voices alone would have left it out.
    """
    rank = ranks(entries)
    if not at_most:
        return Shortlist(frozenset(rank), frozenset(), (), rank)
    sure, groups = _best_of_places(entries, per_place)
    capacity = max(0, at_most - len(sure) - sum(group.seats for group in groups))
    kept, ties = set(sure), []
    for voices in sorted({entry.voices for entry in entries}, reverse=True):
        pool = frozenset(entry.key for entry in entries if entry.voices == voices and entry.key not in sure)
        here = [group for group in groups if group.voices == voices]
        reserved = sum(group.seats for group in here)
        if len(pool) - reserved <= capacity:
            kept |= pool
            capacity -= len(pool) - reserved
            continue
        ties += [Tie(pool, capacity + reserved, voices)] if capacity else here
        capacity = 0
    rescued = frozenset(key for key in kept if rank[key] > at_most)
    return Shortlist(frozenset(kept) - rescued, rescued, tuple(ties), rank)


def _best_of_places(entries: Sequence[Entry], per_place: int) -> tuple[frozenset[int], list[Tie]]:
    """Those that their place keeps for sure, and its ties."""
    sure: set[int] = set()
    groups = []
    for place, number in owed(entries, per_place).items():
        own = sorted((entry for entry in entries if entry.place == place), key=lambda entry: -entry.voices)
        edge = own[number - 1].voices
        above = {entry.key for entry in own if entry.voices > edge}
        level = frozenset(entry.key for entry in own if entry.voices == edge)
        sure |= above
        if len(above) + len(level) == number:
            sure |= level
        else:
            groups.append(Tie(level, number - len(above), edge))
    return frozenset(sure), groups
