"""What waits on the desk of the mail, in one sentence; « » when nothing does."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import ngettext

from bp_platform.accounts.models import User
from bp_platform.notifications.models import Channel, OutboxMessage, OutboxState


def mail(_user: User, _at: datetime) -> str:
    """« 4 lettres à imprimer, 2 messages à vérifier »."""
    to_print = Q(channel=Channel.LETTER, state=OutboxState.QUEUED, print_run=None)
    in_doubt = Q(state__in=[OutboxState.FAILED, OutboxState.UNCERTAIN])
    found = OutboxMessage.objects.filter(to_print | in_doubt).aggregate(
        letters=Count("pk", filter=to_print), messages=Count("pk", filter=in_doubt)
    )
    said = (
        (found["letters"], ngettext("%(n)d lettre à imprimer", "%(n)d lettres à imprimer", found["letters"])),
        (found["messages"], ngettext("%(n)d message à vérifier", "%(n)d messages à vérifier", found["messages"])),
    )
    return ", ".join(words % {"n": n} for n, words in said if n)
