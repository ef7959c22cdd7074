"""A cycle to stand on: inert rows, no act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from bp_platform.core.actors import importing
from cycles import selectors, services
from cycles.models import Area, AreaKind, Cycle, CycleState, Election, Envelope, Phase, RulebookVersion, Theme
from cycles.reserve import KNOWN
from cycles.rules import Rules

WEEK = timedelta(weeks=1)
ORDER = ("call", "instruction", "campaign", "vote", "proclamation", "realisation", "review")


def cycle(at: datetime, *, open_phase: str = "call", slug: str = "2026", prefix: str = "BP26", **facts) -> Cycle:
    """A public cycle whose `open_phase` started a week before `at` and ends four weeks after."""
    made = Cycle.objects.create(
        title=f"Édition {slug}", slug=slug, number_prefix=prefix, state=CycleState.PUBLIC, **facts
    )
    start = at - WEEK - ORDER.index(open_phase) * 5 * WEEK
    for number, kind in enumerate(ORDER):
        Phase.objects.create(
            cycle=made, kind=kind, opens_at=start + number * 5 * WEEK, closes_at=start + (number + 1) * 5 * WEEK
        )
    town = Area.objects.create(cycle=made, kind=AreaKind.COMMUNE, name="Toute la ville", code="ville")
    Area.objects.create(cycle=made, name="Les Mariniers", code="mariniers", parent=town, population=4210)
    Theme.objects.create(cycle=made, name="Nature en ville", code="nature", drawing="nature")
    Envelope.objects.create(cycle=made, name="Enveloppe de la ville", amount_eur=Decimal("100000.00"))
    RulebookVersion.objects.create(
        cycle=made,
        number=1,
        state="adopted",
        adopted_at=start - WEEK,
        adopted_by_resolution="Délibération 2025-112",
        values=Rules().model_dump(mode="json"),
    )
    return made


def next_version(cycle: Cycle) -> RulebookVersion:
    """The version that follows, adopted like the last one and not saved yet: change its values, then save it."""
    last = cycle.rulebook_versions.order_by("-number")[0]
    return RulebookVersion(
        cycle=cycle,
        number=last.number + 1,
        state=last.state,
        adopted_at=last.adopted_at,
        adopted_by_resolution=last.adopted_by_resolution,
        values=last.values,
    )


def adopt(cycle: Cycle, values: Mapping[str, Any]) -> RulebookVersion:
    """The cycle's rules from now on; a section that is frozen keeps its values."""
    version = next_version(cycle)
    version.values = dict(values)
    version.save()
    return version


def drop_phases(cycle: Cycle, *kinds: str) -> None:
    """The edition as if it had never had these phases (none named: any); the database keeps those that opened."""
    gone = cycle.phases.filter(kind__in=kinds) if kinds else cycle.phases.all()
    with connection.cursor() as cursor:
        cursor.execute("SET bp.lift_guards = 'on'")
        try:
            gone.delete()
        finally:
            cursor.execute("RESET bp.lift_guards")


def everything_open(at: datetime, *, slug: str = "2026", prefix: str = "BP26") -> Cycle:
    """A public cycle whose phases are all open around `at`, the vote's last: a whole story in a day."""
    made = cycle(at, slug=slug, prefix=prefix)
    drop_phases(made)
    for kind in sorted(ORDER, key=lambda kind: kind == "vote"):
        Phase.objects.create(cycle=made, kind=kind, opens_at=at - timedelta(days=1), closes_at=at + timedelta(days=30))
    return made


def read_warnings(cycle: Cycle, at: datetime) -> Cycle:
    """The team has read every warning about the draft: nothing but errors stands before its adoption."""
    codes = frozenset(read.finding.code for read in selectors.findings(cycle, at))
    services.acknowledge_warnings(cycle, by=importing("tests"), at=at, codes=codes)
    return cycle


def no_reserve() -> None:
    """The elections that are known are set aside: news is told without a second reader."""
    for vote in KNOWN:
        facts = {"first_round_on": vote.first_round_on, "last_round_on": vote.last_round_on}
        Election.objects.create(kind=vote.kind, is_set_aside=True, reason="Essais", **facts)
