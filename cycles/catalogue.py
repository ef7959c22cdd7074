"""The cards from which an edition may start, as the desk offers them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from cycles import presets


class Card(Protocol):
    """What the desk shows of a preset: `presets.catalogue()` gives them."""

    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def for_whom(self) -> str: ...
    @property
    def months(self) -> int: ...
    @property
    def particulars(self) -> tuple[str, ...]: ...


def cards() -> Iterable[Card]:
    """Every card, in order."""
    found: Iterable[Card] = presets.catalogue()
    return found


def card(key: str) -> Card | None:
    """The card of that key."""
    return next((found for found in cards() if found.key == key), None)
