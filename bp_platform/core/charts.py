"""Drawings of figures, computed here and written as SVG by templates: no library, no script, no inline style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate

import segno

from bp_platform.core import colours
from bp_platform.core.components import MoneyKind, Slice

_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Segment:
    """A part of a money bar: its slice, where it starts and how wide it is, in percent of the bar, as SVG text.

    `texture` and `swatch` are the ids of its pattern on the bar and in the legend (a PDF looks no further than one
    drawing); `fill` is its light colour, which a stylesheet overrides on screen.
    """

    slice: Slice
    texture: str
    swatch: str
    fill: str

    @property
    def is_plain(self) -> bool:
        """What is paid is solid: no texture, no seam."""
        return self.slice.kind == "paid"

    x: str
    width: str
    share: str


@dataclass(frozen=True)
class MoneyBar:
    """Segments from left to right, then what no slice explains (`rest`) or what exceeds the total (`over`)."""

    segments: tuple[Segment, ...]
    total_eur: Decimal
    sum_eur: Decimal
    limit_x: str
    rest_x: str
    rest_width: str

    @property
    def rest_eur(self) -> Decimal:
        return self.total_eur - self.sum_eur

    @property
    def over_eur(self) -> Decimal:
        return -self.rest_eur


def money_bar(
    slices: Sequence[Slice],
    total_eur: Decimal,
    *,
    id: str = "argent",  # noqa: A002 -- the name of the HTML attribute
    accent_hex: str = colours.DEFAULT_ACCENT,
) -> MoneyBar:
    """Lay slices out on a bar as long as the larger of the total and their sum. Empty slices keep their legend only."""
    ends = list(accumulate((part.amount_eur for part in slices), initial=Decimal(0)))
    fills = _fills(accent_hex)
    scale = max(ends[-1], total_eur) or Decimal(1)
    segments = tuple(
        Segment(
            slice=part,
            texture=f"{id}-{part.kind}",
            swatch=f"{id}-{part.kind}-legend",
            fill=fills[part.kind],
            x=_percent(start / scale * _HUNDRED),
            width=_percent(part.amount_eur / scale * _HUNDRED),
            share=share_in_words(part.amount_eur, total_eur),
        )
        for part, start in zip(slices, ends[:-1], strict=True)
    )
    is_over, has_rest = ends[-1] > total_eur, ends[-1] < total_eur
    return MoneyBar(
        segments=segments,
        total_eur=total_eur,
        sum_eur=ends[-1],
        limit_x=_percent(total_eur / scale * _HUNDRED) if is_over else "",
        rest_x=_percent(ends[-1] / scale * _HUNDRED) if has_rest else "",
        rest_width=_percent((total_eur - ends[-1]) / scale * _HUNDRED) if has_rest else "",
    )


def share_in_words(part: Decimal, whole: Decimal) -> str:
    """« 25 % », « moins de 1 % » as a number with its no-break space; empty when there is no whole."""
    if not whole:
        return ""
    exact = part / whole * _HUNDRED
    if 0 < exact < 1:
        return "<\u00a01\u202f%"
    return f"{exact.quantize(Decimal(1), ROUND_HALF_UP)}\u202f%"


def _fills(accent_hex: str) -> dict[MoneyKind, str]:
    accent, _dark = colours.accent(accent_hex)
    light = {name: pair[0] for name, pair in colours.PALETTE.items()}
    return {
        "paid": accent.main,
        "committed": accent.mid,
        "planned": light["sun"],
        "left": light["brick"],
        "moved": light["sky"],
    }


def _percent(value: Decimal) -> str:
    return f"{value.quantize(Decimal('0.001')):f}%"


def qr(address: str) -> str:
    """A QR code as inline SVG, hidden from screen readers: the address is written beside it."""
    drawing: str = segno.make(address, error="m").svg_inline(border=0, dark="#1c2321", omitsize=True)
    return drawing.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
