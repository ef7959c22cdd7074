"""The acts on a cycle."""

from __future__ import annotations

from cycles.services.consultations import (
    Question,
    answer_consultation,
    cancel_consultation,
    decide_parameter,
    enter_paper,
    forget_remarks,
    moderate_remark,
    prepare_consultation,
    publish_consultation,
    withdraw_paper,
)
from cycles.services.copies import (
    MicroPlan,
    Warned,
    clone_cycle,
    create_empty,
    create_from_preset,
    create_micro,
    micro_usual,
)
from cycles.services.deviations import record_deviation
from cycles.services.editions import close_cycle, create_cycle, next_number, publish_cycle, set_phase, touch
from cycles.services.frame import add_area, add_envelope, add_theme, import_areas
from cycles.services.launch import (
    acknowledge_warnings,
    edit_frame,
    launch_cycle,
    mark_done,
    set_hidden,
    withdraw_lesson,
    write_lesson,
)
from cycles.services.presets import load_preset
from cycles.services.rulebooks import (
    Clash,
    adopt_rulebook,
    draft_rulebook,
    edit_rulebook,
    freeze_section,
    freeze_sections,
    start_draft,
    withdraw_rulebook,
)

__all__ = [
    "Clash",
    "MicroPlan",
    "Question",
    "Warned",
    "acknowledge_warnings",
    "add_area",
    "add_envelope",
    "add_theme",
    "adopt_rulebook",
    "answer_consultation",
    "cancel_consultation",
    "clone_cycle",
    "close_cycle",
    "create_cycle",
    "create_empty",
    "create_from_preset",
    "create_micro",
    "decide_parameter",
    "draft_rulebook",
    "edit_frame",
    "edit_rulebook",
    "enter_paper",
    "forget_remarks",
    "freeze_section",
    "freeze_sections",
    "import_areas",
    "launch_cycle",
    "load_preset",
    "mark_done",
    "micro_usual",
    "moderate_remark",
    "next_number",
    "prepare_consultation",
    "publish_consultation",
    "publish_cycle",
    "record_deviation",
    "set_hidden",
    "set_phase",
    "start_draft",
    "touch",
    "withdraw_lesson",
    "withdraw_paper",
    "withdraw_rulebook",
    "write_lesson",
]
