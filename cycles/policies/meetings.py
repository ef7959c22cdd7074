"""Who may do what with a meeting, and the doors to it."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.accounts.models import Role, User
from bp_platform.core import calendar, codes
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import YES, Decision, no, yes_as
from cycles.models import Meeting, MeetingQuerySet, MeetingState, Minutes, Registration, RegistrationState
from cycles.policies.editions import may_see, team_only

REGISTRATION_PURPOSE = "meeting-registration"
HOSTS = (Role.PARTICIPATION, Role.ADMINISTRATOR, Role.AMBASSADOR, Role.FACILITATOR)


def can_plan_meeting(by: Actor, meeting: Meeting, at: datetime) -> Decision:
    """The team plans and announces; nothing of a cancelled or past meeting moves."""
    team = team_only(by, at)
    if not team:
        return team
    if meeting.state == MeetingState.CANCELLED:
        return no(_("Ce rendez-vous est annulé : il ne change plus. Prévoyez-en un autre."))
    if meeting.pk and meeting.state == MeetingState.ANNOUNCED and meeting.ends_at <= at:
        return no(_("Ce rendez-vous a eu lieu : il ne change plus."))
    return team


def can_cancel_meeting(by: Actor, meeting: Meeting, at: datetime) -> Decision:
    """Before it begins."""
    team = team_only(by, at)
    if team and meeting.starts_at <= at:
        return no(_("Ce rendez-vous a commencé : il ne s’annule plus."))
    return team


def can_host(by: Actor, at: datetime) -> Decision:
    """Who welcomes people: the team, the ambassadors, the external facilitators."""
    if by.actor_kind == "import":
        return yes_as("import")
    held = [role for role in HOSTS if isinstance(by, User) and by.holds(at, role)]
    if held:
        return yes_as(held[0])
    return no(_("Seuls l’équipe participation, les ambassadeurs et l’appui extérieur tiennent les rendez-vous."))


def can_register(by: Actor, meeting: Meeting, at: datetime) -> Decision:
    """Anybody, while registrations are open; a host until the meeting is over."""
    if meeting.state == MeetingState.CANCELLED:
        return no(_("Ce rendez-vous est annulé."))
    if meeting.state != MeetingState.ANNOUNCED:
        return no(_("Ce rendez-vous n’est pas encore annoncé."))
    if not meeting.takes_registrations:
        return no(_("Ce rendez-vous est ouvert à tout le monde : venez sans vous inscrire."))
    if meeting.ends_at <= at:
        return no(_("Ce rendez-vous a eu lieu le %(when)s.") % {"when": calendar.moment_words(meeting.starts_at)})
    host = can_host(by, at)
    if host:
        return host
    until = meeting.registrations_until or meeting.starts_at
    if until <= at:
        return no(
            _("Les inscriptions sont closes depuis le %(when)s : appelez-nous, il reste peut-être une place.")
            % {"when": calendar.moment_words(until)}
        )
    return YES


def can_take_seats(meeting: Meeting, seats: int, held: int) -> Decision:
    """The same address does not take a whole room."""
    if seats + held <= meeting.seats_per_person:
        return YES
    return no(
        ngettext(
            "On s’inscrit pour %(most)d place au plus par personne ou par adresse.",
            "On s’inscrit pour %(most)d places au plus par personne ou par adresse.",
            meeting.seats_per_person,
        )
        % {"most": meeting.seats_per_person}
    )


def can_cancel_registration(by: Actor, registration: Registration, at: datetime) -> Decision:
    """Who holds the code, or a host, until the meeting begins; once."""
    if registration.state == RegistrationState.CANCELLED:
        return no(_("Cette inscription est déjà annulée."))
    if registration.meeting.starts_at <= at:
        return no(_("Le rendez-vous a commencé : l’inscription ne s’annule plus."))
    if by.actor_kind == "resident" or (isinstance(by, User) and registration.contact.user_id == by.pk):
        return yes_as("owner")
    return can_host(by, at)


def can_convene(by: Actor, meeting: Meeting, at: datetime) -> Decision:
    """The team convenes a body to its session, with an agenda, before it begins."""
    team = team_only(by, at)
    if not team:
        return team
    if meeting.body_id is None:
        return no(_("On convoque les membres d’une instance : ce rendez-vous n’est pas une séance."))
    if meeting.state == MeetingState.CANCELLED:
        return no(_("Cette séance est annulée : on n’y convoque plus."))
    if meeting.starts_at <= at:
        return no(_("Cette séance a commencé : on n’y convoque plus."))
    if not meeting.agenda.strip():
        return no(_("Écrivez l’ordre du jour avant de convoquer : il part avec la convocation."))
    return team


def can_write_minutes(by: Actor, meeting: Meeting, at: datetime) -> Decision:
    """Once the meeting has begun, until its minutes are approved."""
    host = can_host(by, at)
    if not host:
        return host
    if meeting.state == MeetingState.CANCELLED:
        return no(_("Ce rendez-vous est annulé : il n’a pas de compte rendu."))
    if meeting.starts_at > at:
        return no(_("Ce rendez-vous n’a pas commencé : son compte rendu s’écrira ensuite."))
    return host


def can_approve_minutes(by: Actor, minutes: Minutes, at: datetime) -> Decision:
    """The team notes the approval."""
    return team_only(by, at)


def can_publish_minutes(by: Actor, minutes: Minutes, at: datetime) -> Decision:
    """The team publishes what is approved."""
    return team_only(by, at)


def can_take_photos(by: Actor, meeting: Meeting, at: datetime) -> Decision:
    """Once the meeting has begun."""
    return can_write_minutes(by, meeting, at)


# The doors


def meeting_for(user: object, cycle: str, slug: str, at: datetime) -> Meeting:
    """A meeting that was announced, in an edition that one may see; hosts see what is prepared."""
    meeting = Meeting.objects.select_related("cycle", "body", "area").filter(cycle__slug=cycle, slug=slug).first()
    if meeting is None or not may_see(user, meeting.cycle, at):
        raise Http404
    if meeting.state == MeetingState.DRAFT and not _is_host(user, at):
        raise Http404
    return meeting


def meetings_at_desk(user: User, at: datetime) -> MeetingQuerySet:
    """Every meeting, for who hosts them; else a 404."""
    if not _is_host(user, at):
        raise Http404
    return Meeting.objects.select_related("cycle", "body", "area")


def meeting_at_desk(user: User, pk: int, at: datetime) -> Meeting:
    """The hosts' door to one meeting."""
    meeting = meetings_at_desk(user, at).filter(pk=pk).first()
    if meeting is None:
        raise Http404
    return meeting


def registration_by_code(code: str) -> Registration:
    """Who holds the code of the registration."""
    found = (
        Registration.objects.select_related("meeting__cycle", "meeting__area", "meeting__body", "contact")
        .filter(code_digest=codes.digest(REGISTRATION_PURPOSE, code))
        .first()
    )
    if found is None:
        raise Http404
    return found


def _is_host(user: object, at: datetime) -> bool:
    return isinstance(user, User) and bool(can_host(user, at))
