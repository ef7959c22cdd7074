"""What the demo's departments did with an idea: opinions, costings, questions, decisions, by their own acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bp_platform.accounts.models import Department, User
from bp_platform.core import calendar
from bp_platform.demo.town import DEMO
from instruction import services
from instruction.models import Case, Verdict
from proposals.models import Proposal

DECIDERS = {"elias": "Élias Ben Amar"}
COMMITTEE_MEMBER = "odile"
HAS_BEGUN = frozenset({"begun", "opinion", "reviewed", "decided"})
IS_REVIEWED = frozenset({"reviewed", "decided"})


@dataclass(frozen=True, slots=True)
class Calendar:
    """When the study's acts took place, and the day by which departments answer."""

    opened_at: datetime
    studied_at: datetime
    decided_at: datetime
    due_on: date


def told(days: Mapping[str, int], at: datetime) -> Calendar:
    """A calendar told as days before (negative) or after the moment of loading; acts not reached have no day."""
    opened, studied, decided = (at + timedelta(days=days.get(act, 0)) for act in ("opened", "studied", "decided"))
    return Calendar(opened, studied, decided, calendar.local_day(at) + timedelta(days=days.get("due", 0)))


def study(proposal: Proposal, idea: dict[str, Any], departments: dict[str, Department], when: Calendar) -> Case:
    """From the reception to the decision, or as far as the idea's data tells, by `study`."""
    reached = idea.get("study", "decided")
    case = services.open_case(proposal, by=DEMO, at=when.opened_at)
    if reached != "received":
        case = _assign(case, idea, departments, when)
    if reached == "question":
        lead = departments[idea["lead"]]
        services.ask_owner(case, by=DEMO, at=when.studied_at, text=idea["question"], department=lead)
    if reached in HAS_BEGUN:
        case = _review(case, idea, departments, when)
    if reached in IS_REVIEWED:
        case = services.complete_review(case, by=DEMO, at=when.studied_at + timedelta(days=1))
    if reached == "decided":
        case = _decide(case, idea, at=when.decided_at)
    if "stance" in idea:
        _say(case, idea, at=(when.decided_at if reached == "decided" else when.studied_at + timedelta(days=2)))
    return case


def _say(case: Case, idea: dict[str, Any], *, at: datetime) -> None:
    """What the follow-up committee's member says of it."""
    member = User.objects.get(username=COMMITTEE_MEMBER)
    services.give_committee_opinion(case, by=member, at=at, stance=idea["stance"], text=idea.get("committee", ""))


def _assign(case: Case, idea: dict[str, Any], departments: dict[str, Department], when: Calendar) -> Case:
    return services.assign(
        case,
        by=DEMO,
        at=when.opened_at,
        lead=departments[idea["lead"]],
        due_on=when.due_on,
        consulted=[departments[code] for code in idea.get("consulted", [])],
    )


def _review(case: Case, idea: dict[str, Any], departments: dict[str, Department], when: Calendar) -> Case:
    """The costing and the opinions; the lead's own waits for its head where the idea stopped at its opinion."""
    case = services.start_review(case, by=DEMO, at=when.studied_at)
    reached, lead = idea.get("study", "decided"), departments[idea["lead"]]
    if idea.get("lines"):
        _cost(case, idea, lead, at=when.studied_at)
    if reached == "begun":
        return case
    usual = Verdict.UNFAVOURABLE if idea.get("outcome") == "unfeasible" else Verdict.FAVOURABLE
    opinion = services.give_opinion(
        case,
        by=DEMO,
        at=when.studied_at,
        department=lead,
        verdict=idea.get("verdict", usual),
        public_text=idea["opinion"],
    )
    if reached != "opinion":
        services.validate_opinion(opinion, by=DEMO, at=when.studied_at + timedelta(hours=2))
    for code in idea.get("consulted", []):
        said = idea.get("advice", {}).get(code, "Pas d’objection de notre part.")
        other = services.give_opinion(
            case, by=DEMO, at=when.studied_at, department=departments[code], verdict=Verdict.FAVOURABLE,
            public_text=said,
        )  # fmt: skip
        services.validate_opinion(other, by=DEMO, at=when.studied_at + timedelta(hours=3))
    return case


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
