"""Who may do what with a proposal, and the doors to it."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.accounts.models import Role, User
from bp_platform.core import calendar, codes
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import YES, Decision, Refused, demand, no, yes_as
from cycles import policies as cycle_policies
from cycles import selectors as cycle_selectors
from cycles.models import Area, Cycle, CycleState, Meeting, Phase, PhaseKind
from proposals.models import Proposal, ProposalState

CODE_PURPOSE = "proposal-status"
TEAM = (Role.PARTICIPATION, Role.MODERATOR, Role.ADMINISTRATOR)
DEPOSIT_DESK = (*TEAM, Role.AMBASSADOR, Role.AGENT)


def can_submit(by: Actor, cycle: Cycle, at: datetime) -> Decision:
    """Règlement, art. 2: ideas are filed while the call is open."""
    if cycle.state == CycleState.CLOSED:
        return no(_("Cette édition est terminée."))
    calls = cycle_selectors.phases_of(cycle, PhaseKind.CALL)
    phase = next((call for call in calls if call.is_open(at)), calls[-1] if calls else None)
    if phase and phase.is_open(at):
        return YES
    if by.actor_kind == "import":
        return yes_as("import")
    if phase is None:
        return no(_("Cette édition n’a pas d’appel à idées."))
    if phase.is_past(at):
        return no(_("L’appel à idées est clos depuis le %(when)s.") % {"when": calendar.moment_words(phase.closes_at)})
    return no(_("L’appel à idées ouvre le %(when)s.") % {"when": calendar.moment_words(phase.opens_at)})


def can_enter(by: Actor, cycle: Cycle, at: datetime, received_on: date | None = None) -> Decision:
    """Enter an idea for somebody: during the call, then until the study opens for what was received in time."""
    decision = can_work_at_desk(by, at)
    if not decision or decision.role == "import":
        return decision
    if cycle.state == CycleState.CLOSED:
        return no(_("Cette édition est terminée."))
    call = cycle_selectors.phase_of(cycle, PhaseKind.CALL)
    if call is None or at < call.opens_at:
        return can_submit(by, cycle, at)
    study = cycle_selectors.phase_of(cycle, PhaseKind.INSTRUCTION)
    if call.is_past(at) and (study is None or study.opens_at <= at):
        since = study.opens_at if study else call.closes_at
        return no(
            _("L’étude des idées a commencé le %(when)s : on ne peut plus en ajouter.")
            % {"when": calendar.moment_words(since)}
        )
    refusal = _wrong_day(call, received_on, at) if received_on else ""
    return no(refusal) if refusal else decision


def _wrong_day(call: Phase, received_on: date, at: datetime) -> str:
    """Why a form of that day cannot be taken; empty if it can."""
    first, last = calendar.local_day(call.opens_at), calendar.local_day(calendar.last_instant(call.closes_at))
    if received_on > calendar.local_day(at):
        return _("La date de réception est dans l’avenir : indiquez le jour où vous avez reçu cette idée.")
    if first <= received_on <= last:
        return ""
    return _("Cette idée a été reçue le %(day)s : l’appel à idées est ouvert %(span)s.") % {
        "day": calendar.day_words(received_on),
        "span": calendar.span_words(first, last),
    }


def can_work_at_desk(by: Actor, at: datetime) -> Decision:
    """The deposit desk: the team, the ambassadors and the departments' agents."""
    if by.actor_kind == "import":
        return yes_as("import")
    held = [role for role in DEPOSIT_DESK if isinstance(by, User) and by.holds(at, role)]
    if held:
        return yes_as(held[0])
    return no(_("Seuls l’équipe participation, les ambassadeurs et les agents saisissent l’idée de quelqu’un."))


