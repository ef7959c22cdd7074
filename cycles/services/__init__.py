"""The acts on a cycle."""

from __future__ import annotations

from cycles.services.calendars import Dates, add_day, instants, remove_day, remove_phase, set_phases, undo_change
from cycles.services.checklists import (
    add_item,
    entrust_item,
    name_correspondent,
    remind_late,
    remove_item,
    start_checklist,
    tick_item,
)
from cycles.services.editions import close_cycle, create_cycle, next_number, publish_cycle, set_phase, touch
from cycles.services.elections import forget_election, write_election
from cycles.services.envelopes import Share, change_envelope, remove_envelope, set_frame, split_envelopes
from cycles.services.frame import add_area, add_envelope, add_theme
from cycles.services.places import (
    apply_area_file,
    change_area,
    deposit_area_file,
    import_areas,
    move_area,
    next_rank,
    read_area_file,
    remove_area,
)
from cycles.services.presets import load_preset
from cycles.services.rulebooks import adopt_rulebook, draft_rulebook, freeze_section, freeze_sections

__all__ = [
    "Dates",
    "Share",
    "add_area",
    "add_day",
    "add_envelope",
    "add_item",
    "add_theme",
    "adopt_rulebook",
    "apply_area_file",
    "change_area",
    "change_envelope",
    "close_cycle",
    "create_cycle",
    "deposit_area_file",
    "draft_rulebook",
    "entrust_item",
    "forget_election",
    "freeze_section",
    "freeze_sections",
    "import_areas",
    "instants",
    "load_preset",
    "move_area",
    "name_correspondent",
    "next_number",
    "next_rank",
    "publish_cycle",
    "read_area_file",
    "remind_late",
    "remove_area",
    "remove_day",
    "remove_envelope",
    "remove_item",
    "remove_phase",
    "set_frame",
    "set_phase",
    "set_phases",
    "split_envelopes",
    "start_checklist",
    "tick_item",
    "touch",
    "undo_change",
    "write_election",
]
