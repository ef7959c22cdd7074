"""From the coordinates of French maps to longitudes and latitudes. Only the import of places comes here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

WGS_84 = "EPSG:4326"
LAMBERT_93 = "EPSG:2154"
LAMBERT_X, LAMBERT_Y = (0.0, 1_400_000.0), (5_900_000.0, 7_300_000.0)  # metres, mainland France
_CODE = re.compile(r"EPSG:{1,2}(?:[\d.]*:)?(\d{4,6})$")


class UnknownProjection(ValueError):  # noqa: N818 -- it reads as what happened
    """The file names a projection that nobody knows."""


def source_of(crs: object) -> str:
    """« EPSG:2154 » from the `crs` member of older exports; WGS 84 without one (RFC 7946)."""
    if crs is None:
        return WGS_84
    properties = crs.get("properties") if isinstance(crs, Mapping) else None
    name = str(properties.get("name", "")) if isinstance(properties, Mapping) else ""
    if name.endswith("CRS84"):
        return WGS_84
    found = _CODE.search(name)
    if found is None:
        raise UnknownProjection(name)
    return f"EPSG:{found[1]}"


def is_lambert_93(outline: object) -> bool:
    """Whether the first point of an outline can only be metres of Lambert-93."""
    point = outline.get("coordinates") if isinstance(outline, Mapping) else None
    while isinstance(point, list) and point and isinstance(point[0], list):
        point = point[0]
    if not isinstance(point, list) or len(point) < 2 or not all(isinstance(n, int | float) for n in point[:2]):
        return False
    return bool(LAMBERT_X[0] < point[0] < LAMBERT_X[1] and LAMBERT_Y[0] < point[1] < LAMBERT_Y[1])


def to_degrees(outline: Mapping[str, Any], source: str) -> dict[str, Any]:
    """The same outline in WGS 84. Raises UnknownProjection."""
    return {"type": outline.get("type"), "coordinates": _moved(outline.get("coordinates"), _mover(source))}


def _mover(source: str) -> Callable[[float, float], tuple[float, float]]:
    from pyproj import Transformer
    from pyproj.exceptions import CRSError

    try:
        transformer = Transformer.from_crs(source, WGS_84, always_xy=True)
    except CRSError as error:
        raise UnknownProjection(source) from error

    def move(x: float, y: float) -> tuple[float, float]:
        longitude, latitude = transformer.transform(x, y)
        return round(longitude, 7), round(latitude, 7)  # a centimetre

    return move


def _moved(value: object, move: Callable[[float, float], tuple[float, float]]) -> object:
    if not isinstance(value, list):
        return value
    is_point = len(value) >= 2 and all(isinstance(n, int | float) and not isinstance(n, bool) for n in value[:2])
    return list(move(value[0], value[1])) if is_point else [_moved(part, move) for part in value]
