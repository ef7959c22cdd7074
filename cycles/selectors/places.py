"""The places of a cycle, and their map."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from typing import Any

from django.conf import settings
from django.db.models import TextField
from django.db.models.functions import Cast, Coalesce

from cycles import geometry, tiles
from cycles.models import Area, Cycle, Envelope

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
class MapFinding:
    """Something to look at: a path to hatch or to outline, or a point; `kind` names its look."""

    kind: str
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class CycleMap:
    """The places of a cycle in one drawing: `ground` under them (places made of others), `areas` to choose from."""

    width: int
    height: int
    ground: tuple[str, ...]
    areas: tuple[MapArea, ...]
    findings: tuple[MapFinding, ...] = ()
    tiles: tuple[tiles.Tile, ...] = ()
    attribution: str = ""


def areas_of(cycle: Cycle) -> list[Area]:
    """The cycle's places in the team's order, with the outlines that maps draw, as JSON texts; one query."""
    shape = Cast(Coalesce("simple_outline", "outline"), TextField())
    rows = cycle.areas.annotate(shape=shape).defer("outline", "simple_outline")
    return list(rows.order_by("rank", "name", "pk"))


def map_of(areas: Sequence[Area], counts: Mapping[str, int] | None = None) -> CycleMap | None:
    """The map of these places if they have outlines, else None. `counts`: what to say of each place, by its code."""
    outlines = {area.pk: text for area in areas if (text := _outline_text(area))}
    if not outlines:
        return None
    parents = {area.parent_id for area in areas if area.pk in outlines}
    drawn = _drawn(
        tuple((a.code, a.name, outlines[a.pk], a.pk in parents) for a in areas if a.pk in outlines),
        (settings.BP_TILE_URL, settings.BP_TILE_ATTRIBUTION),
    )
    if counts is None:
        return drawn
    return replace(drawn, areas=tuple(replace(area, count=counts.get(area.code, 0)) for area in drawn.areas))


def _outline_text(area: Area) -> str:
    """The outline to draw, as JSON: with the row of `areas_of`, else read."""
    known = vars(area)
    if "shape" in known:
        return str(known["shape"] or "")
    return json.dumps(area.drawn) if area.drawn else ""


@lru_cache(maxsize=32)
def _drawn(shapes: tuple[tuple[str, str, str, bool], ...], _tiles: tuple[str, str]) -> CycleMap:
    """The map of these very names and outlines, over these tiles: the same for everybody who opens the list."""
    return _map([_Shape(code, name, json.loads(text), is_ground=under) for code, name, text, under in shapes])


def map_of_rows(rows: Sequence[Mapping[str, Any]], findings: Sequence[Mapping[str, Any]] = ()) -> CycleMap | None:
    """The map of places read from a file and not yet kept, with what deserves a look."""
    parents = {row["parent"] for row in rows}
    shapes = [
        _Shape(row["code"], row["name"], row["simple"] or row["outline"], is_ground=row["code"] in parents)
        for row in rows
    ]
    return _map(shapes, findings) if shapes else None


@dataclass(slots=True)
class _Shape:
    code: str
    name: str
    outline: geometry.Outline
    is_ground: bool


def _map(shapes: Sequence[_Shape], findings: Iterable[Mapping[str, Any]] = ()) -> CycleMap:
    box = reduce(geometry.Box.around, (geometry.box_of(shape.outline) for shape in shapes))
    projection = geometry.Projection(box, MAP_WIDTH)
    drawn: list[MapArea] = []
    for shape in (shape for shape in shapes if not shape.is_ground):
        x, y = projection.of(geometry.label_point(shape.outline))
        path = geometry.svg_path(shape.outline, projection)
        drawn.append(MapArea(len(drawn) + 1, shape.code, shape.name, path, round(x, 1), round(y, 1)))
    ground = tuple(geometry.svg_path(shape.outline, projection) for shape in shapes if shape.is_ground)
    marked = tuple(_finding(row, projection) for row in findings)
    return CycleMap(
        round(MAP_WIDTH),
        round(projection.height),
        ground,
        tuple(drawn),
        marked,
        tiles.cover(box, projection, settings.BP_TILE_URL),
        settings.BP_TILE_ATTRIBUTION if settings.BP_TILE_URL else "",
    )


def _finding(row: Mapping[str, Any], projection: geometry.Projection) -> MapFinding:
    shape = row["shape"]
    if shape["type"] == "Point":
        x, y = projection.of(shape["coordinates"])
        return MapFinding(row["kind"], "", round(x, 1), round(y, 1))
    x, y = projection.of(geometry.label_point(shape))
    return MapFinding(row["kind"], geometry.svg_path(shape, projection), round(x, 1), round(y, 1))


def area_at(cycle: Cycle, longitude: float, latitude: float) -> Area | None:
    """The smallest place that holds a point of the ground: no address is needed. Two queries at most."""
    point = (longitude, latitude)
    rows = cycle.areas.exclude(box=None).defer("outline", "simple_outline").order_by("pk")
    near = [area for area in rows if area.box and geometry.Box(*area.box).holds(point)]
    if not near:
        return None
    outlines = dict(Area.objects.filter(pk__in=[area.pk for area in near]).values_list("pk", "outline"))
    holding = [area for area in near if (shape := outlines[area.pk]) and geometry.contains(shape, point)]
    return min(holding, key=lambda area: (_spread(area), area.pk), default=None)


def _spread(area: Area) -> float:
    west, south, east, north = area.box or (0.0, 0.0, 0.0, 0.0)
    return float((east - west) * (north - south))


def child_names(area: Area) -> list[str]:
    """The places directly inside this one, by name."""
    return list(area.children.order_by("name", "pk").values_list("name", flat=True))


def envelope_names(area: Area) -> list[str]:
    """The envelopes of this place."""
    return list(Envelope.objects.filter(area=area).order_by("name", "pk").values_list("name", flat=True))


def in_tree(areas: Sequence[Area]) -> list[tuple[Area, int]]:
    """The places, each after its parent and with its depth, in the order given."""
    inside: dict[int | None, list[Area]] = {}
    known = {area.pk for area in areas}
    for area in areas:
        inside.setdefault(area.parent_id if area.parent_id in known else None, []).append(area)
    ordered: list[tuple[Area, int]] = []

    def walk(parent: int | None, depth: int) -> None:
        for area in inside.get(parent, ()):
            ordered.append((area, depth))
            walk(area.pk, depth + 1)

    walk(None, 0)
    return ordered
