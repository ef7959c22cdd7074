"""Sharing a sum: exact to the cent, whatever the weights."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cycles.split import Sharer, shares, weights_of

EUROS = st.integers(1, 10**9).map(lambda cents: Decimal(cents) / 100)
WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any)


@given(EUROS, WEIGHTS)
def test_the_sum_is_exact_and_nobody_is_a_cent_away_from_their_part(total, weights):
    weights = [Fraction(weight) for weight in weights]

    parts = shares(total, weights)

    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Fraction(part) - Fraction(total) * weight / sum(weights)) < Fraction(1, 100)
        assert part == part.quantize(Decimal("0.01"))


@given(EUROS, WEIGHTS)
def test_who_weighs_more_never_gets_less(total, weights):
    parts = shares(total, [Fraction(weight) for weight in weights])

    for one, weight in zip(parts, weights, strict=True):
        for other, weight_of_other in zip(parts, weights, strict=True):
            assert one >= other or weight <= weight_of_other


@given(EUROS, WEIGHTS, st.integers(1, 50))
def test_only_proportions_count(total, weights, times):
    assert shares(total, [Fraction(w) for w in weights]) == shares(total, [Fraction(w * times) for w in weights])


def test_equal_remainders_are_served_in_the_order_given():
    assert shares(Decimal("100.00"), [Fraction(1)] * 3) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]


def test_the_bonus_of_priority_neighbourhoods():
    north, south = Sharer("nord", 1000), Sharer("sud", 1000, is_priority=True)

    assert shares(Decimal(100), weights_of([north, south], "population", 50)) == [Decimal(40), Decimal(60)]
    assert shares(Decimal(100), weights_of([north, south], "equal", 0)) == [Decimal(50), Decimal(50)]


@pytest.mark.parametrize("weights", [[], [Fraction(0)], [Fraction(2), Fraction(-1)]])
def test_weights_that_share_nothing_are_refused(weights):
    with pytest.raises(ValueError, match="Weights"):
        shares(Decimal(10), weights)
