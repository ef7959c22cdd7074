"""Règlement, art. 4: the studies and the contingencies of a costing before anybody has priced them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Protocol, TypeVar

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from bp_platform.core.money import ZERO
from cycles.rules import Caps
from instruction.models import CostKind
from instruction.selectors import line_totals

APART = (CostKind.STUDY, CostKind.CONTINGENCY)


class Line(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def quantity(self) -> Decimal: ...
    @property
    def unit_price_eur(self) -> Decimal: ...
    @property
    def vat_percent(self) -> Decimal: ...


L = TypeVar("L", bound=Line)


def is_share(line: Line, caps: Caps) -> bool:
    """Whether a line was reckoned by the article, and is to be reckoned again."""
    return any(line.kind == kind and line.label == label for kind, label, _percent in shares_of(caps))


def shares_of(caps: Caps) -> Iterator[tuple[str, str, int]]:
    """The kind, the label and the percentage of each share that the article states.

    The label is written in the costing, and is how the line is known again: it is in the town's language for everybody.
    """
    with translation.override(settings.LANGUAGE_CODE):
        found = (
            (CostKind.STUDY, _("Études : %(percent)d %% des travaux (article 4)"), caps.studies_percent),
            (CostKind.CONTINGENCY, _("Aléas : %(percent)d %% des travaux (article 4)"), caps.contingencies_percent),
        )
    for kind, label, percent in found:
        if percent:
            yield kind, label % {"percent": percent}, percent


def works_eur(lines: Iterable[Line]) -> Decimal:
    """What the shares are of: everything but studies and contingencies, all taxes included."""
    totals = (line_totals(one.quantity, one.unit_price_eur, one.vat_percent) for one in lines if one.kind not in APART)
    return sum((total.total_eur for total in totals), ZERO)


def typed(lines: Sequence[L], caps: Caps) -> list[L]:
    """The lines that somebody wrote."""
    return [line for line in lines if not is_share(line, caps)]
