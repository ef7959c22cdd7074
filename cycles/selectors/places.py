"""The places of a cycle, and their map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from cycles import geometry
from cycles.models import Area, Cycle

MAP_WIDTH = 600.0


@dataclass(frozen=True, slots=True)
class MapArea:
    """A place as it is drawn: its path, and where its mark goes. `mark` is its number in the list beside."""

    mark: int
    code: str
    name: str
    path: str
    x: float
    y: float
    count: int | None = None


@dataclass(frozen=True, slots=True)
class CycleMap:
    """The places of a cycle in one drawing: `ground` under them (places made of others), `areas` to choose from."""

    width: int
    height: int
    ground: tuple[str, ...]
    areas: tuple[MapArea, ...]


def areas_of(cycle: Cycle) -> list[Area]:
    """The cycle's places by name, with their outlines; one query."""
    return list(cycle.areas.order_by("name", "pk"))


def map_of(areas: Sequence[Area], counts: Mapping[str, int] | None = None) -> CycleMap | None:
    """The map of these places if they have outlines, else None. `counts`: what to say of each place, by its code."""
    outlines: dict[int, geometry.Outline] = {area.pk: area.outline for area in areas if area.outline}
    if not outlines:
        return None
    box = reduce(geometry.Box.around, map(geometry.box_of, outlines.values()))
    projection = geometry.Projection(box, MAP_WIDTH)
    paths = {pk: geometry.svg_path(outline, projection) for pk, outline in outlines.items()}
    parents = {area.parent_id for area in areas if area.pk in outlines}
    drawn: list[MapArea] = []
    for area in areas:
        if area.pk in outlines and area.pk not in parents:
            x, y = projection.of(geometry.label_point(outlines[area.pk]))
            count = counts.get(area.code, 0) if counts is not None else None
            place = MapArea(len(drawn) + 1, area.code, area.name, paths[area.pk], round(x, 1), round(y, 1), count)
            drawn.append(place)
    ground = tuple(path for pk, path in paths.items() if pk in parents)
    return CycleMap(round(MAP_WIDTH), round(projection.height), ground, tuple(drawn))
