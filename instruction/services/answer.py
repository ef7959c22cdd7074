"""All answers at once."""

from __future__ import annotations

from datetime import datetime

from bp_platform.core import journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import demand
from cycles import services as cycle_services
from cycles.models import Cycle
from instruction import flow, notifications, policies
from instruction.models import Case, Outcome
from proposals import services as proposal_services
from proposals.models import Proposal, Stage


def publish_answers(cycle: Cycle, *, by: Actor, at: datetime) -> list[Case]:
    """Publish every answer of the cycle together, tell the owners, and show stage and price (règlement, art. 5).

    One transaction: either all are public or none is. A withdrawn proposal's case stays where it stopped.
    """
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        demand(policies.can_publish(by, cycle, at))
        waiting = Case.objects.of_cycle(cycle).active().to_publish().order_by("proposal__number")
        proposals = Proposal.objects.filter(pk__in=waiting.values("proposal")).order_by("pk")
        list(proposals.select_for_update(of=("self",)))  # a withdrawal waits for the answer, or comes before it
        published = [_publish(case, by=by, at=at) for case in waiting.select_related("proposal__cycle")]
        cycle_services.touch(cycle)
    return published


def _publish(case: Case, *, by: Actor, at: datetime) -> Case:
    with flow.PUBLISH.take(case, by=by, at=at) as locked:
        locked.published_at = at
        is_refused = locked.outcome == Outcome.UNFEASIBLE
        proposal_services.project(
            locked.proposal,
            stage=Stage.UNFEASIBLE if is_refused else Stage.FEASIBLE,
            price_eur=locked.price_eur,
        )
        notifications.answered(locked, at=at)
    return locked
