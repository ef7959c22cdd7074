"""What a case costs, added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bp_platform.core.money import ZERO, round_eur
from cycles.rules import Caps
from instruction.models import Case, Costing, CostItem, CostKind


@dataclass(frozen=True, slots=True)
class LineTotals:
    """A line without tax, its tax, and both; euros."""

    net_eur: Decimal
    vat_eur: Decimal
    total_eur: Decimal


def line_totals(quantity: Decimal, unit_price_eur: Decimal, vat_percent: Decimal) -> LineTotals:
    """A line's totals: the amount without tax is rounded half-up to the cent, then its tax is.

    The same arithmetic as the database's generated columns; a test compares them.
    """
    net = round_eur(quantity * unit_price_eur)
    vat = round_eur(net * vat_percent / 100)
    return LineTotals(net, vat, net + vat)


@dataclass(frozen=True, slots=True)
class CostSheet:
    """A costing with its lines and totals. Totals are sums of rounded lines, so that they add up on paper."""

    costing: Costing
    items: tuple[CostItem, ...]
    net_eur: Decimal
    vat_eur: Decimal
    total_eur: Decimal


def current_costing(case: Case) -> Costing | None:
    """The costing that counts: the one that was decided upon, else the last version."""
    if case.costing_id is not None:
        return case.costing
    return case.costings.select_related("department").order_by("-version").first()


def cost_sheet(costing: Costing) -> CostSheet:
    """The lines in their order, added up; one query unless the items are prefetched."""
    items: Sequence[CostItem] = sorted(costing.items.all(), key=lambda item: item.position)
    return CostSheet(
        costing=costing,
        items=tuple(items),
        net_eur=sum((item.net_eur for item in items), ZERO),
        vat_eur=sum((item.vat_eur for item in items), ZERO),
        total_eur=sum((item.total_eur for item in items), ZERO),
    )


def total_eur(costing: Costing) -> Decimal:
    """Everything it costs, all taxes included, whoever pays."""
    return cost_sheet(costing).total_eur


def price_eur(costing: Costing, caps: Caps) -> Decimal:
    """The price for the participatory budget: without what others bring, where article 4 deducts it."""
    return max(ZERO, total_eur(costing) - _funded(costing, caps))


def counted_eur(costing: Costing, caps: Caps) -> Decimal:
    """What the règlement compares with its bounds (art. 4): the whole price, or the works without their studies and
    contingencies; without what others bring, where the article deducts it."""
    sheet = cost_sheet(costing)
    apart = () if caps.counts == "everything" else (CostKind.STUDY, CostKind.CONTINGENCY)
    total = sum((item.total_eur for item in sheet.items if item.kind not in apart), ZERO)
    return max(ZERO, total - _funded(costing, caps))


def _funded(costing: Costing, caps: Caps) -> Decimal:
    return costing.funded_eur if caps.are_other_funders_deducted else ZERO
