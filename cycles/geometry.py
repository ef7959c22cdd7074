"""Outlines drawn on the ground: GeoJSON polygons in WGS 84, in plain Python. Nothing here knows the database.

A point is (longitude, latitude) in degrees. A ring is a closed list of points; a polygon is a ring and its holes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

Point = tuple[float, float]
Ring = Sequence[Sequence[float]]
Outline = Mapping[str, Any]  # a GeoJSON geometry: « Polygon » or « MultiPolygon »
FEWEST_POINTS = 4  # a triangle, closed
LEAST_STEP = 0.8  # drawing units: nearer points are not told apart


class OutlineError(ValueError):
    """Why an outline cannot be kept: `code` is `kind`, `ring`, `number` or `degrees`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Box:
    """The smallest upright rectangle around an outline."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, point: Point) -> bool:
        return self.west <= point[0] <= self.east and self.south <= point[1] <= self.north

    def around(self, other: Box) -> Box:
        """The box of both."""
        return Box(
            min(self.west, other.west),
            min(self.south, other.south),
            max(self.east, other.east),
            max(self.north, other.north),
        )


@dataclass(frozen=True)
class Projection:
    """Degrees to drawing units: equirectangular, true at the middle of the box; y goes down, as in SVG."""

    box: Box
    width: float

    @cached_property
    def scale(self) -> float:
        """Units for one degree of latitude."""
        return self.width / max((self.box.east - self.box.west) * self._squeeze, 1e-9)

    @property
    def height(self) -> float:
        return (self.box.north - self.box.south) * self.scale

    @cached_property
    def _squeeze(self) -> float:
        return math.cos(math.radians((self.box.south + self.box.north) / 2))

    def of(self, point: Sequence[float]) -> Point:
        """Where a point falls in the drawing."""
        scale = self.scale
        return (point[0] - self.box.west) * self._squeeze * scale, (self.box.north - point[1]) * scale


def polygons(outline: Outline) -> Sequence[Sequence[Ring]]:
    """The polygons of a Polygon or a MultiPolygon."""
    coordinates: Sequence[Any] = outline["coordinates"]
    return [coordinates] if outline["type"] == "Polygon" else coordinates


def checked(outline: object) -> dict[str, Any]:
    """The outline with plain longitudes and latitudes, or an `OutlineError`."""
    if not isinstance(outline, Mapping) or outline.get("type") not in ("Polygon", "MultiPolygon"):
        raise OutlineError("kind")
    is_one = outline["type"] == "Polygon"
    coordinates = outline.get("coordinates")
    shapes = [coordinates] if is_one else coordinates
    if not isinstance(shapes, list) or not shapes:
        raise OutlineError("ring")
    kept = [_checked_polygon(shape) for shape in shapes]
    return {"type": outline["type"], "coordinates": kept[0] if is_one else kept}


def _checked_polygon(shape: object) -> list[list[list[float]]]:
    if not isinstance(shape, list) or not shape:
        raise OutlineError("ring")
    return [_checked_ring(ring) for ring in shape]


def _checked_ring(ring: object) -> list[list[float]]:
    if not isinstance(ring, list) or len(ring) < FEWEST_POINTS:
        raise OutlineError("ring")
    points = [_checked_point(point) for point in ring]
    if points[0] != points[-1]:
        raise OutlineError("ring")
    return points


def _checked_point(point: object) -> list[float]:
    if not isinstance(point, list) or len(point) < 2:
        raise OutlineError("number")
    place = point[:2]
    if any(isinstance(n, bool) or not isinstance(n, int | float) or not math.isfinite(n) for n in place):
        raise OutlineError("number")
    if abs(place[0]) > 180 or abs(place[1]) > 90:  # degrees; Lambert-93 counts in hundreds of km
        raise OutlineError("degrees")
    return [float(place[0]), float(place[1])]


def count_points(outline: Outline) -> int:
    """How many points an outline has."""
    return sum(len(ring) for polygon in polygons(outline) for ring in polygon)


def box_of(outline: Outline) -> Box:
    """The bounding box of an outline."""
    points = [point for polygon in polygons(outline) for point in polygon[0]]
    longitudes, latitudes = [p[0] for p in points], [p[1] for p in points]
    return Box(min(longitudes), min(latitudes), max(longitudes), max(latitudes))


def contains(outline: Outline, point: Point) -> bool:
    """Whether the outline holds the point: its box first, then even-odd over the rings, holes left out."""
    return box_of(outline).holds(point) and any(_in_polygon(polygon, point) for polygon in polygons(outline))


def _in_polygon(polygon: Sequence[Ring], point: Point) -> bool:
    return sum(_crossings(ring, point) for ring in polygon) % 2 == 1


def _crossings(ring: Ring, point: Point) -> int:
    """How many edges a ray going east from the point meets."""
    x, y = point
    return sum(
        1 for (x1, y1), (x2, y2) in _edges(ring) if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1
    )


def _edges(ring: Ring) -> Iterator[tuple[Point, Point]]:
    for start, end in pairwise(ring):
        yield (start[0], start[1]), (end[0], end[1])


def svg_path(outline: Outline, projection: Projection) -> str:
    """The outline as the `d` of an SVG path; holes are holes under `fill-rule: evenodd`."""
    rings = (ring for polygon in polygons(outline) for ring in polygon)
    return "".join(_ring_path(ring, projection) for ring in rings)


def _ring_path(ring: Ring, projection: Projection) -> str:
    kept: list[Point] = []
    for point in ring[:-1]:
        place = projection.of(point)
        if not kept or math.dist(kept[-1], place) >= LEAST_STEP:
            kept.append(place)
    return f"M{'L'.join(f'{x:.1f} {y:.1f}' for x, y in kept)}Z"


def label_point(outline: Outline) -> Point:
    """A point well inside the largest polygon, where a name can be written: the widest span of its middle rows."""
    largest = max(polygons(outline), key=lambda polygon: abs(_signed_area(polygon[0])))
    box = box_of({"type": "Polygon", "coordinates": largest})
    spans = [_widest_span(largest, box.south + (box.north - box.south) * row / 10) for row in range(3, 8)]
    width, x, y = max(spans, key=lambda span: span[0])
    return (x, y) if width > 0 else ((box.west + box.east) / 2, (box.south + box.north) / 2)


def _widest_span(polygon: Sequence[Ring], y: float) -> tuple[float, float, float]:
    """The width and the middle of the longest stretch of a row that lies inside."""
    cuts = sorted(
        (x2 - x1) * (y - y1) / (y2 - y1) + x1
        for ring in polygon
        for (x1, y1), (x2, y2) in _edges(ring)
        if (y1 > y) != (y2 > y)
    )
    return max(((b - a, (a + b) / 2, y) for a, b in zip(cuts[::2], cuts[1::2], strict=True)), default=(0.0, 0.0, y))


def _signed_area(ring: Ring) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in _edges(ring)) / 2
