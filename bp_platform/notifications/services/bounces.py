"""Addresses that no longer work."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from bp_platform.accounts.models import Contact
from bp_platform.notifications.models import Cadence, Channel, OutboxMessage, OutboxState
from bp_platform.notifications.services.outbox import channel_of


def mark_bounced(email: str, at: datetime) -> int:
    """Note that an address bounces: what waits for its people becomes letters. Returns the number of contacts."""
    with transaction.atomic():
        found = (
            Contact.objects.select_for_update().filter(email__iexact=email.strip(), bounced_at=None).exclude(email="")
        )
        contacts = list(found.order_by("pk"))
        for contact in contacts:
            contact.bounced_at = at
            contact.save(update_fields=["bounced_at"])
            redirect(contact, at=at)
    return len(contacts)


def redirect(contact: Contact, *, at: datetime) -> None:
    """Turn the mails that wait for somebody without a working address into letters, or into « nobody reached »."""
    channel = channel_of(contact)
    if channel == Channel.EMAIL:
        return
    waiting = OutboxMessage.objects.select_for_update().filter(
        contact=contact, channel=Channel.EMAIL, state=OutboxState.QUEUED
    )
    with transaction.atomic():
        for message in waiting.order_by("pk"):
            _redirect(message, channel, at)


def _redirect(message: OutboxMessage, channel: Channel, at: datetime) -> None:
    same = {"contact": message.contact_id, "event": message.event, "key": message.key}
    message.lease_until, message.cadence = None, Cadence.AT_ONCE
    if OutboxMessage.objects.filter(channel=channel, **same).exists():
        message.state, message.context = OutboxState.CANCELLED, {}  # they are told, or counted, by the other row
    else:
        message.channel, message.next_try_at, message.error = channel, at, ""
        if channel == Channel.NONE:
            message.state, message.context = OutboxState.UNREACHABLE, {}
    message.save()