def can_reissue(by: Actor, proposal: Proposal, at: datetime) -> Decision:
    """A new code opens the idea to whoever holds it: the team gives it, or who entered the idea themselves."""
    if by.actor_kind == "import":
        return yes_as("import")
    if isinstance(by, User) and by.holds(at, *TEAM):
        return yes_as(Role.PARTICIPATION)
    decision = can_work_at_desk(by, at)
    if decision and isinstance(by, User) and proposal.entered_by_id == by.pk:
        return decision
    return no(_("Seules l’équipe participation et la personne qui a saisi l’idée peuvent donner un nouveau code."))


def can_answer(by: Actor, proposal: Proposal, at: datetime) -> Decision:
    """Who holds the code, or carries the idea with an account, answers the moderators."""
    if by.actor_kind in {"import", "resident"}:
        return yes_as("owner")
    if isinstance(by, User) and proposal.owners.filter(contact__user=by, left_at=None).exists():
        return yes_as("owner")
    return no(_("Seul le porteur de l’idée peut répondre à cette question."))


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


def proposal_for(
    user: object, cycle: str, number: str, at: datetime, *, among: QuerySet[Proposal] | None = None
) -> Proposal:
    """The public sheet's door: what is or was published, or any for the team and for its own owners.

    `cycle` is its slug; `among` are the rows to look in, with whatever the page joins to them. One query.
    """
    rows = Proposal.objects.all() if among is None else among
    found = rows.select_related("cycle", "area", "theme").filter(cycle__slug=cycle, number=number).first()
    if found is None or not cycle_policies.may_see(user, found.cycle, at):
        raise Http404
    if not (_is_public(found) or _may_read(user, found, at)):
        raise Http404
    return found


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


def own_proposal(user: User, number: str) -> Proposal:
    """The door of who carries it with an account; for anybody else there is nothing there."""
    carried = Proposal.objects.select_related("cycle", "area", "theme").filter(number=number)
    proposal = carried.filter(owners__contact__user=user, owners__left_at=None).first()
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


def desk_proposals(user: User, at: datetime) -> QuerySet[Proposal]:
    """What the deposit desk may look up: every idea for the team, one's own entries for the others; else a 404."""
    if not can_work_at_desk(user, at):
        raise Http404
    mine = Q() if user.holds(at, *TEAM) else Q(entered_by=user)
    return Proposal.objects.filter(mine).select_related("cycle", "area", "theme")


def proposal_to_reissue(user: User, number: str, at: datetime) -> Proposal:
    """The door of a new code."""
    proposal = desk_proposals(user, at).filter(number=number).first()
    if proposal is None or not can_reissue(user, proposal, at):
        raise Http404
    return proposal


def meeting_to_enter(user: User, pk: int, at: datetime) -> Meeting:
    """The door of a workshop's sheets: a meeting that began, in an edition that takes ideas, for who works there."""
    meeting = Meeting.objects.select_related("cycle", "area").filter(pk=pk).first()
    if meeting is None or not can_work_at_desk(user, at):
        raise Http404
    if meeting.is_cancelled or meeting.starts_at > at:
        raise Refused(no(_("Ce rendez-vous n’a pas eu lieu : il n’a pas d’idées à saisir.")))
    demand(can_enter(user, meeting.cycle, at, calendar.local_day(meeting.starts_at)))
    return meeting


def cycle_to_enter(user: User, slug: str, at: datetime) -> Cycle:
    """The door of the desk's form: an edition that takes ideas today, for who works there."""
    cycle = Cycle.objects.filter(slug=slug).first()
    if cycle is None or not can_work_at_desk(user, at):
        raise Http404
    demand(can_enter(user, cycle, at))
    return cycle


def may_remove_area(area: Area, at: datetime) -> Decision:
    """A place where something was proposed stays: the ideas say where they are."""
    number = Proposal.objects.filter(area=area).count()
    if not number:
        return YES
    return no(
        ngettext(
            "%(number)d idée est située dans « %(name)s » : ce lieu reste.",
            "%(number)d idées sont situées dans « %(name)s » : ce lieu reste.",
            number,
        )
        % {"number": number, "name": area.name}
    )
