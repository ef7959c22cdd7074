"""A vote to stand on: a cycle with feasible projects, a roll, a sealed practice poll around the real clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bp_platform.core.actors import importing
from cycles.models import Cycle
from proposals.models import Proposal, ProposalState, Stage
from tests.factories import cycles
from voting import services
from voting.models import Poll, PollKind, RollEntry
from voting.services.roll import Person
from voting.tally.values import Ballot

BUILDER = importing("tests")
HOUR = timedelta(hours=1)
PROJECTS = (
    ("Une cour qui respire", "40000.00"),
    ("Un verger", "30000.00"),
    ("Le quai à vélo", "50000.00"),
    ("Des bancs à l’ombre", "20000.00"),
)


def clock() -> datetime:
    """The real clock: casting reads the database's."""
    return datetime.now(UTC)


def cycle_with_projects(slug: str = "2026", prefix: str = "BP26", **facts) -> Cycle:
    cycle = cycles.cycle(clock(), open_phase="vote", slug=slug, prefix=prefix, **facts)
    area, theme = cycle.areas.order_by("pk").first(), cycle.themes.get()
    for place, (title, cost) in enumerate(PROJECTS, start=1):
        Proposal.objects.create(
            cycle=cycle,
            number=f"{prefix}-{place:04d}",
            title=title,
            summary=f"{title}.",
            area=area,
            theme=theme,
            state=ProposalState.PUBLISHED,
            submitted_at=clock() - 200 * HOUR,
            published_at=clock() - 199 * HOUR,
            code_digest=f"{prefix}-{place}",
            stage=Stage.FEASIBLE,
            price_eur=Decimal(cost),
        )
    return cycle


def draft_poll(kind: str = PollKind.PRACTICE, *, opens=-HOUR, closes=HOUR, cycle: Cycle | None = None) -> Poll:
    """A draft; its dates are given as distances from now."""
    return services.create_poll(
        cycle or cycle_with_projects(),
        by=BUILDER,
        at=clock() - 3 * HOUR,
        kind=kind,
        title="Vote 2026",
        opens_at=clock() + opens,
        closes_at=clock() + closes,
    )


def admit(poll: Poll, *names: str) -> list[RollEntry]:
    people = [Person(name, 1970 + place) for place, name in enumerate(names)]
    services.admit(poll, people, by=BUILDER, at=clock() - 3 * HOUR)
    return list(RollEntry.objects.filter(poll=poll, name__in=names).order_by("pk"))


def seal(poll: Poll, **facts) -> Poll:
    given = {"draw_seed": "dés 4-2-6-1", "waiver": "Essai."} | facts
    return services.seal(poll, by=BUILDER, at=clock() - 2 * HOUR, **given)


def approvals(*numbers: str) -> dict[str, Ballot]:
    """A ballot for the town: « BP26-0001 », « BP26-0003 »."""
    return {"ville": tuple(sorted((number, 1) for number in numbers))}
