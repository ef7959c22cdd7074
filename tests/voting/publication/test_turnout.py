"""PROTOCOL §6.4.16: no figure of the turnout, and no subtraction of two, speaks of fewer than ten people."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from voting.turnout import LEAST_OF_A_PLACE, Cell, by_place, cells_of, fold, tonight, value_of

FIRST = date(2026, 5, 2)
PLACES = ("", "halle", "mediatheque", "mairie")

# Each day: how many voted in each place, and whether that night was published at all (a night may be missed).
days = st.lists(st.tuples(st.fixed_dictionaries({p: st.integers(0, 45) for p in PLACES}), st.booleans()), max_size=9)


def is_safe(number: int) -> bool:
    return number == 0 or abs(number) >= 10


def nights(votes):
    """What each night has told so far, and how many had really voted."""
    voted, told = Counter(), ()
    for place, (cast, is_published) in enumerate(votes):
        voted.update(cast)
        if is_published:
            told = (*told, *tonight(told, voted, FIRST + timedelta(days=place)))
            yield told, dict(voted)


@settings(max_examples=300)
@given(days)
def test_every_figure_and_every_difference_of_two_nights_is_nought_or_ten(votes):
    told = [({}, 0)]
    for cells, voted in nights(votes):
        assert all(cell.number >= 10 for cell in cells)
        assert all(number < voted[place] for place, number in by_place(cells).items())
        told.append((by_place(cells), sum(cell.number for cell in cells)))

    for (one, total), (other, other_total) in combinations(told, 2):
        assert is_safe(other_total - total)
        assert all(is_safe(other.get(place, 0) - one.get(place, 0)) for place in PLACES)


@settings(max_examples=300)
@given(days)
def test_the_exact_numbers_of_the_closing_find_nobody_out(votes):
    """Whatever night they are compared with, and however places are subtracted from the total."""
    final = Counter()
    for cast, _is_published in votes:
        final.update(cast)
    folded = fold(final)

    assert folded.total == sum(final.values())
    assert all(number >= LEAST_OF_A_PLACE for number in folded.shown.values())
    assert not folded.shown or folded.others == 0 or folded.others >= LEAST_OF_A_PLACE
    for cells, _voted in nights(votes):
        told = by_place(cells)
        assert is_safe(folded.total - sum(told.values())) or not told
        assert all(is_safe(number - told.get(place, 0)) for place, number in folded.shown.items())
        hidden = sum(number for place, number in told.items() if place not in folded.shown)
        assert is_safe(folded.others - hidden) or not hidden


@settings(max_examples=300)
@given(st.dictionaries(st.text(min_size=1, max_size=2), st.integers(0, 120), max_size=7), st.integers(1, 60))
def test_no_complement_of_what_is_shown_is_small(numbers, least):
    folded = fold(numbers, least)

    for size in range(len(folded.shown) + 1):
        for some in combinations(folded.shown.values(), size):
            rest = folded.total - sum(some)
            assert rest == 0 or rest >= least or not folded.shown


def test_the_exact_number_of_a_night_is_not_found_by_adding_ten():
    """Between ten and nineteen votes stay in hand: the same figure stands for ten different truths."""
    assert {tuple(tonight((), {"": voted}, FIRST)) for voted in range(30, 40)} == {(Cell("", FIRST, 20),)}


def test_a_place_speaks_once_it_has_twenty_votes_and_then_by_tens():
    assert tonight((), {"halle": 19, "": 20}, FIRST) == (Cell("", FIRST, 10),)
    assert tonight((Cell("halle", FIRST, 10),), {"halle": 29}, FIRST) == ()
    assert tonight((Cell("halle", FIRST, 10),), {"halle": 47}, FIRST) == (Cell("halle", FIRST, 20),)


def test_small_places_take_one_that_could_be_shown_along():
    assert fold({"a": 300, "b": 60, "c": 3}).shown == {"a": 300}
    assert fold({"a": 300, "b": 60, "c": 3}).others == 63
    assert fold({"a": 300, "b": 30, "c": 25}).shown == {"a": 300}
    assert fold({"a": 12}) == fold({"b": 12})


def test_cells_are_kept_as_they_were():
    cells = (Cell("", FIRST, 20), Cell("halle", FIRST, 10))

    assert cells_of(value_of(cells)) == cells
