"""Who may destroy the box and the roll of a vote, and when (PROTOCOL §6.5.23)."""

from __future__ import annotations

from datetime import date, datetime

from django.http import Http404
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Role, User
from bp_platform.core import calendar
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Decision, no, yes_as
from cycles.rules import ROLL_MONTHS
from voting.models import Destruction, Poll, PollKind, PollState
from voting.policies.polls import poll_at_desk

OVER = (PollState.PROCLAIMED, PollState.ANNULLED)


def can_state_destruction(by: Actor, poll: Poll, at: datetime) -> Decision:
    """A count officer, once the vote is over and while its papers are there."""
    if poll.kind == PollKind.REPLAY or poll.state not in OVER or is_destroyed(poll):
        return no(_("L’urne et la liste d’un vote se détruisent une fois, après sa proclamation ou son annulation."))
    if isinstance(by, User) and by.holds(at, Role.COUNT):
        return yes_as(Role.COUNT)
    return no(_("Seule une personne chargée du dépouillement peut le faire."))


def can_destroy(by: Actor, poll: Poll, at: datetime) -> Decision:
    """Another count officer than the one who stated, six months after the publication, all papers dated before."""
    allowed = can_state_destruction(by, poll, at)
    if not allowed:
        return allowed
    stated = Destruction.objects.filter(poll=poll).first()
    if stated is None:
        return no(_("Remplissez d’abord le constat : la délibération, le certificat, le visa et les témoins."))
    if isinstance(by, User) and stated.stated_by_id == by.pk:
        return no(_("Une autre personne que celle qui a rempli le constat doit détruire."))
    today, earliest = calendar.local_day(at), earliest_of(stated)
    if poll.kind == PollKind.BINDING and today < earliest:
        return no(
            _("Six mois après la publication : ce vote se détruit à partir du %(day)s.")
            % {"day": calendar.day_words(earliest)}
        )
    if stated.backups_end_on > today:
        return no(
            _("Une sauvegarde le garde encore : il se détruit à partir du %(day)s.")
            % {"day": calendar.day_words(stated.backups_end_on)}
        )
    return allowed


def earliest_of(stated: Destruction) -> date:
    """Six calendar months after the publication."""
    return calendar.months_after(stated.published_on, ROLL_MONTHS)


def is_destroyed(poll: Poll) -> bool:
    """Whether the box and the roll are gone."""
    return Destruction.objects.filter(poll=poll, destroyed_at__isnull=False).exists()


def poll_to_destroy(user: User, pk: int, at: datetime) -> Poll:
    """The door of the page of destruction: count officers', for a vote that is over."""
    poll = poll_at_desk(user, pk, at)
    is_over = poll.state in (*OVER, PollState.ARCHIVED) and poll.kind != PollKind.REPLAY
    if not is_over or not user.holds(at, Role.COUNT):
        raise Http404
    return poll
