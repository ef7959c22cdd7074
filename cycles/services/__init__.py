"""The acts on a cycle."""

from __future__ import annotations

from cycles.services.editions import close_cycle, create_cycle, next_number, publish_cycle, set_phase, touch
from cycles.services.frame import add_area, add_envelope, add_theme, import_areas
from cycles.services.presets import load_preset
from cycles.services.rulebooks import adopt_rulebook, draft_rulebook, freeze_section, freeze_sections

__all__ = [
    "add_area",
    "add_envelope",
    "add_theme",
    "adopt_rulebook",
    "close_cycle",
    "create_cycle",
    "draft_rulebook",
    "freeze_section",
    "freeze_sections",
    "import_areas",
    "load_preset",
    "next_number",
    "publish_cycle",
    "set_phase",
    "touch",
]
