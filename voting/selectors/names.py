"""What the codes of a count are called: its places, its themes, its tranches of cost."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from cycles import selectors as cycle_selectors
from cycles.models import Cycle
from voting.tally.values import Dimension


class KeyNames:
    """The names of an edition's codes; asked for once, and only if a reason cites one."""

    def __init__(self, cycle: Cycle) -> None:
        self._cycle = cycle

    @cached_property
    def known(self) -> Mapping[tuple[Dimension, str], str]:
        cycle = self._cycle
        areas, themes = (rows.order_by("pk").values_list("code", "name") for rows in (cycle.areas, cycle.themes))
        tranches = [(tranche.code, tranche.name) for tranche in cycle_selectors.rules_of(cycle).caps.tranches]
        named = {Dimension.AREA: areas, Dimension.THEME: themes, Dimension.TRANCHE: tranches}
        return {(dimension, code): name for dimension, rows in named.items() for code, name in rows}
