"""Which envelope pays a project: the nearest that is for its place, its theme and its cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from bp_platform.core.money import ZERO
from cycles import selectors as cycle_selectors
from cycles.models import AreaKind, Cycle, Envelope, EnvelopePublic
from proposals.models import Proposal


def envelope_of(proposal: Proposal) -> Envelope | None:
    """The project's envelope; None when none is for its place, its theme or its cost."""
    return Envelopes(proposal.cycle).of(proposal)


class Envelopes:
    """The envelopes of an edition, asked for one project after the other: three queries in all."""

    def __init__(self, cycle: Cycle) -> None:
        rows = cycle.areas.order_by("pk").values_list("pk", "parent_id")
        self.parents: Mapping[int, int | None] = dict(rows)
        self.rows: Sequence[Envelope] = list(cycle.envelopes.select_related("area").order_by("pk"))
        self.by_theme = cycle_selectors.rules_of(cycle).ballot.lists == "by_theme"

    def of(self, proposal: Proposal) -> Envelope | None:
        """Its place's envelope before its parent's, before the town's; where lists are by theme, its theme's first.

        Among them, the one of its theme, then of its tranche of cost, then for its public alone, comes last.
        """
        around = self._around(proposal.area_id)
        fitting = [row for row in self.rows if _fits(row, proposal, around)]
        return min(fitting, key=lambda row: self._distance(row, proposal, around), default=None)

    def _around(self, area_id: int) -> list[int]:
        """A place, then those that hold it, the nearest first."""
        found, step = [], area_id
        while step and step not in found:
            found.append(step)
            step = self.parents.get(step) or 0
        return found

    def _distance(self, row: Envelope, proposal: Proposal, around: list[int]) -> tuple[int | Decimal, ...]:
        place = around.index(row.area_id) if row.area_id and not _is_whole(row) else len(around)
        theme = int(row.theme_id is None)
        first, second = (theme, place) if self.by_theme else (place, theme)
        is_for_some = int(row.public != EnvelopePublic.EVERYBODY)
        return first, second, is_for_some, int(row.maximum_eur is None), row.maximum_eur or ZERO, row.pk


def _is_whole(row: Envelope) -> bool:
    """The commune's own envelope is the town's."""
    return row.area is not None and row.area.parent_id is None and row.area.kind == AreaKind.COMMUNE


def _fits(row: Envelope, proposal: Proposal, around: list[int]) -> bool:
    price = proposal.price_eur
    return (
        (row.area_id is None or row.area_id in around)
        and row.theme_id in (None, proposal.theme_id)
        and (price is None or row.minimum_eur is None or price >= row.minimum_eur)
        and (price is None or row.maximum_eur is None or price <= row.maximum_eur)
    )
