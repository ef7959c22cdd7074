"""What people of the demo town said before a call, and what a phase that ended taught."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from bp_platform.core import calendar
from bp_platform.core.actors import RESIDENT, Actor
from bp_platform.demo import town
from bp_platform.demo.town import DEMO
from cycles import selectors
from cycles import services as cycles
from cycles.models import Concern, Cycle, Deviation, Issue, PhaseKind

DAY = timedelta(days=1)


def listen(at: datetime) -> None:
    """Everything of `data/listening.toml`: a diagnosis published before its call, the checkpoint of another call."""
    told = town.data("listening")
    facts = told["diagnosis"]
    cycle = Cycle.objects.get(slug=facts["cycle"])
    call = selectors.phase_of(cycle, PhaseKind.CALL)
    if call is not None:
        _diagnosis(cycle, call.opens_at, facts, told["issues"], told["dots"])
    _checkpoint(told["checkpoint"], at)


def _diagnosis(
    cycle: Cycle,
    call_at: datetime,
    facts: Mapping[str, Any],
    issues: Sequence[Mapping[str, Any]],
    dots: Sequence[Mapping[str, Any]],
) -> None:
    """Ten weeks before the call: concerns, then issues, then dots, then the publication."""
    opened, closed = call_at - 70 * DAY, call_at - 40 * DAY
    cycles.set_phase(cycle, by=DEMO, at=opened - DAY, kind="diagnosis", opens_at=opened, closes_at=closed)
    made = [_issue(cycle, row, closed) for row in issues]
    aside = cycles.say_concern(cycle, facts["aside"], at=opened + 3 * DAY, key="demo:aside")
    cycles.set_concern_aside(aside, by=DEMO, at=opened + 4 * DAY, reason=facts["aside_reason"])
    first, last = closed + 2 * DAY, call_at - 8 * DAY
    diagnosis = cycles.open_dots(cycle, by=DEMO, at=closed + DAY, opens_at=first, closes_at=last, dots_each=3)
    for number, row in enumerate(dots):
        given = {issue.pk: count for issue, count in zip(made, row["given"], strict=True) if count}
        association = row.get("association", "")
        cycles.give_dots(diagnosis, at=first + DAY, browser=f"demo-{number}", dots=given, association=association)
    for source, place, column in (("paper", facts["place"], "sheets"), ("meeting", facts["wall_place"], "wall")):
        counts = {issue.pk: row[column] for issue, row in zip(made, issues, strict=True)}
        cycles.count_dots(
            cycle, by=DEMO, at=last, source=source, place=place, on_date=calendar.local_day(last - DAY), sheets=40,
            dots=counts, key=uuid5(NAMESPACE_URL, f"demo:dots:{source}"),
        )  # fmt: skip
    cycles.publish_diagnosis(cycle, by=DEMO, at=last + DAY, words=facts["text"])


def _issue(cycle: Cycle, row: Mapping[str, Any], at: datetime) -> Issue:
    """An issue, and the concerns that it groups: the first came on paper."""
    issue = cycles.add_issue(cycle, by=DEMO, at=at, title=row["title"], summary=row["summary"])
    said: list[Concern] = []
    by: Actor
    for number, words in enumerate(row["concerns"]):
        channel, by = ("online", RESIDENT) if number else ("paper", DEMO)
        key = f"demo:{issue.pk}:{number}"
        said.append(cycles.say_concern(cycle, words, by=by, at=at - 9 * DAY, channel=channel, key=key))
    cycles.group_concerns(cycle, by=DEMO, at=at, choices={concern.pk: issue for concern in said})
    return issue


def _checkpoint(facts: Mapping[str, Any], at: datetime) -> None:
    """Written with the committee, asked to residents, adjusted twice, published."""
    cycle = Cycle.objects.get(slug=facts["cycle"])
    phase = selectors.phase_of(cycle, facts["phase"])
    if phase is None:
        return
    day = phase.closes_at + 6 * DAY
    checkpoint = cycles.write_checkpoint(
        phase, by=DEMO, at=day, held_on=calendar.local_day(day), present=facts["present"], worked=facts["worked"],
        failed=facts["failed"],
    )  # fmt: skip
    checkpoint = cycles.ask_residents(checkpoint, by=DEMO, at=day)
    for number, feeling in enumerate(facts["feelings"]):
        feelings = {"was_clear": min(feeling, 2), "could_take_part": feeling % 3, "was_heard": min(feeling // 2, 2)}
        remark = "" if number else facts["remark"]
        answer = cycles.answer_checkpoint(
            checkpoint, at=day + DAY, browser=f"demo-{number}", feelings=feelings, remark=remark
        )
        if remark:
            cycles.moderate_checkpoint_remark(answer, by=DEMO, at=day + 2 * DAY, is_shown=True)
    deviation = Deviation.objects.filter(cycle=cycle).order_by("pk").first()
    for effect, setting in (("this", ""), ("next", "lieux")):
        cycles.adjust(
            checkpoint, by=DEMO, at=day + 3 * DAY, words=facts[effect], effect=effect, setting=setting,
            deviation=None if setting else deviation, key=uuid5(NAMESPACE_URL, f"demo:adjust:{effect}"),
        )  # fmt: skip
    cycles.publish_checkpoint(checkpoint, by=DEMO, at=min(day + 20 * DAY, at))
