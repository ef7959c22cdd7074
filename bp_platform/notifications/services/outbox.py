"""Writing to the outbox, in the transaction of the act that people are told about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import override

from bp_platform.accounts import selectors as people
from bp_platform.accounts.models import Contact
from bp_platform.core import calendar, registries, wakeups
from bp_platform.core.registries import EventType
from bp_platform.notifications import cadences
from bp_platform.notifications.models import Cadence, Channel, OutboxMessage, OutboxState, Preference

WAKE = "notifications.deliver"
BATCH = 1000


def queue(
    event: str, contacts: Iterable[Contact], *, key: str, context: Mapping[str, Any], at: datetime, about: str = ""
) -> int:
    """Tell people about an event: one row each, in the caller's transaction; they leave after its commit.

    `event` is a registered EventType; `key` names the occurrence (« BP26-0143:published »): the same person is told
    once per event, key and channel, however often this is called. `context` holds plain JSON values for the
    templates, or words made by `later`, said in each language; it is emptied once the message has left; `url` in
    it is where to read more (digests show it).
    By e-mail if the contact has a working address, else by letter, else the row only says that nobody could be
    reached. Choices of the preference centre are honoured, service messages excepted.
    `about` is the beginning that the keys of one subject share (« BP26-0143: »): whoever was already written to at
    once that day about it, by this event, finds the rest in the next morning's digest instead of a second mail.
    `contacts` may be a generator: never more than a batch is in memory. Returns the number of new messages that
    can leave (e-mails and letters).
    """
    kind = registries.events[event]
    written = 0
    with transaction.atomic():
        for batch in _batches(contacts):
            written += _write(kind, batch, key=key, context=dict(context), at=at, about=about)
        if written:
            wakeups.wake(WAKE)
    return written


def _batches(contacts: Iterable[Contact]) -> Iterator[list[Contact]]:
    remaining = iter(contacts)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def _in_language(context: Mapping[str, Any], language: str, said: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The context with its words said in that language, if the interface has it, else in the first; once for each."""
    if language not in said:
        with override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
            said[language] = _say(context)
    return said[language]


def _say(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _say(inside) for key, inside in value.items()}
    if isinstance(value, list | tuple):
        return [_say(inside) for inside in value]
    return str(value) if isinstance(value, Promise) else value


def take_back(event: str, *, key_prefix: str) -> int:
    """What was said by mistake and has not left yet is cancelled; in the caller's transaction. Returns how many."""
    waiting = OutboxMessage.objects.filter(event=event, key__startswith=key_prefix, state=OutboxState.QUEUED)
    return waiting.filter(print_run=None, lease_until=None).update(state=OutboxState.CANCELLED)


def _write(
    kind: EventType, contacts: Sequence[Contact], *, key: str, context: dict[str, Any], at: datetime, about: str
) -> int:
    chosen = _choices(kind, contacts)
    heard = _heard_today(kind, contacts, about, at) if about else frozenset()
    told = set(
        OutboxMessage.objects.filter(event=kind.key, key=key, contact__in=contacts).values_list("contact_id", "channel")
    )
    rows: dict[tuple[int, str], OutboxMessage] = {}
    zone = people.public_body().zone
    said: dict[str, dict[str, Any]] = {}
    for contact in contacts:
        cadence = chosen.get(contact.pk, Cadence.AT_ONCE)
        channel = channel_of(contact)
        if contact.erased_at is not None or cadence == Cadence.NEVER or (contact.pk, channel) in told:
            continue
        if channel != Channel.EMAIL:
            cadence = Cadence.AT_ONCE
        elif cadence == Cadence.AT_ONCE and contact.pk in heard:
            cadence = Cadence.DAILY
        rows[contact.pk, channel] = OutboxMessage(
            contact=contact,
            event=kind.key,
            key=key,
            channel=channel,
            cadence=cadence,
            context={}
            if channel == Channel.NONE
            else _in_language(context, contact.language, said),  # a code that nobody will read is not kept
            language=contact.language,
            state=OutboxState.UNREACHABLE if channel == Channel.NONE else OutboxState.QUEUED,
            next_try_at=cadences.leaves_at(cadence, at, zone),
            created_at=at,
        )
    OutboxMessage.objects.bulk_create(rows.values(), ignore_conflicts=True)
    return sum(channel != Channel.NONE for _, channel in rows)


def _heard_today(kind: EventType, contacts: Sequence[Contact], about: str, at: datetime) -> frozenset[int]:
    """Those to whom a mail left, or leaves, at once since midnight about the same subject."""
    zone = people.public_body().zone
    midnight = calendar.at_midnight(calendar.local_day(at, zone), zone)
    rows = OutboxMessage.objects.filter(contact__in=contacts, event=kind.key, key__startswith=about)
    told = rows.filter(channel=Channel.EMAIL, cadence=Cadence.AT_ONCE, created_at__gte=midnight, created_at__lte=at)
    return frozenset(told.exclude(state=OutboxState.CANCELLED).values_list("contact_id", flat=True))


def channel_of(contact: Contact) -> Channel:
    """E-mail if it works, else post, else nothing."""
    if contact.is_reachable_by_email:
        return Channel.EMAIL
    return Channel.LETTER if contact.is_reachable_by_post else Channel.NONE


def _choices(kind: EventType, contacts: Sequence[Contact]) -> dict[int, Cadence]:
    """What those people chose for this event; their choice for all events where they said nothing of this one."""
    if kind.is_service:
        return {}
    rows = Preference.objects.filter(contact__in=contacts, event__in=["", kind.key]).order_by("event", "pk")
    return {row.contact_id: Cadence(row.cadence) for row in rows}  # « » sorts first: the precise choice wins
