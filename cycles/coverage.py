"""How the places of a file stand to each other: crossings, overlaps, holes, parents, and a lighter copy to draw.

The only module that knows shapely; it is imported late, by the import of places.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from django.utils.translation import gettext as _

from cycles import geometry
from cycles.geojson import Place
from cycles.models import AreaKind

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry  # type: ignore[import-untyped]

MOST_DRAWN_POINTS = 3000  # of a whole map: about 12 kB once compressed
INSIDE = 0.95  # a place that lies that much in another is a part of it
LEAST_SHARE = 0.001  # of the smaller place: thinner is the thickness of a line
LEAST_M2 = 100.0
DEGREE_M = 111_320.0


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at on the map. `shape` is GeoJSON, `percent` is of the smaller place (or of the parent)."""

    kind: Literal["crossing", "overlap", "hole"]
    names: tuple[str, ...]
    shape: dict[str, Any]
    m2: float = 0.0
    percent: float = 0.0

    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Study:
    """The places with their parents and lighter outlines, what forbids to keep them, what deserves a look."""

    places: tuple[Place, ...]
    errors: tuple[str, ...]
    findings: tuple[Finding, ...]


def study(places: Sequence[Place]) -> Study:
    """Look at places already read. Crossings forbid; overlaps and holes are told."""
    from shapely.geometry import shape  # type: ignore[import-untyped]

    shapes = {place.code: shape(place.outline) for place in places}
    crossings = [(place, point) for place in places if (point := _crossing(shapes[place.code]))]
    if crossings:
        return Study(tuple(places), *_crossing_report(crossings))
    parents = {place.code: place.parent or _parent(place, shapes) for place in places}
    named = {place.name.casefold(): place.code for place in places}
    parents = {code: parent if parent in shapes else named.get(parent, parent) for code, parent in parents.items()}
    findings = [*_overlaps(places, shapes, parents), *_holes(places, shapes, parents)]
    light = _simplified(shapes, parents)
    kept = tuple(
        replace(
            place,
            parent=parents[place.code],
            kind=place.kind or _kind(place, parents),
            simple=light[place.code],
            box=_box(place.outline),
        )
        for place in places
    )
    return Study(kept, (), tuple(findings))


def _box(outline: dict[str, Any]) -> tuple[float, ...]:
    box = geometry.box_of(outline)
    return (box.west, box.south, box.east, box.north)


def _crossing(found: BaseGeometry) -> tuple[float, float] | None:
    """Where an outline crosses itself, else None."""
    from shapely.validation import explain_validity  # type: ignore[import-untyped]

    if found.is_valid:
        return None
    _words, _bracket, place = explain_validity(found).partition("[")
    try:
        x, y = (float(part) for part in place.rstrip("]").split())
    except ValueError:
        x, y = found.bounds[0], found.bounds[1]
    return x, y


def _crossing_report(
    crossings: Iterable[tuple[Place, tuple[float, float]]],
) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    errors, findings = [], []
    for place, (x, y) in crossings:
        errors.append(
            _("%(place)s : son contour se croise ou se touche lui-même (longitude %(x).5f, latitude %(y).5f) ; "
              "corrigez-le dans votre logiciel de cartes, puis déposez le fichier de nouveau.")
            % {"place": place.label, "x": x, "y": y}
        )  # fmt: skip
        findings.append(Finding("crossing", (place.name,), {"type": "Point", "coordinates": [x, y]}))
    return tuple(errors), tuple(findings)


def _parent(place: Place, shapes: dict[str, BaseGeometry]) -> str:
    """The smallest place of the file that this one lies in."""
    own = shapes[place.code]
    around = [
        (other.area, code)
        for code, other in shapes.items()
        if code != place.code and other.area > own.area * 1.01 and _share_inside(own, other) >= INSIDE
    ]
    return min(around)[1] if around else ""


def _share_inside(own: BaseGeometry, other: BaseGeometry) -> float:
    if not own.envelope.intersects(other.envelope):
        return 0.0
    return float(own.intersection(other).area / own.area) if own.area else 0.0


def _kind(place: Place, parents: dict[str, str]) -> str:
    """A place that holds others and lies in none is the town, if it is the only one; others keep the default."""
    roots = {code for code, parent in parents.items() if not parent}
    holders = set(parents.values())
    if roots == {place.code} and place.code in holders:
        return str(AreaKind.COMMUNE.value)
    return str(AreaKind.SECTOR.value) if place.code in holders else ""


