"""An edition in its preselection, and its ideas: before its study, or after it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from bp_platform.accounts.models import Contact
from cycles.models import Area, Cycle, Phase
from cycles.rules import Rules
from instruction import services
from instruction.models import Preselection
from proposals.models import Owner, Proposal, Stage
from tests.factories import cycles as cycle_factory
from tests.factories import instruction as factory

DAY = timedelta(days=1)
FORUM = {"mode": "forum", "choices": 8, "keeps_at_most": 3, "minimum_per_area": 1}
JURY = {"code": "jury", "name": "le jury citoyen", "residents": 12, "decides": ["preselection"]}


def edition(
    at: datetime, *, after_study: bool = False, bodies: Iterable[Any] = (), ballot: Any = None, **rules: Any
) -> Cycle:
    """The 2026 edition: its call is over, its preselection opened yesterday; two quartiers, « Mariniers » and « Gare »."""
    made = cycle_factory.cycle(at, open_phase="campaign" if after_study else "instruction")
    opens = at - DAY
    if not after_study:
        cycle_factory.drop_phases(made, "instruction")
        Phase.objects.create(cycle=made, kind="instruction", opens_at=at - DAY / 2, closes_at=at + 20 * DAY)
    Phase.objects.create(cycle=made, kind="preselection", opens_at=opens, closes_at=at + 10 * DAY)
    Area.objects.create(cycle=made, name="La Gare", code="gare", parent=made.areas.get(code="ville"), population=900)
    values = Rules(preselection=rules or FORUM, bodies={"listed": list(bodies)}, ballot=ballot or {}).model_dump(
        mode="json"
    )
    cycle_factory.adopt(made, values)
    return made


def ideas(cycle: Cycle, at: datetime, *described: str) -> list[Proposal]:
    """« mariniers », « gare », « ville »: one published idea each, carried by somebody of its own."""
    made = []
    for place in described:
        area = cycle.areas.get(code=place)
        idea = factory.idea(cycle, at, title=f"Idée {cycle.proposals.count() + 1}", area=area)
        Owner.objects.filter(proposal=idea).delete()
        contact = Contact.objects.create(name="Aïcha Benali", email=f"aicha{idea.pk}@example.org")
        Owner.objects.create(proposal=idea, contact=contact, joined_at=at)
        made.append(idea)
    return made


def feasible(cycle: Cycle, at: datetime, *described: str) -> list[Proposal]:
    """The same, found feasible."""
    made = ideas(cycle, at, *described)
    Proposal.objects.filter(pk__in=[idea.pk for idea in made]).update(stage=Stage.FEASIBLE, price_eur="9000.00")
    return [Proposal.objects.get(pk=idea.pk) for idea in made]


def typed(*pairs: tuple[Proposal, int | None]) -> dict[int, services.Typed]:
    """Voices as somebody types them on a page that showed none."""
    return {idea.pk: services.Typed(None, value) for idea, value in pairs}


def counted(
    cycle: Cycle, by: Any, at: datetime, found: Iterable[Proposal], voices: Iterable[int], people: int = 50
) -> Preselection:
    """All their voices, saved at once."""
    given = typed(*zip(found, voices, strict=True))
    return services.save_voices(cycle, by=by, at=at, voices=given, people=services.Typed(None, people))


def listed(cycle: Cycle, by: Any, at: datetime, *kept: Proposal, **facts: Any) -> Preselection:
    """The list saved on today's page."""
    known = Preselection.objects.filter(cycle=cycle).first()
    revision = known.revision if known else 0
    return services.save_list(cycle, by=by, at=at, kept=[i.pk for i in kept], revision=revision, **facts)


def decided(cycle: Cycle, by: Any, at: datetime) -> Preselection:
    """The saved list, decided."""
    revision = Preselection.objects.get(cycle=cycle).revision
    return services.decide_preselection(cycle, by=by, at=at, revision=revision)
