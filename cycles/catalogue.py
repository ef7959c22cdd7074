"""The cards from which an edition may start, as the desk offers them."""

from __future__ import annotations

from cycles import presets
from cycles.presets import Offer


def cards() -> tuple[Offer, ...]:
    """Every card, in order."""
    return presets.catalogue()


def card(key: str) -> Offer | None:
    """The card of that key."""
    return next((found for found in cards() if found.key == key), None)