def _overlaps(places: Sequence[Place], shapes: dict[str, BaseGeometry], parents: dict[str, str]) -> Iterable[Finding]:
    """Pairs of places of one rank that share more ground than the thickness of a line."""
    from shapely.strtree import STRtree  # type: ignore[import-untyped]

    rows = [place for place in places if place.kind != AreaKind.PRIORITY]  # these lie over quartiers, by law
    tree = STRtree([shapes[place.code] for place in rows])
    for index, place in enumerate(rows):
        for other_index in sorted(tree.query(shapes[place.code]).tolist()):
            other = rows[other_index]
            if other_index <= index or parents[place.code] != parents[other.code]:
                continue
            shared = shapes[place.code].intersection(shapes[other.code])
            smaller = min(shapes[place.code], shapes[other.code], key=lambda found: found.area)
            finding = _measured("overlap", (place.name, other.name), shared, smaller)
            if finding:
                yield finding


def _holes(places: Sequence[Place], shapes: dict[str, BaseGeometry], parents: dict[str, str]) -> Iterable[Finding]:
    """Ground of a parent (or inside a ring of places) that belongs to none of its places."""
    from shapely.geometry import Polygon
    from shapely.ops import unary_union  # type: ignore[import-untyped]

    names = {place.code: place.name for place in places}
    for parent in sorted(set(parents.values())):
        rows = [place.code for place in places if parents[place.code] == parent]
        if len(rows) < 2:
            continue
        covered = unary_union([shapes[code] for code in rows])
        if parent in shapes:
            whole = shapes[parent]
        else:
            parts = getattr(covered, "geoms", [covered])
            whole = unary_union([Polygon(part.exterior) for part in parts])
        missing = whole.difference(covered)
        for part in getattr(missing, "geoms", [missing]):
            finding = _measured("hole", (names.get(parent, ""),), part, whole)
            if finding:
                yield finding


def _measured(
    kind: Literal["overlap", "hole"], names: tuple[str, ...], part: BaseGeometry, whole: BaseGeometry
) -> Finding | None:
    """The finding in m² and per cent, None below what the eye sees."""
    if part.is_empty or not part.area:
        return None
    m2 = part.area * DEGREE_M * DEGREE_M * math.cos(math.radians(part.centroid.y))
    share = part.area / whole.area
    if m2 < LEAST_M2 or (kind == "overlap" and share < LEAST_SHARE):
        return None
    ground = _polygons_of(part)
    if ground is None:
        return None
    return Finding(kind, names, ground, round(m2), round(share * 100, 2))


def _polygons_of(found: BaseGeometry) -> dict[str, Any] | None:
    """The polygons of a shape, without stray lines, light enough to draw."""
    from shapely.geometry import MultiPolygon

    parts = [p for p in getattr(found, "geoms", [found]) if p.geom_type == "Polygon" and p.area]
    if not parts:
        return None
    west, south, east, north = found.bounds
    light = MultiPolygon(parts).simplify(max(east - west, north - south) / 200)
    return _as_json(light if not light.is_empty else MultiPolygon(parts))


def _simplified(shapes: dict[str, BaseGeometry], parents: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Lighter copies, with common borders still common where the places fit, until the whole map is light enough."""
    bounds = [found.bounds for found in shapes.values()]
    extent = max(max(b[2] for b in bounds) - min(b[0] for b in bounds), 1e-6)
    tolerance = extent / 2000
    for _attempt in range(12):
        light = {code: part for group in _groups(parents) for code, part in _lighter(group, shapes, tolerance)}
        plain = {code: _as_json(part) for code, part in light.items()}
        if sum(geometry.count_points(outline) for outline in plain.values()) <= MOST_DRAWN_POINTS:
            break
        tolerance *= 1.8
    return plain


def _groups(parents: dict[str, str]) -> list[list[str]]:
    return [[code for code in parents if parents[code] == parent] for parent in sorted(set(parents.values()))]


def _lighter(
    codes: Sequence[str], shapes: dict[str, BaseGeometry], tolerance: float
) -> Iterable[tuple[str, BaseGeometry]]:
    import shapely  # type: ignore[import-untyped]

    rows = [shapes[code] for code in codes]
    if shapely.coverage_is_valid(rows):
        parts = list(shapely.coverage_simplify(rows, tolerance))
    else:
        parts = [row.simplify(tolerance) for row in rows]
    return [(code, row if part.is_empty else part) for code, part, row in zip(codes, parts, rows, strict=True)]


def _as_json(found: BaseGeometry) -> dict[str, Any]:
    from shapely.geometry import mapping

    plain = mapping(found)
    return {"type": plain["type"], "coordinates": _rounded(plain["coordinates"])}


def _rounded(value: Any) -> Any:  # Any: nested coordinates
    if isinstance(value, float | int):
        return round(value, 6)
    return [_rounded(part) for part in value]
