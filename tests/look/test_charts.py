"""Money bars add up."""

from __future__ import annotations

from decimal import Decimal

from bp_platform.core import charts
from bp_platform.core.components import Slice, Station


def _bar(*amounts: str, total: str):
    kinds = ("paid", "committed", "planned", "left")
    slices = [Slice(kind, kind, Decimal(amount)) for kind, amount in zip(kinds, amounts, strict=False)]
    return charts.money_bar(slices, Decimal(total))


def test_slices_follow_one_another_and_fill_the_bar():
    bar = _bar("50.00", "25.00", "25.00", total="100.00")

    assert [(part.x, part.width, part.share) for part in bar.segments] == [
        ("0.000%", "50.000%", "50\u202f%"),
        ("50.000%", "25.000%", "25\u202f%"),
        ("75.000%", "25.000%", "25\u202f%"),
    ]
    assert (bar.rest_x, bar.limit_x, bar.rest_eur) == ("", "", Decimal("0.00"))


def test_what_no_slice_explains_is_drawn_empty():
    bar = _bar("25.00", total="100.00")

    assert (bar.rest_x, bar.rest_width, bar.rest_eur) == ("25.000%", "75.000%", Decimal("75.00"))


def test_an_envelope_overspent_shows_its_limit():
    bar = _bar("98000.00", "27000.00", total="100000.00")

    assert (bar.limit_x, bar.over_eur, bar.rest_x) == ("80.000%", Decimal("25000.00"), "")


def test_an_empty_envelope_does_not_divide_by_zero():
    bar = _bar("0.00", total="0.00")

    assert [(part.x, part.width, part.share) for part in bar.segments] == [("0.000%", "0.000%", "")]


def test_a_share_below_one_percent_is_said_so():
    shares = [charts.share_in_words(Decimal(part), Decimal(1000)) for part in (0, 3, 10, 995)]

    assert shares == ["0\u202f%", "<\u00a01\u202f%", "1\u202f%", "100\u202f%"]


def test_progress_is_a_class_by_steps_of_five():
    classes = [Station("Vote", state="now", progress=value).progress_class for value in (-4, 0, 3, 47, 100, 140)]

    assert classes == ["", "", "p05", "p45", "p100", "p100"]


def test_only_the_present_station_has_progress():
    assert Station("Vote", state="past", progress=50).progress_class == ""
