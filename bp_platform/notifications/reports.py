"""The mail-merge: letters for people who have no e-mail, one page per person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from bp_platform.accounts import selectors as people
from bp_platform.accounts.models import PublicBody
from bp_platform.core.decisions import Decision
from bp_platform.notifications import mail, policies
from bp_platform.notifications.models import OutboxMessage


@dataclass(frozen=True, slots=True)
class Letter:
    """A printed page: the address shows through a window envelope (DL, 45 × 100 mm, on the right)."""

    recipient: tuple[str, ...]
    language: str
    subject: str
    paragraphs: tuple[str, ...]
    department: str
    person: str
    phone: str
    reference: str


def letters(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The letters of one print run, in the order of their arrival."""
    run = OutboxMessage.objects.filter(print_run=UUID(arguments["print_run"])).select_related("contact")
    town = people.public_body()
    return {
        "on": date.fromisoformat(arguments["on"]),
        "letters": [_letter(message, town) for message in run.order_by("pk")],
    }


def may_print(by: Any, arguments: Mapping[str, Any], at: datetime) -> Decision:
    """Those who look after the mail."""
    return policies.can_handle(by, at)


def letters_file(arguments: Mapping[str, Any]) -> str:
    return f"courriers-{arguments['on']}.pdf"


def _letter(message: OutboxMessage, town: PublicBody) -> Letter:
    subject, text = mail.letter(message, town)
    sender = mail.sender_of(message, town)
    contact = message.contact
    address = tuple(line.strip() for line in contact.postal_address.splitlines() if line.strip())
    return Letter(
        recipient=(contact.name, *address) if contact.name else address,
        language=message.language,
        subject=subject,
        paragraphs=tuple(part.strip() for part in text.split("\n\n") if part.strip()),
        department=sender["department"],
        person=sender["person"],
        phone=sender["phone"],
        reference=str(message.pk),
    )


def of_person(contact: Any) -> list[Mapping[str, Any]]:
    """What the outbox holds about somebody, for the export of their data."""
    rows = OutboxMessage.objects.filter(contact=contact).order_by("pk")
    return [
        {
            "event": row.event,
            "channel": row.channel,
            "state": row.state,
            "context": row.context,
            "created_at": row.created_at.isoformat(),
            "sent_at": row.sent_at.isoformat() if row.sent_at else None,
        }
        for row in rows
    ]
