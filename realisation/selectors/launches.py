"""What waits for the council: the laureates of a vote, or what a body has designated where there is none."""

from __future__ import annotations

from django.db.models import F, Max, Q, QuerySet

from cycles import policies as cycle_policies
from cycles import selectors as cycle_selectors
from cycles.models import BodyDecision, BodyPower, Cycle, CycleState
from proposals.models import Proposal, ProposalState, Stage


def to_launch() -> QuerySet[Proposal]:
    """The projects that wait to become deliveries, of every edition."""
    designated = Q(stage=Stage.FEASIBLE, state=ProposalState.PUBLISHED, cycle__in=_editions_designated())
    return Proposal.objects.filter(Q(stage=Stage.WINNER) | designated, delivery=None)


def laureates_without_delivery(cycle: Cycle) -> list[Proposal]:
    """Those of one edition, by number."""
    return list(to_launch().filter(cycle=cycle).select_related("area").order_by("number"))


def cycles_to_launch() -> list[tuple[Cycle, int]]:
    """The editions whose laureates wait for the council, and how many."""
    waiting = to_launch()
    cycles = Cycle.objects.filter(proposals__in=waiting).distinct().order_by("-pk")
    return [(cycle, waiting.filter(cycle=cycle).count()) for cycle in cycles]


def _editions_designated() -> list[int]:
    """The editions without a vote whose body has designated since the last launch. What it did not designate stays
    feasible: once a launch is recorded, it waits for nothing more."""
    said = BodyDecision.objects.filter(matter=BodyPower.LAUREATES, votes_for__gt=F("votes_against"))
    cycles = Cycle.objects.filter(state=CycleState.PUBLIC, bodies__decisions__in=said)
    waiting = cycles.annotate(
        decided_at=Max("bodies__decisions__recorded_at", filter=Q(bodies__decisions__in=said)),
        launched_at=Max("proposals__delivery__created_at"),
    ).filter(Q(launched_at=None) | Q(decided_at__gt=F("launched_at")))
    return [cycle.pk for cycle in waiting.order_by("pk") if _is_designated(cycle)]


def _is_designated(cycle: Cycle) -> bool:
    rules = cycle_selectors.rules_of(cycle)
    return not rules.ballot.has_vote and bool(cycle_policies.has_decided(cycle, BodyPower.LAUREATES))
