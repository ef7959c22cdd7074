"""The line of the set-up steps, drawn around each of them."""

from __future__ import annotations

from typing import Any

from django import template

from cycles import selectors, setup
from cycles.models import Cycle

register = template.Library()


@register.inclusion_tag("cycles/setup/_line.html")
def setup_line(cycle: Cycle, step: str) -> dict[str, Any]:
    """Where one stands among the steps of `cycle`; `step` is the key of the page one is on."""
    stations = selectors.setup_stations(cycle, step)
    done = sum(1 for station in stations if station.state == "past")
    return {"stations": stations, "done": done, "total": len(stations), "current": setup.BY_KEY.get(step)}


@register.simple_tag
def setup_label(step: str) -> str:
    """« Enveloppes », or nothing for a page beside the steps."""
    found = setup.BY_KEY.get(step)
    return str(found.label) if found else ""


@register.simple_tag
def setup_question(step: str) -> str:
    """« Combien d’argent, pour quoi ? »: the heading of the step."""
    found = setup.BY_KEY.get(step)
    return str(found.question) if found else ""


@register.inclusion_tag("cycles/setup/_onwards.html")
def setup_onwards(cycle: Cycle, step: str) -> dict[str, Any]:
    """The way to the next step, for those that save each thing on its own."""
    key = setup.after(step)
    return {"following": setup.BY_KEY[key], "url": selectors.setup_url(cycle, key)}


@register.inclusion_tag("cycles/setup/_lessons.html")
def setup_lessons(cycle: Cycle, step: str) -> dict[str, Any]:
    """What the editions before learned about this step; on the first one, about the whole edition too."""
    wanted = {step, ""} if step == setup.KEYS[0] else {step}
    return {"lessons": [lesson for lesson in selectors.lessons_before(cycle) if lesson.setting in wanted]}
