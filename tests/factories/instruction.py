"""Ideas to study, and cases brought to a state by the acts themselves."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from bp_platform.accounts.models import Contact
from bp_platform.core.actors import importing
from cycles.models import Cycle
from instruction import services
from instruction.models import Case, CaseState
from proposals.models import Owner, Proposal, ProposalState

HAND = importing("tests")
ORDER = ("received", "triaged", "under_review", "reviewed", "decided", "published")


def idea(cycle: Cycle, at: datetime, *, title: str = "Des bancs à l’ombre, place du Marché", **facts) -> Proposal:
    """A published idea of Aïcha's, who has an e-mail."""
    number = cycle.proposals.count() + 1
    aicha, _new = Contact.objects.get_or_create(name="Aïcha Benali", email="aicha@example.org")
    proposal = Proposal.objects.create(
        **{
            "cycle": cycle,
            "number": f"{cycle.number_prefix}-{number:04d}",
            "title": title,
            "summary": "Planter deux arbres et poser quatre bancs.",
            "area": cycle.areas.get(code="mariniers"),
            "theme": cycle.themes.first(),
            "state": ProposalState.PUBLISHED,
            "submitted_at": at - timedelta(days=40),
            "published_at": at - timedelta(days=38),
            "code_digest": f"{number:064d}",
            **facts,
        }
    )
    Owner.objects.create(proposal=proposal, contact=aicha, joined_at=at)
    return proposal


def lines() -> list[services.CostLine]:
    """10 000 € of works at 20 % and 1 500 € of contingencies: 13 800 € all taxes included."""
    return [
        services.CostLine("works", "Plantation et bancs", Decimal(1), Decimal("10000"), Decimal("20")),
        services.CostLine("contingency", "Aléas", Decimal(1), Decimal("1500"), Decimal("20")),
    ]


def case(cycle: Cycle, at: datetime, lead, *, state: str = "received", consulted=(), **facts) -> Case:
    """A case brought to `state` by the acts; `lead` is its department."""
    due_on = facts.pop("due_on", at.date() + timedelta(days=14))
    made = services.open_case(idea(cycle, at, **facts), by=HAND, at=at)
    steps = ORDER.index("under_review" if state == "awaiting_owner" else state)
    if steps >= 1:
        services.assign(made, by=HAND, at=at, lead=lead, consulted=consulted, due_on=max(due_on, at.date()))
        made.assignments.update(due_on=due_on)
    if steps >= 2:
        services.start_review(made, by=HAND, at=at)
    if state == "awaiting_owner":
        services.ask_owner(made, by=HAND, at=at, text="Combien de bancs ?", department=lead)
    if steps >= 3:
        give(made, at, lead, *consulted)
        services.set_costing(
            made, by=HAND, at=at, lines=lines(), confidence_percent=15, price_on=date(2026, 1, 1), department=lead
        )
        services.complete_review(made, by=HAND, at=at)
    if steps >= 4:
        services.declare_feasible(made, by=HAND, at=at)
    if steps >= 5:
        services.publish_answers(cycle, by=HAND, at=at)
    made = Case.objects.select_related("proposal__cycle").get(pk=made.pk)
    assert made.state == CaseState(state)
    return made


def give(made: Case, at: datetime, *departments, verdict: str = "favourable") -> None:
    """The validated opinion of each department."""
    for department in departments:
        opinion = services.give_opinion(
            made, by=HAND, at=at, department=department, verdict=verdict, public_text="Le sol est sain."
        )
        services.validate_opinion(opinion, by=HAND, at=at)
