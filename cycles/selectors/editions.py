"""The edition and its phases, as lists and lines show them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from bp_platform.core import calendar
from bp_platform.core.components import Station, StationState
from cycles.models import Cycle, Phase, PhaseKind


def stations(phases: list[Phase], at: datetime) -> list[Station]:
    """The line of a cycle: past, now (the first open one) and next, in calendar order."""
    ordered = sorted(phases, key=lambda p: (p.opens_at, p.closes_at, p.pk))
    now = next((p for p in reversed(ordered) if p.is_open(at)), None)
    if now is None:
        past = [p for p in ordered if p.is_past(at)]
        now = past[-1] if past else None
    return [_station(phase, at, is_here=phase is now) for phase in ordered]


def _station(phase: Phase, at: datetime, *, is_here: bool) -> Station:
    state: StationState = "now" if is_here else "past" if phase.opens_at <= at else "next"
    elapsed = (at - phase.opens_at) / (phase.closes_at - phase.opens_at)
    return Station(
        label=phase.get_kind_display(),
        when=phase.public_text
        or calendar.short_span(
            calendar.local_day(phase.opens_at), calendar.local_day(calendar.last_instant(phase.closes_at))
        ),
        state=state,
        progress=max(0, min(100, round(elapsed * 100))),
    )


def phase_of(cycle: Cycle, kind: str) -> Phase | None:
    """The last phase of that kind, by date; a cycle may have none."""
    return next(reversed(phases_of(cycle, kind)), None)


def last_phases(cycle: Cycle) -> dict[str, Phase]:
    """The last phase of each kind, by date; one query for all of them."""
    return {p.kind: p for p in sorted(cycle.phases.all(), key=lambda phase: (phase.opens_at, phase.pk))}


def phases_of(cycle: Cycle, kind: str) -> list[Phase]:
    """The phases of that kind, by date; one query, none for a cycle whose phases are prefetched."""
    return sorted((p for p in cycle.phases.all() if p.kind == kind), key=lambda phase: (phase.opens_at, phase.pk))


def is_open(cycle: Cycle, kind: str, at: datetime) -> bool:
    """Whether a phase of that kind is open at that instant."""
    return Phase.objects.open_at(at).filter(cycle=cycle, kind=kind).exists()


def call_of(cycle: Cycle) -> Phase | None:
    """The call of an edition, the last one if there are several; one query."""
    return cycle.phases.filter(kind=PhaseKind.CALL).order_by("-opens_at", "-pk").first()


def call_kind_of(cycle: Cycle) -> str:
    """What its call is, in law; empty when the edition has none."""
    call = call_of(cycle)
    return call.call_kind if call is not None else ""


def voted_total(cycle: Cycle) -> Decimal:
    """The sum of the cycle's envelopes, in euros."""
    return cycle.envelopes.aggregate(total=Sum("amount_eur"))["total"] or Decimal("0.00")


PRECEDENCE = (
    PhaseKind.VOTE,
    PhaseKind.CALL,
    PhaseKind.CAMPAIGN,
    PhaseKind.PROCLAMATION,
    PhaseKind.INSTRUCTION,
    PhaseKind.PRESELECTION,
    PhaseKind.DIAGNOSIS,
    PhaseKind.REALISATION,
)


def current_cycle(at: datetime) -> Cycle | None:
    """The cycle that visitors come for: the one whose vote is open, else its call…, else the last one."""
    visible = Cycle.objects.visible()
    phases = list(Phase.objects.open_at(at).filter(cycle__in=visible).select_related("cycle").order_by("pk"))
    if not phases:
        return visible.order_by("-pk").first()
    return min(phases, key=lambda phase: (_rank(phase), -phase.cycle_id)).cycle


def leading_phase(phases: Iterable[Phase], at: datetime) -> Phase | None:
    """Of the phases that are open, the one that asks most of residents; None when all are closed."""
    return min((phase for phase in phases if phase.is_open(at)), key=_rank, default=None)


def _rank(phase: Phase) -> int:
    return PRECEDENCE.index(kind) if (kind := PhaseKind(phase.kind)) in PRECEDENCE else len(PRECEDENCE)
