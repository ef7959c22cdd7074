"""Page-sized reads of the cycle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import reduce

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Sum

from bp_platform.core import calendar
from bp_platform.core.components import Station, StationState
from cycles import geometry
from cycles.models import Area, Cycle, Phase, PhaseKind, RulebookVersion, SectionFreeze
from cycles.rules import Rules


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


def phases_of(cycle: Cycle, kind: str) -> list[Phase]:
    """The phases of that kind, by date; one query, none for a cycle whose phases are prefetched."""
    return sorted((p for p in cycle.phases.all() if p.kind == kind), key=lambda phase: (phase.opens_at, phase.pk))


def is_open(cycle: Cycle, kind: str, at: datetime) -> bool:
    """Whether a phase of that kind is open at that instant."""
    return Phase.objects.open_at(at).filter(cycle=cycle, kind=kind).exists()


def current_version(cycle: Cycle) -> RulebookVersion | None:
    """The rulebook in force: the last adopted version, else the last draft."""
    return _current_first(cycle).first()


def _current_first(cycle: Cycle) -> QuerySet[RulebookVersion]:
    return cycle.rulebook_versions.order_by("state", "-number")  # « adopted » sorts before « draft »


def rules_of(cycle: Cycle) -> Rules:
    """The values in force: each frozen section from the version that froze it, the others from the current one."""
    frozen = ArraySubquery(SectionFreeze.objects.filter(version=OuterRef("pk")).order_by("section").values("section"))
    versions = list(_current_first(cycle).annotate(frozen=frozen))
    if not versions:
        return Rules()
    values = dict(versions[0].values)
    for version in versions:
        values |= {section: version.values[section] for section in version.frozen if section in version.values}
    return Rules.model_validate(values)


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


MAP_WIDTH = 600.0


@dataclass(frozen=True, slots=True)
class MapArea:
    """A place as it is drawn: its path, and where its mark goes. `mark` is its number in the list beside."""

    mark: int
    code: str
    name: str
    path: str
    x: float
    y: float
    count: int | None = None


@dataclass(frozen=True, slots=True)
class CycleMap:
    """The places of a cycle in one drawing: `ground` under them (places made of others), `areas` to choose from."""

    width: int
    height: int
    ground: tuple[str, ...]
    areas: tuple[MapArea, ...]


def areas_of(cycle: Cycle) -> list[Area]:
    """The cycle's places by name, with their outlines; one query."""
    return list(cycle.areas.order_by("name", "pk"))


def map_of(areas: Sequence[Area], counts: Mapping[str, int] | None = None) -> CycleMap | None:
    """The map of these places if they have outlines, else None. `counts`: what to say of each place, by its code."""
    outlines: dict[int, geometry.Outline] = {area.pk: area.outline for area in areas if area.outline}
    if not outlines:
        return None
    box = reduce(geometry.Box.around, map(geometry.box_of, outlines.values()))
    projection = geometry.Projection(box, MAP_WIDTH)
    paths = {pk: geometry.svg_path(outline, projection) for pk, outline in outlines.items()}
    parents = {area.parent_id for area in areas if area.pk in outlines}
    drawn: list[MapArea] = []
    for area in areas:
        if area.pk in outlines and area.pk not in parents:
            x, y = projection.of(geometry.label_point(outlines[area.pk]))
            count = counts.get(area.code, 0) if counts is not None else None
            place = MapArea(len(drawn) + 1, area.code, area.name, paths[area.pk], round(x, 1), round(y, 1), count)
            drawn.append(place)
    ground = tuple(path for pk, path in paths.items() if pk in parents)
    return CycleMap(round(MAP_WIDTH), round(projection.height), ground, tuple(drawn))
