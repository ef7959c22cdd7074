"""The shape of an edition: which of its places share the money and the laureates. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from cycles.models import AreaKind

TOWN = "ville"
"""The list of the projects for the whole town, in the rules and in a vote’s plan."""


class Place(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def parent(self) -> object: ...


P = TypeVar("P", bound=Place)


def of(places: Sequence[P]) -> list[P]:
    """The places one level under the whole: what « each place » means in the règlement.

    The whole is a place that holds others, or the commune; a place that holds none and stands alone is its own.
    """
    tops = [place for place in places if not place.parent]
    inner = [place for place in places if place.parent and _code(place.parent) in {top.code for top in tops}]
    return inner or [top for top in tops if top.kind != AreaKind.COMMUNE]


def _code(parent: object) -> str:
    return parent if isinstance(parent, str) else str(getattr(parent, "code", ""))


def holding(places: Sequence[P], code: str) -> P | None:
    """The place of « each place » that another belongs to, or itself; None for what is the whole's own."""
    known, by_code = {place.code for place in of(places)}, {place.code: place for place in places}
    found = by_code.get(code)
    while found is not None and found.code not in known:
        found = by_code.get(_code(found.parent)) if found.parent else None
    return found
