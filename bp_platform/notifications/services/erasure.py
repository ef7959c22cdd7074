"""Emptying what the outbox holds about somebody, and deleting what left long ago."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from bp_platform.notifications.models import OutboxMessage, OutboxState, Preference

KEPT = timedelta(days=365)
AT_ONCE = 5000  # rows deleted in one statement: a town of 500,000 sends many


def erase(contact: Any, at: datetime) -> int:
    """Nothing more leaves, no word of a message stays; that something was sent, and when, remains."""
    with transaction.atomic():
        rows = OutboxMessage.objects.filter(contact=contact)
        rows.filter(state__in=[OutboxState.QUEUED, OutboxState.FAILED, OutboxState.UNCERTAIN]).update(
            state=OutboxState.CANCELLED, lease_until=None
        )
        emptied = rows.update(context={}, error="")
        Preference.objects.filter(contact=contact).delete()
    return emptied


def forget(at: datetime) -> int:
    """Delete the messages that left, or that never will, more than a year ago; what a person must look at stays."""
    left = OutboxMessage.objects.filter(
        state__in=[OutboxState.SENT, OutboxState.CANCELLED, OutboxState.UNREACHABLE], created_at__lte=at - KEPT
    ).filter(Q(sent_at=None) | Q(sent_at__lte=at - KEPT))
    gone = 0
    while some := list(left.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        gone += OutboxMessage.objects.filter(pk__in=some).delete()[0]
    return gone
