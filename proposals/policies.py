"""Who may do what with a proposal, and the doors to it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Role, User
from bp_platform.core import calendar, codes
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import YES, Decision, no, yes_as
from cycles import selectors as cycle_selectors
from cycles.models import Cycle, CycleState, PhaseKind
from proposals.models import Proposal, ProposalState

CODE_PURPOSE = "proposal-status"
TEAM = (Role.PARTICIPATION, Role.MODERATOR, Role.ADMINISTRATOR)


def can_submit(by: Actor, cycle: Cycle, at: datetime) -> Decision:
    """Règlement, art. 2: ideas are filed while the call is open."""
    if cycle.state == CycleState.CLOSED:
        return no(_("Cette édition est terminée."))
    if cycle_selectors.is_open(cycle, PhaseKind.CALL, at):
        return YES
    if by.actor_kind == "import":
        return yes_as("import")
    phase = cycle_selectors.phase_of(cycle, PhaseKind.CALL)
    if phase is None:
        return no(_("Cette édition n’a pas d’appel à idées."))
    if phase.is_past(at):
        return no(_("L’appel à idées est clos depuis le %(when)s.") % {"when": calendar.moment_words(phase.closes_at)})
    return no(_("L’appel à idées ouvre le %(when)s.") % {"when": calendar.moment_words(phase.opens_at)})


def can_moderate(by: Actor, proposal: Proposal, at: datetime) -> Decision:
    """Moderation belongs to the moderators and the participation team."""
    if by.actor_kind == "import":
        return yes_as("import")
    if isinstance(by, User) and by.holds(at, *TEAM):
        return yes_as(Role.MODERATOR)
    return no(_("Seule l’équipe de modération peut décider de la publication."))


def can_withdraw(by: Actor, proposal: Proposal, at: datetime) -> Decision:
    """Its owner (who holds the code, or the account) or the team for them."""
    if by.actor_kind in {"import", "resident"}:
        return yes_as("owner")
    if isinstance(by, User) and (
        by.holds(at, *TEAM) or proposal.owners.filter(contact__user=by, left_at=None).exists()
    ):
        return yes_as("owner")
    return no(_("Seul le porteur du projet peut le retirer."))


def proposal_for(user: object, cycle: Cycle, number: str, at: datetime) -> Proposal:
    """The public sheet's door: what is or was published, or any for the team and for its own owners."""
    proposal = Proposal.objects.select_related("cycle", "area", "theme").filter(cycle=cycle, number=number).first()
    if proposal is None or not (_is_public(proposal) or _may_read(user, proposal, at)):
        raise Http404
    return proposal


def _is_public(proposal: Proposal) -> bool:
    if proposal.state == ProposalState.WITHDRAWN:
        return proposal.published_at is not None
    return proposal.state == ProposalState.PUBLISHED


def _may_read(user: object, proposal: Proposal, at: datetime) -> bool:
    return isinstance(user, User) and (
        user.holds(at, *TEAM, Role.AGENT, Role.HEAD, Role.ELECTED)
        or proposal.owners.filter(contact__user=user, left_at=None).exists()
    )


def proposal_by_code(code: str) -> Proposal:
    """The status page's door: who holds the code is its owner. A wrong code is a 404."""
    proposal = (
        Proposal.objects.select_related("cycle", "area", "theme")
        .filter(code_digest=codes.digest(CODE_PURPOSE, code))
        .first()
    )
    if proposal is None:
        raise Http404
    return proposal


def proposal_to_moderate(user: User, number: str, at: datetime) -> Proposal:
    """The moderation desk's door."""
    proposal = Proposal.objects.select_related("cycle", "area", "theme").filter(number=number).first()
    if proposal is None or not can_moderate(user, proposal, at):
        raise Http404
    return proposal


def proposals_to_moderate(user: User, at: datetime) -> QuerySet[Proposal]:
    """The moderation desk's list, or a 404 for who is not a moderator."""
    if not user.holds(at, *TEAM):
        raise Http404
    return Proposal.objects.awaiting_moderation().select_related("area", "theme", "cycle")
