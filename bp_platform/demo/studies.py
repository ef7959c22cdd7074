"""What the demo's departments did with an idea: opinions, costings, questions, decisions, by their own acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bp_platform.accounts.models import Department
from bp_platform.core import calendar
from bp_platform.demo.town import DEMO
from instruction import services
from instruction.models import Case, Verdict
from proposals.models import Proposal

DECIDERS = {"elias": "Élias Ben Amar"}


@dataclass(frozen=True, slots=True)
class Calendar:
    """When the study's acts took place."""

    assigned_at: datetime
    studied_at: datetime
    decided_at: datetime


def study_fully(proposal: Proposal, idea: dict[str, Any], departments: dict[str, Department], when: Calendar) -> Case:
    """From triage to decision, as the idea's data tells."""
    case = triage(proposal, idea, departments, at=when.assigned_at, due_days=21)
    lead = departments[idea["lead"]]
    verdict = Verdict.UNFAVOURABLE if idea.get("outcome") == "unfeasible" else Verdict.FAVOURABLE
    opinion = services.give_opinion(
        case, by=DEMO, at=when.studied_at, department=lead, verdict=verdict, public_text=idea["opinion"]
    )
    services.validate_opinion(opinion, by=DEMO, at=when.studied_at + timedelta(hours=2))
    for code in idea.get("consulted", []):
        other = services.give_opinion(
            case, by=DEMO, at=when.studied_at, department=departments[code], verdict=Verdict.FAVOURABLE,
            public_text="Pas d’objection de notre part.",
        )  # fmt: skip
        services.validate_opinion(other, by=DEMO, at=when.studied_at + timedelta(hours=3))
    if idea.get("lines"):
        _cost(case, idea, lead, at=when.studied_at)
    case = services.complete_review(case, by=DEMO, at=when.studied_at + timedelta(days=1))
    return _decide(case, idea, at=when.decided_at)


def study_in_part(proposal: Proposal, idea: dict[str, Any], departments: dict[str, Department], at: datetime) -> Case:
    """A study under way: triaged, with an opinion to validate, or waiting for its owner."""
    case = triage(
        proposal, idea, departments, at=at - timedelta(days=9), due_days=12 if idea["study"] == "triaged" else 6
    )
    lead = departments[idea["lead"]]
    if idea["study"] == "opinion":
        services.give_opinion(
            case,
            by=DEMO,
            at=at - timedelta(days=2),
            department=lead,
            verdict=Verdict.FAVOURABLE,
            public_text=idea["opinion"],
        )
    if idea["study"] == "question":
        services.ask_owner(case, by=DEMO, at=at - timedelta(days=3), text=idea["question"], department=lead)
    return case


def triage(
    proposal: Proposal, idea: dict[str, Any], departments: dict[str, Department], *, at: datetime, due_days: int
) -> Case:
    """Open the case and give it to its lead and consulted departments."""
    case = services.open_case(proposal, by=DEMO, at=at)
    return services.assign(
        case,
        by=DEMO,
        at=at,
        lead=departments[idea["lead"]],
        due_on=calendar.local_day(at) + timedelta(days=due_days),
        consulted=[departments[code] for code in idea.get("consulted", [])],
    )


def _cost(case: Case, idea: dict[str, Any], lead: Department, *, at: datetime) -> None:
    lines = [
        services.CostLine(kind, label, Decimal(quantity), Decimal(price), Decimal(rate))
        for kind, label, quantity, price, rate in idea["lines"]
    ]
    services.set_costing(
        case,
        by=DEMO,
        at=at,
        lines=lines,
        confidence_percent=10,
        price_on=calendar.local_day(at),
        running_cost_eur=Decimal(idea.get("running_eur", "0")),
        department=lead,
    )


def _decide(case: Case, idea: dict[str, Any], *, at: datetime) -> Case:
    if idea.get("outcome") == "unfeasible":
        return services.reject(
            case,
            by=DEMO,
            at=at,
            reason=idea["reason"],
            explanation=idea["explanation"],
            next_step=idea["next_step"],
            decider_name=DECIDERS.get(idea.get("decider", ""), ""),
        )
    return services.declare_feasible(case, by=DEMO, at=at)
