"""What waits on the desk of preparation, in a few words; « » when nothing does."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.accounts.models import User
from bp_platform.core import calendar
from cycles import selectors


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
