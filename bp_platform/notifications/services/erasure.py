"""Emptying what the outbox holds about somebody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from bp_platform.notifications.models import OutboxMessage, OutboxState, Preference


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
