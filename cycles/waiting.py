"""What waits on the desks of the frame, in one sentence; « » when nothing does."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.accounts.models import Role, User
from bp_platform.core import calendar
from cycles import policies, selectors
from cycles.models import ApplicationState, Body, BodyOpinion


def editions(user: User, at: datetime) -> str:
    """« 1 édition à publier »: for who may; the auditor reads."""
    number = selectors.to_launch() if policies.may_begin(user, at) else 0
    return ngettext("%(n)d édition à publier", "%(n)d éditions à publier", number) % {"n": number} if number else ""


def bodies(_user: User, at: datetime) -> str:
    """« 12 candidatures à examiner »."""
    found = Body.objects.filter(applications__state=ApplicationState.RECEIVED, applications_until__lte=at).count()
    return (
        ngettext("%(n)d candidature à examiner", "%(n)d candidatures à examiner", found) % {"n": found} if found else ""
    )


def meetings(_user: User, at: datetime) -> str:
    """« 2 comptes rendus à publier »."""
    owed = selectors.minutes_owed(at)
    return (
        ngettext("%(n)d compte rendu à publier", "%(n)d comptes rendus à publier", owed) % {"n": owed} if owed else ""
    )


def checkpoints(_user: User, at: datetime) -> str:
    """« 2 bilans de phase à faire »."""
    owed = len(selectors.owed_checkpoints(at))
    return ngettext("%(n)d bilan de phase à faire", "%(n)d bilans de phase à faire", owed) % {"n": owed} if owed else ""


def opinions(user: User, at: datetime) -> str:
    """« 3 avis attendent leur réponse, 1 en retard », of one's department or of all of them for the team."""
    found = BodyOpinion.objects.waiting()
    if not user.holds(at, Role.PARTICIPATION, Role.ADMINISTRATOR):
        found = found.filter(department__in=[row.department_id for row in user.held_roles(at) if row.role == Role.HEAD])
    day = calendar.local_day(at)
    dates = list(found.values_list("due_on", flat=True))
    return selectors.late_words(len(dates), sum(1 for due in dates if due < day)) if dates else ""


def preparation(user: User, at: datetime) -> str:
    """« 3 points à préparer, 1 en retard »."""
    items = [item for cycle in selectors.editions_of(user) for item in selectors.checklist_of(cycle, user)]
    waiting = [item for item in items if not item.is_done]
    late = sum(1 for item in waiting if item.due_on < calendar.local_day(at))
    said = []
    if waiting:
        said.append(ngettext("%(n)d point à préparer", "%(n)d points à préparer", len(waiting)) % {"n": len(waiting)})
    if late:
        said.append(_("%(n)d en retard") % {"n": late})
    return ", ".join(said)
