"""Who holds a place, marks at its desk, reports an incident and rules on it."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Role, User
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Decision, no, yes_as
from voting import selectors
from voting.models import (
    EntryStatus,
    Incident,
    IncidentKind,
    Poll,
    PollingStation,
    PollState,
    RollEntry,
    Ruling,
    StationSession,
)
from voting.policies.polls import TEAM, UNDER_WAY, can_change

HOLDERS = (*TEAM, Role.POLLING)
REPORTERS = (*HOLDERS, Role.COUNT)
MAY_COUNT = (IncidentKind.CONTESTED, IncidentKind.WAITING)


def can_edit_stations(by: Actor, poll: Poll, at: datetime) -> Decision:
    """The participation team, before the vote and while it lasts."""
    if poll.state not in {PollState.DRAFT, PollState.SEALED}:
        return no(_("Ce vote est clos : ses lieux ne changent plus."))
    return can_change(by, poll, at)


def can_remove_station(by: Actor, station: PollingStation, at: datetime) -> Decision:
    """A place that was opened is part of the vote's history."""
    if station.sessions.exists() or station.incidents.exists():
        return no(_("Ce lieu a déjà servi : il ne se retire plus. Changez plutôt ses horaires."))
    return can_edit_stations(by, station.poll, at)


def can_hold_place(by: Actor, at: datetime) -> Decision:
    """Who holds a place finds people, marks them, opens tablets."""
    if isinstance(by, User) and by.holds(at, Role.POLLING):
        return yes_as(Role.POLLING)
    if isinstance(by, User) and by.holds(at, *TEAM):
        return yes_as(Role.PARTICIPATION)
    return no(_("Seule une personne qui tient un lieu de vote peut le faire."))


def can_open_place(by: Actor, station: PollingStation, at: datetime) -> Decision:
    """Once the vote is sealed and until it closes, one session at a time; before the first vote if they like."""
    if station.poll.state != PollState.SEALED or at >= station.poll.closes_at:
        return no(_("Ce vote n’est pas en cours : le lieu ne s’ouvre pas."))
    if station.sessions.filter(closed_at=None).exists():
        return no(_("Ce lieu est déjà ouvert."))
    return can_hold_place(by, at)


def can_close_place(by: Actor, session: StationSession | None, at: datetime) -> Decision:
    """Whatever the hour: a place is closed before its ballots are unfolded."""
    if session is None or session.closed_at is not None:
        return no(_("Ce lieu est déjà fermé."))
    return can_hold_place(by, at)


def can_mark(by: Actor, entry: RollEntry, at: datetime) -> Decision:
    """One vote for each person admitted, by whatever means."""
    if entry.status == EntryStatus.PENDING:
        return no(_("Cette inscription est à vérifier : envoyez la personne à l’équipe participation."))
    if entry.status == EntryStatus.SET_ASIDE:
        return no(_("Cette inscription est mise à l’écart : envoyez la personne à l’équipe participation."))
    if selectors.has_voted(entry):
        return no(_("Cette personne a déjà voté : aucun bulletin ne lui est remis."))
    return can_hold_place(by, at)


def can_report(by: Actor, poll: Poll, at: datetime) -> Decision:
    """Who holds a place, the team, the count officers; from the sealing to the proclamation."""
    if poll.state not in UNDER_WAY:
        return no(_("Ce vote n’est pas en cours : son registre ne reçoit plus d’incident."))
    for role in REPORTERS:
        if isinstance(by, User) and by.holds(at, role):
            return yes_as(role)
    return no(_("Seules les personnes qui tiennent le vote écrivent dans ce registre."))


def can_rule(by: Actor, incident: Incident, at: datetime, *, ruling: str = "") -> Decision:
    """The count officers rule, once. A ballot is counted only if it is one, before the count, and by somebody else than
    who wrote it in the register (PROTOCOL §6.4.17)."""
    if incident.ruling:
        return no(_("Cet incident est déjà tranché : sa décision ne change plus."))
    if ruling == Ruling.COUNTED and incident.kind not in MAY_COUNT:
        return no(_("Seul un bulletin contesté ou en attente peut être compté : notez cet incident sans suite."))
    if ruling == Ruling.COUNTED and incident.poll.state not in {PollState.SEALED, PollState.CLOSED}:
        return no(_("Le vote est dépouillé : ce bulletin ne peut plus rejoindre les autres."))
    if ruling == Ruling.COUNTED and isinstance(by, User) and by.pk == incident.reported_by_id:
        return no(_("Vous avez écrit cet incident : une autre personne décide que ce bulletin est compté."))
    if isinstance(by, User) and by.holds(at, Role.COUNT):
        return yes_as(Role.COUNT)
    return no(_("Seule une personne chargée du dépouillement tranche un incident."))


def demand_places(user: User, at: datetime) -> None:
    """Who holds no place does not see their desk."""
    if not user.holds(at, *HOLDERS):
        raise Http404


def station_at_desk(user: User, pk: int, at: datetime) -> PollingStation:
    """The door of a place: those of a sealed vote, for who holds one."""
    demand_places(user, at)
    station = PollingStation.objects.of_sealed_polls().filter(pk=pk).first()
    if station is None:
        raise Http404
    return station


def entry_at_desk(station: PollingStation, pk: str) -> RollEntry:
    """A person of this place's roll."""
    found = RollEntry.objects.filter(poll=station.poll).select_related("mark")
    entry = found.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 16 else None
    if entry is None:
        raise Http404
    return entry


def station_of(poll: Poll, pk: int) -> PollingStation:
    """A place of a vote that one has fetched."""
    station = PollingStation.objects.filter(poll=poll, pk=pk).select_related("poll__cycle").first()
    if station is None:
        raise Http404
    return station


def register_at_desk(user: User, pk: int, at: datetime) -> Poll:
    """The door of a vote's register of incidents."""
    if not user.holds(at, *REPORTERS):
        raise Http404
    poll = Poll.objects.select_related("cycle").exclude(state=PollState.DRAFT).filter(pk=pk).first()
    if poll is None:
        raise Http404
    return poll


def incident_of(poll: Poll, pk: int) -> Incident:
    """An incident of a register that one has fetched."""
    incident = poll.incidents.select_related("poll", "entry", "station", "reported_by", "ruled_by").filter(pk=pk)
    if (found := incident.first()) is None:
        raise Http404
    return found
