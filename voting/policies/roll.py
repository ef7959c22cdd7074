"""Who may change the roll, and what takes two persons."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Role, User
from bp_platform.core import calendar
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Decision, no
from cycles import selectors as cycle_selectors
from voting import selectors
from voting.models import EntryStatus, LetterBatch, Poll, PollKind, PollState, RequestKind, RollEntry, RollRequest
from voting.policies.polls import TEAM, can_change
from voting.roll_reading import words_of


def can_change_roll(by: Actor, poll: Poll, at: datetime) -> Decision:
    """The participation team, until the vote is closed."""
    if poll.state not in {PollState.DRAFT, PollState.SEALED}:
        return no(_("Ce vote est clos : la liste ne change plus."))
    return can_change(by, poll, at)


def can_import_roll(by: Actor, poll: Poll, at: datetime) -> Decision:
    """A file admits everybody in it on one person's word: by the desk, before the vote opens only. After that, two
    persons admit each one (PROTOCOL §6.4.17)."""
    said = can_change_roll(by, poll, at)
    if said and isinstance(by, User) and poll.state == PollState.SEALED and at >= poll.opens_at:
        return no(_("Le vote est ouvert : inscrivez les personnes qui manquent une par une, deux agents les valident."))
    return said


def elected_names(poll: Poll) -> frozenset[frozenset[str]]:
    """Règlement, art. 6: the names of elected members, where they may not vote; known by the roles of accounts."""
    if not cycle_selectors.rules_of(poll.cycle).electorate.is_elected_excluded:
        return frozenset()
    held = Q(role_assignments__role=Role.ELECTED, role_assignments__from_on__lte=calendar.local_day(poll.closes_at)) & (
        Q(role_assignments__until_on=None) | Q(role_assignments__until_on__gte=calendar.local_day(poll.closes_at))
    )
    elected = User.objects.filter(held).distinct().order_by("pk")
    return frozenset(words_of(user.get_full_name()) for user in elected)


def can_make_letters(by: Actor, poll: Poll, at: datetime) -> Decision:
    """A letter gives the dates of the vote: it is made once they are sealed, and before they are past."""
    if poll.state == PollState.DRAFT:
        return no(_("Les lettres donnent les dates du vote : scellez-le d’abord."))
    if at >= poll.closes_at:
        return no(_("Le vote est fini : une lettre ne servirait plus à personne."))
    return can_change_roll(by, poll, at)


def can_ask(by: Actor, entry: RollEntry, kind: str, at: datetime) -> Decision:
    """Whether a member of the team may ask this of an entry; somebody else will decide."""
    if (said := _fit(entry, kind)) is not None:
        return said
    return _team_member(by, entry.poll, at)


def can_decide(by: Actor, request: RollRequest, at: datetime) -> Decision:
    """Two persons: who decides has not asked. Who admits has not entered the person either."""
    if isinstance(by, User) and by.pk == request.asked_by_id:
        return no(_("Une autre personne que celle qui demande doit valider."))
    if isinstance(by, User) and request.kind == RequestKind.ADMIT and by.pk == request.entry.entered_by_id:
        return no(_("Vous avez inscrit cette personne : quelqu’un d’autre doit l’admettre."))
    return _team_member(by, request.entry.poll, at)


def can_grant(by: Actor, request: RollRequest, at: datetime) -> Decision:
    """What is granted must still make sense: the person may have voted since."""
    if (said := _fit(request.entry, request.kind)) is not None:
        return said
    return can_decide(by, request, at)


def can_ask_letters_again(by: Actor, batch: LetterBatch, at: datetime) -> Decision:
    """A batch that never arrived is asked for again by one person, and revoked by another."""
    if (said := can_make_letters(by, batch.poll, at)) and not isinstance(by, User):
        return no(_("Deux personnes le décident, chacune avec son compte."))
    return said


def can_decide_letters(by: Actor, batch: LetterBatch, at: datetime) -> Decision:
    """By somebody else than who asked."""
    if isinstance(by, User) and by.pk == batch.asked_by_id:
        return no(_("Une autre personne que celle qui demande doit valider."))
    return can_ask_letters_again(by, batch, at)


def _fit(entry: RollEntry, kind: str) -> Decision | None:
    """Why this cannot be asked of this entry as it stands; None when it can."""
    if kind == RequestKind.ADMIT:
        if entry.status == EntryStatus.ADMITTED:
            return no(_("Cette personne est déjà admise."))
        return None
    if kind == RequestKind.SET_ASIDE:
        if entry.status == EntryStatus.SET_ASIDE:
            return no(_("Cette inscription est déjà à l’écart."))
        if selectors.has_voted(entry):
            return no(
                _("Cette personne a émargé : on ne la met plus à l’écart. Signalez un incident au bureau du vote.")
            )
        return None
    if selectors.has_voted(entry):
        return no(_("Cette personne a voté : un nouveau code ne servirait à rien."))
    if entry.status != EntryStatus.ADMITTED:
        return no(_("Cette inscription n’est pas admise : faites-la d’abord admettre."))
    if entry.code_digest is None:
        return no(_("Cette personne n’a pas de code : elle aura le sien avec les prochaines lettres."))
    return None


def _team_member(by: Actor, poll: Poll, at: datetime) -> Decision:
    if not isinstance(by, User):
        return no(_("Deux personnes le décident, chacune avec son compte."))
    return can_change_roll(by, poll, at)


def poll_for_roll(user: User, pk: int, at: datetime) -> Poll:
    """The door of the roll's desk: the participation team, for the votes that the site conducts."""
    if not user.holds(at, *TEAM):
        raise Http404
    poll = Poll.objects.select_related("cycle").exclude(kind=PollKind.REPLAY).filter(pk=pk).first()
    if poll is None:
        raise Http404
    return poll


def entry_for(user: User, pk: int, entry: int, at: datetime) -> RollEntry:
    """The door to somebody on a roll."""
    poll = poll_for_roll(user, pk, at)
    found = RollEntry.objects.select_related("mark", "letters", "entered_by").filter(pk=entry, poll=poll).first()
    if found is None:
        raise Http404
    found.poll = poll
    return found


def request_for(user: User, pk: int, request: int, at: datetime) -> RollRequest:
    """The door to what two persons decide."""
    poll = poll_for_roll(user, pk, at)
    found = RollRequest.objects.select_related("entry").filter(pk=request, entry__poll=poll).first()
    if found is None:
        raise Http404
    found.entry.poll = poll
    return found


def letters_for(user: User, pk: int, number: int, at: datetime) -> LetterBatch:
    """The door to a batch of letters."""
    poll = poll_for_roll(user, pk, at)
    found = LetterBatch.objects.filter(poll=poll, number=number).first()
    if found is None:
        raise Http404
    found.poll = poll
    return found
