"""What waits on this floor's desk, in one sentence; « » when nothing does. The staff's home says it on the card."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.accounts.models import User
from proposals.models import Proposal
from proposals.selectors import LATE_AFTER_DAYS


def moderation(_user: User, at: datetime) -> str:
    """« 8 idées à relire, 2 en retard »."""
    limit = at - timedelta(days=LATE_AFTER_DAYS + 1)
    found = Proposal.objects.awaiting_moderation().aggregate(
        all=Count("pk"), late=Count("pk", filter=Q(submitted_at__lte=limit))
    )
    if not found["all"]:
        return ""
    said = ngettext("%(n)d idée à relire", "%(n)d idées à relire", found["all"]) % {"n": found["all"]}
    return _("%(ideas)s, %(late)d en retard") % {"ideas": said, "late": found["late"]} if found["late"] else said
