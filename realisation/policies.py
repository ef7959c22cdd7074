"""Who may do what with deliveries and money, and the doors to them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Role, User
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import YES, Decision, no, yes_as
from cycles import policies as cycle_policies
from cycles.models import Cycle
from proposals.models import Proposal, Stage
from realisation.models import Delivery

BUILDERS = (Role.AGENT, Role.HEAD)


def can_create(by: Actor, proposal: Proposal, at: datetime) -> Decision:
    """The team records the council's resolution; only a laureate becomes a delivery."""
    allowed = cycle_policies.team_only(by, at)
    if allowed and proposal.stage != Stage.WINNER:
        return no(_("Le projet %(number)s n’est pas lauréat.") % {"number": proposal.number})
    return allowed


def can_follow_up(by: Actor, delivery: Delivery, at: datetime) -> Decision:
    """The lead department, or the participation team."""
    if by.actor_kind == "import":
        return yes_as("import")
    if isinstance(by, User):
        for role in BUILDERS:
            if by.holds(at, role, department_id=delivery.lead_department_id):
                return yes_as(role)
        if by.holds(at, Role.PARTICIPATION, Role.ADMINISTRATOR):
            return yes_as(Role.PARTICIPATION)
    return no(_("Seule la direction qui réalise ce projet peut en donner des nouvelles."))


def can_keep_ledger(by: Actor, at: datetime) -> Decision:
    """The finance officers."""
    if by.actor_kind == "import":
        return yes_as("import")
    if isinstance(by, User) and by.holds(at, Role.FINANCE):
        return yes_as(Role.FINANCE)
    return no(_("Seule la direction des finances passe des écritures."))


def can_review(by: Actor, cycle: Cycle, at: datetime) -> Decision:
    """The participation team writes the review."""
    return cycle_policies.team_only(by, at)


def may_read(by: object, at: datetime) -> Decision:
    """What is public."""
    return YES


def deliveries_for(user: User, at: datetime) -> QuerySet[Delivery]:
    """The deliveries of one's departments (all of them for the team), or a 404 for who has none to follow."""
    rows = Delivery.objects.select_related("proposal__cycle", "proposal__area", "lead_department")
    if user.holds(at, Role.PARTICIPATION, Role.ADMINISTRATOR):
        return rows
    departments = [row.department_id for row in user.held_roles(at) if row.role in BUILDERS]
    if not departments:
        raise Http404
    return rows.filter(lead_department__in=departments)


def delivery_for(user: User, number: str, at: datetime) -> Delivery:
    """One delivery of the desk, or a 404."""
    delivery = deliveries_for(user, at).filter(proposal__number=number).first()
    if delivery is None:
        raise Http404
    return delivery


def delivery_for_ledger(user: User, number: str, at: datetime) -> Delivery:
    """The finance desk's door."""
    found = Delivery.objects.select_related("proposal__cycle", "envelope").filter(proposal__number=number).first()
    if found is None or not can_keep_ledger(user, at):
        raise Http404
    return found
