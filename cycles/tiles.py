"""Background tiles for the map of places, when the town has a tile server (BP_TILE_URL). Pure.

Tiles are squares of Web Mercator; over a town, placing them by their corners in our projection is true to the pixel.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from cycles.geometry import Box, Projection

MOST = 16
DEEPEST = 17


@dataclass(frozen=True, slots=True)
class Tile:
    """A picture and where it goes in the drawing."""

    url: str
    x: float
    y: float
    width: float
    height: float


def cover(box: Box, projection: Projection, template: str) -> tuple[Tile, ...]:
    """The tiles over a box, at the deepest zoom that needs no more than `MOST`; `template` holds {z}, {x}, {y}."""
    if not template:
        return ()
    chosen: list[tuple[int, int, int]] = []
    for zoom in range(DEEPEST, 0, -1):
        chosen = list(islice(_grid(box, zoom), MOST + 1))
        if len(chosen) <= MOST:
            break
    return tuple(_tile(zoom, x, y, projection, template) for zoom, x, y in chosen)


def _grid(box: Box, zoom: int) -> Iterator[tuple[int, int, int]]:
    west, north = _place(box.west, box.north, zoom)
    east, south = _place(box.east, box.south, zoom)
    for x in range(int(west), int(east) + 1):
        for y in range(int(north), int(south) + 1):
            yield zoom, x, y


def _place(longitude: float, latitude: float, zoom: int) -> tuple[float, float]:
    """Web Mercator, in tiles from the north-west corner of the world."""
    count = 2**zoom
    radians = math.radians(max(-85.0, min(85.0, latitude)))
    return (longitude + 180) / 360 * count, (1 - math.asinh(math.tan(radians)) / math.pi) / 2 * count


def _corner(x: int, y: int, zoom: int) -> tuple[float, float]:
    count = 2**zoom
    return x / count * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / count))))


def _tile(zoom: int, x: int, y: int, projection: Projection, template: str) -> Tile:
    left, top = projection.of(_corner(x, y, zoom))
    right, bottom = projection.of(_corner(x + 1, y + 1, zoom))
    url = template.replace("{z}", str(zoom)).replace("{x}", str(x)).replace("{y}", str(y))
    return Tile(url, round(left, 1), round(top, 1), round(right - left, 1), round(bottom - top, 1))
