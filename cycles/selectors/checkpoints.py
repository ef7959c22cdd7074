"""Checkpoints as pages and the desk read them: who still owes one, figures, answers counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from bp_platform.core import registries
from bp_platform.core.text import typeset_fr
from cycles.models import (
    Checkpoint,
    CheckpointAnswer,
    Cycle,
    CycleState,
    Feeling,
    Meeting,
    MeetingState,
    Phase,
    PhaseKind,
    RemarkState,
)
from cycles.selectors.answers import RemarkRow, hashed, remark_rows
from cycles.selectors.rulebooks import rules_of

REMINDED_FOR = timedelta(days=183)  # later, nobody remembers enough to be asked
STAGES = {
    PhaseKind.DIAGNOSIS: "diagnostic",
    PhaseKind.CALL: "appel",
    PhaseKind.INSTRUCTION: "etude",
    PhaseKind.PRESELECTION: "preselection",
    PhaseKind.CAMPAIGN: "campagne",
    PhaseKind.VOTE: "vote",
    PhaseKind.REALISATION: "realisation",
}
QUESTIONS = ("was_clear", "could_take_part", "was_heard")


def stage_slug(phase: Phase) -> str:
    """The phase in an address: « appel »."""
    return STAGES.get(PhaseKind(phase.kind), str(phase.kind))


def question_words() -> dict[str, str]:
    """The three questions, in the reader's language."""
    return {
        "was_clear": _("Était-ce clair : quoi faire, quand, comment ?"),
        "could_take_part": _("Avez-vous pu prendre part comme vous le vouliez ?"),
        "was_heard": _("Avez-vous eu l’impression d’être entendu·e ?"),
    }


def phases_owed_a_checkpoint(cycle: Cycle, promised: Iterable[str]) -> list[str]:
    """Names of those of the phases promised that the calendar has and whose checkpoint is not published."""
    done = Q(checkpoint__published_at__isnull=False)
    owed = set(cycle.phases.filter(kind__in=list(promised)).exclude(done).values_list("kind", flat=True))
    return [str(PhaseKind(kind).label) for kind in promised if kind in owed]


def ended_phases(cycle: Cycle, at: datetime) -> list[Phase]:
    """The phases of an edition that have ended and are looked back at, the latest first; one query."""
    found = cycle.phases.filter(kind__in=list(STAGES), closes_at__lte=at).select_related("checkpoint", "cycle")
    return list(found.order_by("-closes_at", "-pk"))


def owed_checkpoints(at: datetime) -> list[Phase]:
    """The phases that ended less than six months ago without a published checkpoint: those that the règlement names,
    or all of them where it names none."""
    ended = Phase.objects.filter(
        cycle__state=CycleState.PUBLIC, kind__in=list(STAGES), closes_at__lte=at, closes_at__gt=at - REMINDED_FOR
    ).filter(Q(checkpoint=None) | Q(checkpoint__published_at=None))
    rules: dict[int, Any] = {}
    found = []
    for phase in ended.select_related("cycle").order_by("closes_at", "pk"):
        named = rules.setdefault(phase.cycle_id, rules_of(phase.cycle).evaluation.checkpoints)
        if not named or phase.kind in named:
            found.append(phase)
    return found


def public_checkpoints(cycle: Cycle, at: datetime) -> list[Checkpoint]:
    """Those that anybody may read, or answer; the phases in their order."""
    asked = Q(asked_from__lte=at) | Q(published_at__isnull=False)
    found = Checkpoint.objects.filter(asked, phase__cycle=cycle).select_related("phase__cycle")
    return list(found.order_by("phase__opens_at", "pk"))


@dataclass(frozen=True, slots=True)
class FeelingCount:
    """One question and who answered what: yes, partly, no."""

    question: str
    yes: int
    partly: int
    no: int


def feelings(checkpoint: Checkpoint) -> list[FeelingCount]:
    """The three questions counted; one query."""
    counts = {
        f"{name}_{feeling.value}": Count("pk", filter=Q(**{name: feeling.value}))
        for name in QUESTIONS
        for feeling in Feeling
    }
    said = checkpoint.answers.aggregate(**counts)
    return [
        FeelingCount(words, *(said[f"{name}_{feeling.value}"] for feeling in (Feeling.YES, Feeling.PARTLY, Feeling.NO)))
        for name, words in question_words().items()
    ]


def checkpoint_remarks(checkpoint: Checkpoint, *states: RemarkState) -> list[RemarkRow]:
    """The remarks in these states, the oldest first."""
    return remark_rows(checkpoint.answers.all(), states)


def checkpoint_answer_of(checkpoint: Checkpoint, token: str) -> CheckpointAnswer | None:
    """What the browser that holds this token answered."""
    return checkpoint.answers.filter(browser=hashed("checkpoint", checkpoint.pk, token)).first()


def figures_of(phase: Phase, at: datetime) -> list[tuple[str, str]]:
    """What the platform knows of a phase that ended: its own figures, then those of the floors above."""
    held = Meeting.objects.filter(
        cycle=phase.cycle_id, state=MeetingState.ANNOUNCED, starts_at__gte=phase.opens_at, starts_at__lt=phase.closes_at
    )
    found = [(_("Rendez-vous tenus"), str(held.filter(ends_at__lte=at).count()))]
    if phase.kind == PhaseKind.DIAGNOSIS:
        found += _heard(phase.cycle)
    for known in registries.phase_figures:
        if known.kind == phase.kind:
            found += known.figures(phase.cycle, at)
    return [(typeset_fr(label), value) for label, value in found]


def _heard(cycle: Cycle) -> Iterable[tuple[str, str]]:
    by_channel = cycle.concerns.filter(set_aside_at=None).order_by("channel").values_list("channel")
    labels = {"online": _("Constats en ligne"), "paper": _("Constats sur papier"), "meeting": _("Constats en réunion")}
    return [(labels[channel], str(number)) for channel, number in by_channel.annotate(n=Count("pk"))]
