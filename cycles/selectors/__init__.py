"""Page-sized reads of the cycle."""

from __future__ import annotations

from cycles.selectors.consultations import (OptionCount, QuestionCount, answer_of, last_consultation, open_consultations, participation, question_counts, remarks, shown_consultation)
from cycles.selectors.editions import (PRECEDENCE, _rank, _station, current_cycle, is_open, last_phases, leading_phase, phase_of, phases_of, stations, voted_total)
from cycles.selectors.places import (CycleMap, MAP_WIDTH, MapArea, areas_of, map_of)
from cycles.selectors.rulebooks import (adopted_version, current_version, deviations_of, editor_words, frozen_sections, open_draft, public_versions, rules_in, rules_of, versions_of)
from cycles.selectors.setup import (ReadFinding, done_steps, editions_desk, findings, launch_facts, lessons_before, next_step, setup_stations, setup_url, to_launch, waiting_words)

__all__ = [
    "CycleMap",
    "MAP_WIDTH",
    "MapArea",
    "OptionCount",
    "PRECEDENCE",
    "QuestionCount",
    "ReadFinding",
    "_rank",
    "_station",
    "adopted_version",
    "answer_of",
    "areas_of",
    "current_cycle",
    "current_version",
    "deviations_of",
    "done_steps",
    "editions_desk",
    "editor_words",
    "findings",
    "frozen_sections",
    "is_open",
    "last_consultation",
    "last_phases",
    "launch_facts",
    "leading_phase",
    "lessons_before",
    "map_of",
    "next_step",
    "open_consultations",
    "open_draft",
    "participation",
    "phase_of",
    "phases_of",
    "public_versions",
    "question_counts",
    "remarks",
    "rules_in",
    "rules_of",
    "setup_stations",
    "setup_url",
    "shown_consultation",
    "stations",
    "to_launch",
    "versions_of",
    "voted_total",
    "waiting_words",
]
