"""The map of a cycle, drawn here: no tile, no script, no third party."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import template

from cycles import selectors
from cycles.models import Area

register = template.Library()


@register.inclusion_tag("cycles/_map.html")
def cycle_map(
    areas: Sequence[Area], url: str, chosen: str | None = None, counts: Mapping[str, int] | None = None
) -> dict[str, object]:
    """Each place is a link to `url` narrowed to it; nothing is drawn when no place has an outline."""
    return {"map": selectors.map_of(areas, counts), "url": url, "chosen": chosen}
