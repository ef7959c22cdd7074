"""Where the set-up of an edition stands: its steps as a line, its coherence, what it learned from the ones before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zlib import crc32

from django.db.models import Count, Prefetch
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from bp_platform.accounts.selectors import public_body
from bp_platform.core import calendar
from bp_platform.core.components import Station, StationState
from cycles import coherence, setup, wording
from cycles.models import AreaImport, AreaKind, BudgetSection, Cycle, CycleState, Lesson, Member, RulebookState
from cycles.selectors.calendars import facts_of, ordered_phases, stage_of
from cycles.selectors.envelopes import frame_of
from cycles.selectors.rulebooks import adopted_version, written_rules

OLDEST = 8  # editions looked back for lessons


def setup_url(cycle: Cycle, step: str) -> str:
    """The address of a step; empty while nobody answers there."""
    address = reverse("cycles:setup", args=[cycle.slug]) + f"{step}/"
    try:
        resolve(address)
    except Resolver404:
        return ""
    return address


def every_step_answers() -> bool:
    """Whether an edition can be set up whole from its steps: else one begins from what already has dates and money."""
    return all(setup_url(Cycle(slug="x"), key) for key in setup.KEYS)


def taken_names() -> tuple[set[str], set[str]]:
    """The addresses and the prefixes that editions hold; one query."""
    rows = list(Cycle.objects.order_by("pk").values_list("slug", "number_prefix"))
    return {slug for slug, _prefix in rows}, {prefix for _slug, prefix in rows}


def done_steps(cycle: Cycle) -> set[str]:
    """The steps that are done: dates, places and money by what exists, the others once saved; one query."""
    counts = Cycle.objects.filter(pk=cycle.pk).aggregate(
        calendrier=Count("phases", distinct=True),
        lieux=Count("areas", distinct=True),
        enveloppes=Count("envelopes", distinct=True),
        adoption=Count("rulebook_versions__adopted_at", distinct=True),
    )
    done = {step for step, count in counts.items() if count} | set(cycle.setup_done)
    if counts["adoption"]:
        done |= {step.key for step in setup.STEPS if step.writes_rules} | {"cadre"}
    return done


def setup_stations(cycle: Cycle, step: str) -> list[Station]:
    """The steps as a line: what is done, where one is, what comes."""
    done = done_steps(cycle)
    stations = []
    for entry in setup.STEPS:
        state: StationState = "now" if entry.key == step else "past" if entry.key in done else "next"
        stations.append(Station(label=entry.label, state=state, url=setup_url(cycle, entry.key)))
    return stations


def next_step(cycle: Cycle) -> str:
    """The first step that is not done: where one resumes."""
    done = done_steps(cycle)
    return next((key for key in setup.KEYS if key not in done), "adoption")


@dataclass(frozen=True, slots=True)
class ReadFinding:
    """A finding of the coherence checks, with its address and whether the team has read it."""

    finding: coherence.Finding
    url: str
    step: str
    is_acknowledged: bool

    @property
    def is_error(self) -> bool:
        return self.finding.level == "error"


def findings(cycle: Cycle, at: datetime) -> list[ReadFinding]:
    """What does not hold together in the edition as drafted, on that day: errors first."""
    read = set(cycle.acknowledged_warnings.values_list("code", "sentence"))
    found = coherence.check(edition_of(cycle, at))
    return [
        ReadFinding(
            finding,
            *_where(cycle, finding.step),
            (finding.code, finding.sentence) in read,
        )
        for finding in sorted(found, key=lambda finding: finding.level != "error")
    ]


def _where(cycle: Cycle, step: str) -> tuple[str, str]:
    """The address where a finding is mended, and its name."""
    if step == coherence.ELSEWHERE:
        return reverse("cycles:bodies_desk"), _("Instances")
    return setup_url(cycle, step), str(setup.BY_KEY[step].label)


def edition_of(cycle: Cycle, at: datetime) -> coherence.Edition:
    """The edition as the checks read it: the draft's values if there is one, else the values in force."""
    rules = written_rules(cycle)
    phases = ordered_phases(cycle)
    stages = tuple(stage_of(phase) for phase in phases)
    today = calendar.local_day(at)
    return coherence.Edition(
        rules=rules,
        phases=stages,
        areas=_places(cycle),
        envelopes=_moneys(cycle),
        total_eur=cycle.total_eur,
        facts=facts_of(cycle, frame_of(cycle), stages, rules.ballot),
        coverage=_coverage(cycle),
        bodies=_seated(cycle, today),
        today=today,
        call_kind=next((str(phase.call_kind) for phase in reversed(phases) if phase.kind == "call"), ""),
    )


