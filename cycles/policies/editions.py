"""Who may do what with a cycle, and the doors to it."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Role, User
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Decision, no, yes_as
from cycles.models import Cycle, CycleState


def can_prepare(by: Actor, cycle: Cycle, at: datetime) -> Decision:
    """The participation team prepares a cycle; imports and the demo act for it."""
    return team_only(by, at)


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
    """Everybody, once it is public and not hidden; the team and the auditor before."""
    if cycle.state != CycleState.PREPARED and not cycle.is_hidden:
        return True
    return isinstance(user, User) and user.holds(at, Role.PARTICIPATION, Role.ADMINISTRATOR, Role.AUDITOR)
