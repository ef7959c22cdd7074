"""The règlement’s life in the demo town: lessons of a finished edition, a deviation, an open consultation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from bp_platform.core import calendar
from bp_platform.demo import town
from bp_platform.demo.town import DEMO
from cycles import selectors
from cycles import services as cycles
from cycles.models import Cycle
from cycles.services import Question


def live(at: datetime) -> None:
    """Everything of `data/rulebooks.toml`, a few days before `at`."""
    told = town.data("rulebooks")
    for number, lesson in enumerate(told["lessons"]):
        key = uuid5(NAMESPACE_URL, f"lesson:{number}")
        cycle = Cycle.objects.get(slug=lesson["cycle"])
        cycles.write_lesson(
            cycle, by=DEMO, at=at - timedelta(days=9), text=lesson["text"], setting=lesson["setting"], key=key
        )
    facts = dict(told["deviation"])
    cycle = Cycle.objects.get(slug=facts.pop("cycle"))
    day = calendar.local_day(at - timedelta(days=12))
    cycles.record_deviation(
        cycle, by=DEMO, at=at - timedelta(days=11), decided_on=day, key=uuid5(NAMESPACE_URL, "deviation"), **facts
    )
    _consult(told["consultation"], at)


def _consult(told: Mapping[str, Any], at: datetime) -> None:
    """A draft of the next rules, its warnings read, its questions answered online and at the market."""
    cycle = Cycle.objects.get(slug=told["cycle"])
    draft = cycles.start_draft(cycle, by=DEMO, at=at - timedelta(days=8))
    section, written = told["section"], told["written"]
    shown = {name: getattr(getattr(selectors.rules_of(cycle), section), name) for name in written}
    cycles.edit_rulebook(draft, by=DEMO, at=at - timedelta(days=8), written={section: written}, shown={section: shown})
    codes = frozenset(read.finding.code for read in selectors.findings(cycle, at))
    cycles.acknowledge_warnings(cycle, by=DEMO, at=at - timedelta(days=8), codes=codes)
    questions = [
        Question(row["setting"], row["question"], tuple((label, label) for label in row["options"]))
        for row in told["questions"]
    ]
    consultation = cycles.prepare_consultation(
        draft, by=DEMO, at=at - timedelta(days=8), opens_at=at - timedelta(days=6), closes_at=at + timedelta(days=15),
        questions=questions, intro=told["intro"],
    )  # fmt: skip
    settings = [row["setting"] for row in told["questions"]]
    for number, answer in enumerate(told["answers"]):
        choices = dict(zip(settings, answer["picks"], strict=True))
        cycles.answer_consultation(
            consultation, at=at - timedelta(days=5), browser=f"demo-{number}", choices=choices, remark=answer["remark"]
        )
    cycles.enter_paper(
        consultation, by=DEMO, at=at - timedelta(days=3), place=told["place"],
        on_date=calendar.local_day(at - timedelta(days=4)), sheets=told["sheets"],
        counts={row["setting"]: row["paper"] for row in told["questions"]}, key=uuid5(NAMESPACE_URL, "market"),
    )  # fmt: skip