def _places(cycle: Cycle) -> tuple[coherence.Place, ...]:
    """The places that hold no other, with the names of those that hold them; one query."""
    areas = list(cycle.areas.defer("outline", "simple_outline").order_by("name", "pk"))
    by_pk, parents = {area.pk: area for area in areas}, {area.parent_id for area in areas}
    found = []
    for area in (area for area in areas if area.pk not in parents):
        within, parent = [], by_pk.get(area.parent_id or 0)
        while parent is not None and parent.name not in within:
            within.append(parent.name)
            parent = by_pk.get(parent.parent_id or 0)
        is_whole, is_priority = area.kind == AreaKind.COMMUNE, area.kind == AreaKind.PRIORITY
        found.append(coherence.Place(area.name, area.population, is_priority, is_whole, tuple(within)))
    return tuple(found)


def _moneys(cycle: Cycle) -> tuple[coherence.Money, ...]:
    """An envelope of the commune itself is the town's."""
    rows = cycle.envelopes.select_related("area").defer("area__outline", "area__simple_outline").order_by("pk")
    return tuple(
        coherence.Money(
            row.name,
            row.amount_eur,
            row.area.name if row.area and (row.area.kind != AreaKind.COMMUNE or row.area.parent_id) else "",
            is_plain=row.is_plain,
            is_operating=row.section == BudgetSection.OPERATING,
        )
        for row in rows
    )


def _coverage(cycle: Cycle) -> dict[str, str]:
    """What the last file of places left to look at: places over one another, holes between them."""
    rows = AreaImport.objects.filter(cycle=cycle).values_list("findings", flat=True).first() or []
    sentences = [wording.finding(row) for row in rows if row["kind"] != "crossing"]
    return {f"coverage-{crc32(sentence.encode()):08x}": sentence for sentence in sentences}


def _seated(cycle: Cycle, today: date) -> tuple[coherence.Seated, ...]:
    """The bodies, their seats, and how many people sit on that day; three queries."""
    bodies = cycle.bodies.prefetch_related(
        "colleges", Prefetch("members", Member.objects.sitting(today), to_attr="sitting")
    )
    return tuple(
        coherence.Seated(
            body.slug, body.name, sum(one.seats for one in body.colleges.all()), len(body.sitting), body.rule_code
        )
        for body in bodies.order_by("name", "pk")
    )


def lessons_before(cycle: Cycle) -> list[Lesson]:
    """What the editions before this one taught, the latest first; they are few."""
    ancestors: list[int] = []
    prior = cycle.prior_id
    while prior is not None and prior not in ancestors and len(ancestors) < OLDEST:
        ancestors.append(prior)
        prior = Cycle.objects.values_list("prior_id", flat=True).get(pk=prior)
    found = Lesson.objects.filter(cycle__in=ancestors, withdrawn_at=None).select_related("cycle")
    return list(found.order_by("-cycle__pk", "-written_at", "-pk"))


def launch_facts(cycle: Cycle) -> dict[str, bool]:
    """What the launch asks: an adopted règlement, phases, money, somebody who answers."""
    town = public_body()
    return {
        "rulebook": adopted_version(cycle) is not None,
        "phases": cycle.phases.exists(),
        "envelope": cycle.envelopes.exists(),
        "contact": bool(cycle.contact.strip() or town.phone or town.email),
    }


def editions_desk(at: datetime) -> Sequence[Cycle]:
    """Every edition, the latest first, with its phases and what its règlement is; three queries."""
    return list(
        Cycle.objects.select_related("prior").prefetch_related("phases", "rulebook_versions").order_by("state", "-pk")
    )


def waiting_words(cycle: Cycle) -> tuple[bool, bool]:
    """Whether a prefetched edition has an adopted règlement, and a draft in hand."""
    versions = list(cycle.rulebook_versions.all())
    is_adopted = any(version.state == RulebookState.ADOPTED for version in versions)
    latest = max((v for v in versions if v.state != RulebookState.WITHDRAWN), key=lambda v: v.number, default=None)
    return is_adopted, latest is not None and latest.state == RulebookState.DRAFT


def to_launch() -> int:
    """How many editions are adopted and not public yet."""
    adopted = Cycle.objects.filter(state=CycleState.PREPARED, rulebook_versions__state=RulebookState.ADOPTED)
    return adopted.distinct().count()
