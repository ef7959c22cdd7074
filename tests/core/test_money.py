"""Euros: to the cent, half-up, written as a French reader expects."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bp_platform.core import money


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("62000", "62\u202f000\u00a0€"),
        ("46912.3", "46\u202f912,30\u00a0€"),
        ("0", "0\u00a0€"),
        ("1000000.00", "1\u202f000\u202f000\u00a0€"),
    ],
)
def test_amounts_are_written_in_french(amount, written):
    assert money.in_words(Decimal(amount)).replace("\u00a0", " ") == written.replace("\u202f", " ").replace(
        "\u00a0", " "
    )


def test_half_a_cent_goes_up():
    assert money.round_eur(Decimal("0.005")) == Decimal("0.01")


def test_a_fraction_of_a_cent_is_no_amount():
    with pytest.raises(ValueError, match="whole number of cents"):
        money.to_cents(Decimal("0.001"))


@given(st.integers(min_value=0, max_value=10**12))
def test_cents_and_euros_are_the_same_amount(cents):
    assert money.to_cents(money.from_cents(cents)) == cents
