"""What people choose to be told, and how often. No journal line: choices are nobody's business (core/journal.py)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from bp_platform.accounts import selectors as people
from bp_platform.accounts.models import Contact
from bp_platform.core import registries
from bp_platform.core.decisions import Refused, no
from bp_platform.notifications import cadences
from bp_platform.notifications.models import Cadence, Channel, OutboxMessage, OutboxState, Preference


def set_cadence(contact: Contact, event: str, cadence: str, *, at: datetime) -> Preference:
    """Choose how often to be told about one event, or (event empty) about all. What waits follows the choice."""
    kind = registries.events.get(event)
    if event and (kind is None or kind.is_service):
        raise Refused(no(_("Ce message ne peut pas être désactivé.")))
    chosen = Cadence(cadence)
    with transaction.atomic():
        row, _new = Preference.objects.update_or_create(
            contact=contact, event=event, defaults={"cadence": chosen, "chosen_at": at}
        )
        _follow(contact, event, chosen, at)
    return row


def switch_off(contact: Contact, event: str, *, at: datetime) -> None:
    """One click in a mail (RFC 8058): no more of this event, or of anything that may be switched off."""
    kind = registries.events.get(event)
    if not event or kind is None or kind.is_service:
        with transaction.atomic():
            Preference.objects.filter(contact=contact).exclude(event="").delete()
            set_cadence(contact, "", Cadence.NEVER, at=at)
        return
    set_cadence(contact, event, Cadence.NEVER, at=at)


def leave(contact: Contact, value: str) -> None:
    """Follow one thing no more; `value` is that of `selectors.followed_by`. What is not followed stays so."""
    source = registries.subscriptions.get(value.partition(":")[0])
    if source is not None:
        source.leave(contact, value.partition(":")[2])


def _follow(contact: Contact, event: str, chosen: Cadence, at: datetime) -> None:
    """Messages already in the outbox obey the new choice, service messages excepted."""
    service = [kind.key for kind in registries.events if kind.is_service]
    concerned = Q(event=event)
    if not event:
        own = Preference.objects.filter(contact=contact).exclude(event="").values_list("event", flat=True)
        concerned = ~Q(event__in=[*service, *own])
    waiting = OutboxMessage.objects.filter(concerned, contact=contact, state=OutboxState.QUEUED)
    if chosen == Cadence.NEVER:
        waiting.filter(print_run=None).update(state=OutboxState.CANCELLED, lease_until=None)
        return
    zone = people.public_body().zone
    waiting.filter(channel=Channel.EMAIL, attempts=0).update(
        cadence=chosen, next_try_at=cadences.leaves_at(chosen, at, zone)
    )
