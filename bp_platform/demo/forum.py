"""The young people's forum: an opinion on the ideas, given before they are studied, which drops none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bp_platform.demo.town import DEMO
from cycles.models import Cycle, PhaseKind
from instruction import selectors
from instruction import services as instruction


def hold(cycle: Cycle, told: Mapping[str, Any], dates: Mapping[str, Any]) -> None:
    """Voices counted on the evening, the list that they make, published the next day: `[forum]` of its data."""
    at = dates[PhaseKind.PRESELECTION][0] + timedelta(hours=8)
    ideas = list(selectors.candidates_of(cycle, before_study=True))
    voices = {idea.pk: instruction.Typed(None, 4 + 5 * place % len(ideas)) for place, idea in enumerate(ideas)}
    held = instruction.save_voices(cycle, by=DEMO, at=at, voices=voices, people=instruction.Typed(None, told["people"]))
    kept = selectors.board_of(cycle).computed.kept
    listed = instruction.save_list(cycle, by=DEMO, at=at, kept=kept, words=told["words"], revision=held.revision)
    instruction.decide_preselection(cycle, by=DEMO, at=at + timedelta(days=1), revision=listed.revision)
