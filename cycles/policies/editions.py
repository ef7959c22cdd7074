"""Who may do what with a cycle, and the doors to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from django.http import Http404
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Role, User
from bp_platform.core import registries
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import YES, Decision, no, yes_as
from cycles import selectors, split
from cycles.models import (
    Area,
    AreaImport,
    CalendarChange,
    CalendarDay,
    ChecklistItem,
    Correspondent,
    Cycle,
    CycleKind,
    CycleState,
    Election,
    Envelope,
    Phase,
    PhaseKind,
)
from cycles.reserve import Reserve

AGENTS = (
    Role.PARTICIPATION,
    Role.MODERATOR,
    Role.AGENT,
    Role.HEAD,
    Role.FINANCE,
    Role.POLLING,
    Role.COUNT,
    Role.ADMINISTRATOR,
)
"""Who an edition of the agents is for: whoever holds one of these roles works for the public body."""
PREPARERS = (Role.AGENT, Role.HEAD, Role.FINANCE)
READERS = (Role.PARTICIPATION, Role.ADMINISTRATOR, Role.AUDITOR, Role.FINANCE, Role.ELECTED)


def can_prepare(by: Actor, cycle: Cycle, at: datetime) -> Decision:
    """The participation team prepares a cycle; imports and the demo act for it."""
    return team_only(by, at)


def can_name_call(by: Actor, phase: Phase, at: datetime) -> Decision:
    """The team says what the call is until it opens."""
    if phase.kind != PhaseKind.CALL:
        return no(_("Cette phase n’est pas un appel."))
    if phase.opens_at <= at:
        return no(_("L’appel est ouvert : sa nature ne change plus, des personnes y répondent déjà."))
    return can_prepare(by, phase.cycle, at)


def team_only(by: Actor, at: datetime) -> Decision:
    """The participation team, or an import run by who operates the machine."""
    if by.actor_kind == "import":
        return yes_as("import")
    if isinstance(by, User) and by.holds(at, Role.PARTICIPATION, Role.ADMINISTRATOR):
        return yes_as(Role.PARTICIPATION)
    return no(_("Seule l’équipe participation peut le faire."))


def cycle_for(user: object, slug: str, at: datetime) -> Cycle:
    """The cycle at that address, or a 404: what one may not see does not exist."""
    cycle = Cycle.objects.filter(slug=slug).first()
    if cycle is None or not may_see(user, cycle, at):
        raise Http404
    return cycle


def may_see(user: object, cycle: Cycle, at: datetime) -> bool:
    """Everybody, once it is public and not hidden; the team and the auditor before; the agents, for theirs."""
    if cycle.state != CycleState.PREPARED and not cycle.is_hidden:
        return True
    if cycle.state != CycleState.PREPARED and cycle.kind == CycleKind.INTERNAL and is_agent(user, at):
        return True
    return isinstance(user, User) and user.holds(at, Role.PARTICIPATION, Role.ADMINISTRATOR, Role.AUDITOR)


def is_agent(user: object, at: datetime) -> bool:
    """Whether this is somebody who works for the public body on that day."""
    return isinstance(user, User) and user.holds(at, *AGENTS)


def cycle_to_prepare(user: object, slug: str, at: datetime) -> Cycle:
    """The door to the set-up desk: the team and the auditor (who reads); a 404 for anybody else."""
    cycle = Cycle.objects.select_related("prior").filter(slug=slug).first()
    if cycle is None or not may_read_desk(user, at):
        raise Http404
    return cycle


def cycle_to_change(user: object, slug: str, at: datetime) -> Cycle:
    """The pages of that desk that are an act and nothing else: for who may do it; a 404 for who reads."""
    cycle = cycle_to_prepare(user, slug, at)
    if not (isinstance(user, User) and can_prepare(user, cycle, at)):
        raise Http404
    return cycle


def may_begin(user: object, at: datetime) -> bool:
    """Who may begin an edition: the team."""
    return isinstance(user, User) and bool(team_only(user, at))


def may_read_desk(user: object, at: datetime) -> bool:
    """Who may open the editions’ desk; its acts ask `can_prepare`."""
    return isinstance(user, User) and user.holds(at, Role.PARTICIPATION, Role.ADMINISTRATOR, Role.AUDITOR)


def frame_for(user: object, slug: str, at: datetime) -> Cycle:
    """The cycle whose places, money and calendar one reads at the desk; a 404 for those who prepare nothing."""
    cycle = Cycle.objects.filter(slug=slug).first()
    if cycle is None or not (isinstance(user, User) and user.holds(at, *READERS)):
        raise Http404
    return cycle


def preparation_for(user: object, slug: str, at: datetime) -> Cycle:
    """The same, for whoever may change it."""
    cycle = frame_for(user, slug, at)
    if not (isinstance(user, User) and can_prepare(user, cycle, at)):
        raise Http404
    return cycle


def area_for(user: object, slug: str, code: str, at: datetime) -> Area:
    """A place to change."""
    found = Area.objects.filter(cycle=preparation_for(user, slug, at), code=code).select_related("cycle").first()
    return _found(found)


def area_import_for(user: object, slug: str, at: datetime) -> AreaImport:
    """The last file of places that was given."""
    found = AreaImport.objects.filter(cycle=preparation_for(user, slug, at)).select_related("cycle").first()
    return _found(found)


def envelope_for(user: object, slug: str, pk: int, at: datetime) -> Envelope:
    """An envelope to change."""
    return _found(Envelope.objects.filter(cycle=preparation_for(user, slug, at), pk=pk).select_related("cycle").first())


def phase_for(user: object, slug: str, pk: int, at: datetime) -> Phase:
    """A phase to move."""
    return _found(Phase.objects.filter(cycle=preparation_for(user, slug, at), pk=pk).select_related("cycle").first())


def day_for(user: object, slug: str, pk: int, at: datetime) -> CalendarDay:
    """A day of the calendar to remove."""
    days = CalendarDay.objects.filter(cycle=preparation_for(user, slug, at), pk=pk)
    return _found(days.select_related("cycle").first())


def change_for(user: object, slug: str, pk: int, at: datetime) -> CalendarChange:
    """A change of the calendar to undo."""
    return _found(CalendarChange.objects.filter(cycle=preparation_for(user, slug, at), pk=pk).first())


def election_for(user: object, pk: int, at: datetime) -> Election:
    """An election that the team wrote."""
    if not (isinstance(user, User) and team_only(user, at)):
        raise Http404
    return _found(Election.objects.filter(pk=pk).first())


def item_for(user: object, slug: str, code: str, at: datetime) -> ChecklistItem:
    """A thing to prepare, for whoever may say that it is ready."""
    rows = ChecklistItem.objects.filter(cycle__slug=slug, code=code)
    item = rows.select_related("cycle", "department").first()
    if item is None or not isinstance(user, User) or not can_tick(user, item, at):
        raise Http404
    return item


def checklist_for(user: object, slug: str, at: datetime) -> Cycle:
    """The edition whose preparation somebody has a part in: the team, correspondents, and who has an item."""
    cycle = Cycle.objects.filter(slug=slug).first()
    if cycle is None or not isinstance(user, User):
        raise Http404
    if user.holds(at, *READERS) or selectors.has_part(user, cycle):
        return cycle
    raise Http404


def preparer_for(user: object, at: datetime) -> User:
    """Whoever may be entrusted with the preparation of an edition, or already is; a 404 for others."""
    if isinstance(user, User) and (user.holds(at, *PREPARERS) or selectors.editions_of(user)):
        return user
    raise Http404


def is_entrusted(user: User, item: ChecklistItem, correspondent: int | None) -> bool:
    """Whether they prepare this item; `correspondent` is who answers for its department, if it has one."""
    return item.person_id == user.pk or (item.department_id is not None and correspondent == user.pk)


def can_tick(by: Actor, item: ChecklistItem, at: datetime) -> Decision:
    """The person who prepares it, the correspondent of its department, or the team."""
    if isinstance(by, User):
        if item.person_id == by.pk:
            return yes_as("preparer")
        named = Correspondent.objects.filter(cycle=item.cycle_id, department=item.department_id).first()
        if is_entrusted(by, item, named.person_id if named else None):
            return yes_as("correspondent")
    team = team_only(by, at)
    return team or no(
        _("Seules la personne chargée de ce point et l’équipe participation peuvent dire qu’il est prêt.")
    )


def can_remove_area(area: Area, at: datetime) -> Decision:
    """A place goes when it holds no other, has no envelope, and the floors above have nothing in it."""
    why = [_("il contient %(names)s") % {"names": name} for name in selectors.child_names(area)]
    why += [_("l’enveloppe « %(name)s » lui est réservée") % {"name": name} for name in selectors.envelope_names(area)]
    if why:
        words = {"name": area.name, "why": ", ".join(why)}
        return no(_("« %(name)s » ne peut pas être retiré : %(why)s.") % words)
    return registries.objection("remove_area", area, at)


def can_change_amount(envelope: Envelope, at: datetime) -> Decision:
    """An amount moves while no sealed vote and no delivery rests on it: the floors above say so."""
    return registries.objection("change_envelope", envelope, at)


def can_split(by: Actor, cycle: Cycle, at: datetime) -> Decision:
    """The team splits the money, while no sealed vote and no delivery rests on it."""
    team = can_prepare(by, cycle, at)
    return (registries.objection("split_envelopes", cycle, at) and team) if team else team


def can_undo(change: CalendarChange, now: Sequence[dict[str, Any]]) -> Decision:
    """Only the last change, and only if nothing has moved since."""
    if change.after != list(now):
        return no(_("Le calendrier a changé depuis : annulez d’abord le changement le plus récent."))
    return YES


def can_split_so(cycle: Cycle, formula: str, bonus_percent: int) -> Decision:
    """Règlement, art. 9: an adopted règlement says how the money is shared; before that, one tries."""
    if selectors.adopted_version(cycle) is None:
        return YES
    written = selectors.rules_of(cycle).places
    if written.split == "unstated" or (
        split.FORMULAS.get(written.split) == formula and written.priority_bonus_percent == bonus_percent
    ):
        return YES
    return no(
        _("le règlement adopté dit : « %(article)s » (article 9). Choisissez cette façon, ou changez l’article.")
        % {"article": selectors.split_words(cycle)}
    )


def reserve_at(day: date) -> Reserve | None:
    """The reserve before an election that holds on that day, for any floor to ask; None outside."""
    return selectors.reserve_at(day)


Found = TypeVar("Found")


def _found(row: Found | None) -> Found:
    if row is None:
        raise Http404
    return row
