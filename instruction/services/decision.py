"""The answer to a proposal: decided by the team, or by a named elected member."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Role, User
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import demand
from bp_platform.core.flows import Step
from cycles import selectors as cycle_selectors
from cycles.rules import REFUSAL_REASONS
from instruction import flow, policies, selectors
from instruction.models import Arbitration, Case, Outcome


def declare_feasible(case: Case, *, by: Actor, at: datetime, decider_name: str = "") -> Case:
    """The project can be done as it was proposed, at the price of its costing (règlement, art. 4)."""
    with _deciding(flow.FEASIBLE, case, Outcome.FEASIBLE, by=by, at=at, decider_name=decider_name) as locked:
        _fix_price(locked)
    return locked


def declare_feasible_with_changes(case: Case, *, by: Actor, at: datetime, changes: str, decider_name: str = "") -> Case:
    """The project can be done with changes, which the answer tells."""
    if not changes.strip():
        raise ValidationError({"changes": _("dites ce qui change par rapport à l’idée déposée.")})
    outcome = Outcome.FEASIBLE_WITH_CHANGES
    with _deciding(
        flow.FEASIBLE_WITH_CHANGES, case, outcome, by=by, at=at, decider_name=decider_name, statement=changes
    ) as locked:
        _fix_price(locked)
        locked.changes = changes.strip()
    return locked


def reject(
    case: Case, *, by: Actor, at: datetime, reason: str, explanation: str, next_step: str, decider_name: str = ""
) -> Case:
    """Refuse a proposal: a reason of the rulebook with its article, an explanation, what can be done next.

    `reason` is a code of REFUSAL_REASONS. A political one is an elected member's, by name (`decider_name` names
    the member when an import acts for them).
    """
    missing = {}
    if not explanation.strip():
        missing["explanation"] = _("expliquez le refus en quelques phrases, comme à la personne.")
    if not next_step.strip():
        missing["next_step"] = _("dites ce que le porteur peut faire maintenant.")
    if missing:
        raise ValidationError(missing)
    demand(policies.can_refuse_for(by, reason, at))
    demand(policies.can_cite(case, reason))
    cited = REFUSAL_REASONS[reason]
    if cited.is_political and not isinstance(by, User) and not decider_name:
        raise ValidationError({"reason": _("nommez l’élu·e qui retient ce motif politique.")})
    step = replace(flow.REJECT, rule=f"art. {cited.article}")
    with _deciding(
        step, case, Outcome.UNFEASIBLE, by=by, at=at, decider_name=decider_name, statement=explanation
    ) as locked:
        locked.refusal_reason, locked.refusal_article = cited.code, cited.article
        locked.explanation, locked.next_step = explanation.strip(), next_step.strip()
        locked.costing = selectors.current_costing(locked)
    return locked


@contextmanager
def _deciding(
    step: Step[Case],
    case: Case,
    outcome: Outcome,
    *,
    by: Actor,
    at: datetime,
    decider_name: str,
    statement: str = "",
) -> Iterator[Case]:
    """Take the step and write who decided; an elected member's decision is an arbitration, kept apart."""
    with step.take(case, by=by, at=at, reason=statement) as locked:
        is_elected = bool(decider_name) or policies.can_decide(by, locked, at).role == Role.ELECTED
        name = decider_name or (by.shown_name if isinstance(by, User) else "")
        locked.outcome, locked.decided_at = outcome, at
        locked.decided_by = by if isinstance(by, User) else None
        locked.decided_role = Role.ELECTED if is_elected else Role.PARTICIPATION
        locked.decided_by_label = _("%(name)s, élu·e") % {"name": name} if is_elected else _("l’équipe participation")
        yield locked
        if is_elected:
            arbitration = Arbitration(
                case=locked,
                decider=locked.decided_by,
                decider_name=name,
                outcome=outcome,
                statement=statement.strip(),
                arbitrated_at=at,
            )
            arbitration.full_clean()
            arbitration.save()


def _fix_price(case: Case) -> None:
    """The price of the answer is the total of the costing that was decided upon."""
    costing = selectors.current_costing(case)
    case.costing = costing
    caps = cycle_selectors.rules_of(case.proposal.cycle).caps
    case.price_eur = selectors.price_eur(costing, caps) if costing else None
