"""Page-sized reads of the cycle."""

from __future__ import annotations

from cycles.selectors.editions import (
    PRECEDENCE,
    _rank,
    _station,
    current_cycle,
    is_open,
    last_phases,
    leading_phase,
    phase_of,
    phases_of,
    stations,
    voted_total,
)
from cycles.selectors.places import MAP_WIDTH, CycleMap, MapArea, areas_of, map_of
from cycles.selectors.rulebooks import current_version, rules_of

__all__ = [
    "MAP_WIDTH",
    "PRECEDENCE",
    "CycleMap",
    "MapArea",
    "_rank",
    "_station",
    "areas_of",
    "current_cycle",
    "current_version",
    "is_open",
    "last_phases",
    "leading_phase",
    "map_of",
    "phase_of",
    "phases_of",
    "rules_of",
    "stations",
    "voted_total",
]
