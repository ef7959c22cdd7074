"""The places of an edition as residents read them: the money, the ideas and the laureates of each."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.core import money
from cycles import equity, wording
from cycles import selectors as cycles
from cycles.models import Area, Cycle
from proposals.models import Proposal, Stage

LAUREATES = (Stage.WINNER, Stage.DELIVERY, Stage.DELIVERED)


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A place in words: what it is, its money, what was proposed there and what was chosen."""

    name: str
    code: str
    kind: str
    depth: int
    inhabitants: str
    amount_eur: Decimal | None
    ideas: int
    said: str


@dataclass(frozen=True, slots=True)
class PlacesPage:
    """The places, their map, and the comparison between them."""

    heading: str
    areas: list[Area]
    lines: list[PlaceLine]
    equity: equity.Report


def places_page(cycle: Cycle) -> PlacesPage:
    """Four queries, whatever the number of places."""
    areas = cycles.areas_of(cycle)
    ideas, laureates = _counts(cycle)
    amounts: dict[int | None, Decimal] = {}
    for envelope in cycles.envelopes_of(cycle):
        amounts[envelope.area_id] = amounts.get(envelope.area_id, money.ZERO) + envelope.amount_eur
    lines = [
        PlaceLine(
            name=area.name,
            code=area.code,
            kind=str(area.get_kind_display()),
            depth=min(depth, 3),
            inhabitants=wording.inhabitants(area.population) if area.population is not None else "",
            amount_eur=amounts.get(area.pk),
            ideas=ideas.get(area.pk, 0),
            said=_said(ideas.get(area.pk, 0), laureates.get(area.pk, 0)),
        )
        for area, depth in cycles.in_tree(areas)
    ]
    heading = ngettext("%(n)d lieu", "%(n)d lieux", len(lines)) % {"n": len(lines)}
    return PlacesPage(heading, areas, lines, cycles.equity_of(cycle))


def _counts(cycle: Cycle) -> tuple[dict[int, int], dict[int, int]]:
    """Published ideas, and laureates, by place."""
    rows = (
        Proposal.objects.filter(cycle=cycle)
        .public()
        .order_by()
        .values_list("area_id")
        .annotate(ideas=Count("pk"), laureates=Count("pk", filter=Q(stage__in=LAUREATES)))
    )
    found = list(rows)
    return {area: ideas for area, ideas, _won in found}, {area: won for area, _ideas, won in found}


def _said(ideas: int, laureates: int) -> str:
    """« 12 idées, 2 lauréats »."""
    parts = [
        ngettext("%(n)d idée", "%(n)d idées", ideas) % {"n": ideas} if ideas else _("aucune idée pour le moment"),
        ngettext("%(n)d lauréat", "%(n)d lauréats", laureates) % {"n": laureates} if laureates else "",
    ]
    return ", ".join(filter(None, parts))
