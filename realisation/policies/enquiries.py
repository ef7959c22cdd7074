"""Who asks, moderates and answers about the works, and the doors to what was asked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Role, User
from bp_platform.core import codes
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import YES, Decision, no, yes_as
from proposals import policies as proposal_policies
from proposals.models import ProposalState
from realisation.models import (
    Delivery,
    Enquiry,
)
from realisation.models.enquiries import EnquiryQuerySet
from realisation.policies.deliveries import BUILDERS, TEAM, can_follow_up

MODERATION = (Role.MODERATOR, *TEAM)


ENQUIRY_CODE = "enquiry"


def can_ask(delivery: Delivery, at: datetime) -> Decision:
    """Anybody asks about the works, with or without an account."""
    if delivery.proposal.state != ProposalState.PUBLISHED:
        return no(_("Ce projet n’est pas publié : on ne peut pas poser de question à son sujet."))
    return YES


def can_moderate_enquiry(by: Actor, enquiry: Enquiry, at: datetime) -> Decision:
    """The moderators and the team read what residents write before it is published."""
    if by.actor_kind == "import":
        return yes_as("import")
    if isinstance(by, User) and by.holds(at, *MODERATION):
        return yes_as(Role.MODERATOR)
    return no(_("Seule l’équipe de modération décide de la publication d’une demande."))


def can_answer_enquiry(by: Actor, enquiry: Enquiry, at: datetime) -> Decision:
    """The lead department answers, or the team."""
    return can_follow_up(by, enquiry.delivery, at)


def moderates(user: User, at: datetime) -> bool:
    """Whether somebody reads what residents write before it is published."""
    return user.holds(at, *MODERATION)


def enquiries_for(user: User, at: datetime) -> EnquiryQuerySet:
    """The enquiries of one's departments, all of them for the team and the moderators; else a 404."""
    rows = Enquiry.objects.select_related("delivery__proposal__cycle", "delivery__lead_department", "author")
    if moderates(user, at):
        return rows
    departments = [row.department_id for row in user.held_roles(at) if row.role in BUILDERS]
    if not departments:
        raise Http404
    return rows.public().filter(delivery__lead_department__in=departments)


def enquiry_for(user: User, uid: UUID, at: datetime) -> Enquiry:
    """One enquiry of the desk, or a 404."""
    enquiry = enquiries_for(user, at).filter(uid=uid).first()
    if enquiry is None:
        raise Http404
    return enquiry


def enquiry_by_code(code: str) -> Enquiry:
    """The status page's door: who holds the code asked. A wrong code is a 404."""
    rows = Enquiry.objects.select_related("delivery__proposal__cycle", "delivery__lead_department")
    found = rows.filter(code_digest=codes.digest(ENQUIRY_CODE, code)).first()
    if found is None:
        raise Http404
    return found


def public_delivery(user: object, cycle: str, number: str, at: datetime) -> Delivery:
    """A delivery that anybody may read about: its project's own door, then a 404 before the council's resolution."""
    proposal = proposal_policies.proposal_for(user, cycle, number, at)
    row = Delivery.objects.filter(proposal=proposal).select_related("lead_department").first()
    if row is None:
        raise Http404
    row.proposal = proposal
    return row
