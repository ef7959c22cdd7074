"""The list that voices make: pure."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from instruction.shortlist import Entry, Tie, compute, owed

NORTH, SOUTH = 1, 2


def entries(*described):
    return [Entry(key, place, voices) for key, (place, voices) in enumerate(described, start=1)]


def test_the_best_are_kept_and_a_place_is_rescued():
    found = compute(entries((NORTH, 40), (NORTH, 30), (None, 20), (SOUTH, 5)), at_most=3, per_place=1)

    assert (found.by_voices, found.for_place, found.ties) == ({1, 2}, {4}, ())
    assert found.rank == {1: 1, 2: 2, 3: 3, 4: 4}


def test_what_its_voices_keep_anyway_is_not_rescued():
    found = compute(entries((NORTH, 40), (SOUTH, 30), (NORTH, 20)), at_most=2, per_place=1)

    assert (found.by_voices, found.for_place) == ({1, 2}, frozenset())


def test_without_a_limit_all_are_kept():
    found = compute(entries((NORTH, 0), (SOUTH, 3), (NORTH, 3)), at_most=0, per_place=0)

    assert (found.kept, found.ties) == ({1, 2, 3}, ())
    assert found.rank == {1: 3, 2: 1, 3: 1}


def test_a_tie_at_the_edge_is_named():
    found = compute(entries((None, 9), (None, 5), (None, 5), (None, 5), (None, 1)), at_most=3, per_place=0)

    assert found.kept == {1}
    assert found.ties == (Tie(frozenset({2, 3, 4}), 2, 5),)


def test_a_tie_inside_a_place_is_named_too_unless_all_of_it_passes():
    tied = entries((NORTH, 40), (NORTH, 30), (SOUTH, 5), (SOUTH, 5))

    assert compute(tied, at_most=3, per_place=1).ties == (Tie(frozenset({3, 4}), 1, 5),)
    assert compute(tied, at_most=4, per_place=1).kept == {1, 2, 3, 4}


def test_a_place_keeps_all_that_it_has_when_it_has_fewer():
    assert owed(entries((NORTH, 1), (SOUTH, 1), (SOUTH, 2), (SOUTH, 3), (None, 4)), 2) == {NORTH: 1, SOUTH: 2}
    assert compute(entries((NORTH, 0), (SOUTH, 9), (SOUTH, 8)), at_most=2, per_place=2).for_place == {1}


@given(
    st.lists(st.tuples(st.sampled_from([None, 1, 2, 3]), st.integers(0, 6)), min_size=1, max_size=14),
    st.integers(0, 10),
    st.integers(0, 3),
)
def test_seats_are_all_given_and_never_more(described, at_most, per_place):
    given_entries = entries(*described)
    found = compute(given_entries, at_most=at_most, per_place=per_place)

    seats = len(found.kept) + sum(tie.seats for tie in found.ties)
    due = sum(owed(given_entries, per_place).values())
    assert seats == (min(len(described), max(at_most, due)) if at_most else len(described))
    assert not found.kept & found.tied
    assert all(0 < tie.seats < len(tie.keys) for tie in found.ties)
    for entry in given_entries:
        better = [e for e in given_entries if e.voices > entry.voices and e.place == entry.place]
        if entry.key in found.kept:
            assert all(e.key in found.kept for e in better)
