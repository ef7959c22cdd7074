"""From rows of the outbox to the words of a mail or of a letter."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, TemplateDoesNotExist, loader
from django.urls import reverse
from django.utils import timezone, translation

from bp_platform.accounts import selectors as people
from bp_platform.accounts.models import PublicBody
from bp_platform.core import registries
from bp_platform.core.registries import EventType
from bp_platform.notifications import policies
from bp_platform.notifications.models import OutboxMessage, OutboxState

WIDTH = 72
SIGNATURE = "\n-- \n"  # what mail programs know as the beginning of a signature
_FRENCH = re.compile(r" (?=[:;!?»])|(?<=«) ")  # a line never begins with « : », even where a writer forgot
_SECRET = re.compile(r"code|secret|status_url")  # the desk reads the message, not what opens the person's page
HIDDEN = "••••"
_SPACES = re.compile(r"[ \t\r\n]+")  # not the no-break spaces of French
DIGEST = EventType("digest", "", "notifications/digest")


def compose(parcel: Sequence[OutboxMessage], town: PublicBody) -> EmailMultiAlternatives:
    """One mail for one row, or for all the rows of somebody's digest; in the recipient's language."""
    first = parcel[0]
    kind = registries.events[first.event] if len(parcel) == 1 else DIGEST
    with spoken(first.language, town):
        values = _values(first, kind, town)
        if kind is DIGEST:
            values["items"] = [_item(message, town) for message in parcel]
        values["subject"] = subject_of(kind, values)
        values["core"] = core_of(kind, values)
        mail = EmailMultiAlternatives(
            subject=values["subject"],
            body=wrapped(_text("notifications/mail_body.txt", values)),
            to=[first.contact.email],
            reply_to=[values["sender"]["email"]] if values["sender"]["email"] else None,
            headers=_headers(first, kind, values),
        )
        own = f"{kind.templates}_body.html"
        html = loader.select_template([own, "notifications/mail_body.html"]).render(values)
    mail.attach_alternative(html, "text/html")
    return mail


def subject_of(kind: EventType, values: Mapping[str, Any]) -> str:
    """The subject, on one line."""
    return _SPACES.sub(" ", _text(f"{kind.templates}_subject.txt", values)).strip()


def core_of(kind: EventType, values: Mapping[str, Any], part: str = "body") -> str:
    """What the event's template says, without the signature that a template may carry: the frame is added here."""
    return _text(f"{kind.templates}_{part}.txt", values).partition(SIGNATURE)[0].strip()


def letter(message: OutboxMessage, town: PublicBody) -> tuple[str, str]:
    """Subject and text of a printed letter: its own template if the event has one, else the mail's text."""
    kind = registries.events[message.event]
    with spoken(message.language, town):
        values = _values(message, kind, town)
        try:
            text = core_of(kind, values, "letter")
        except TemplateDoesNotExist:
            text = core_of(kind, values)
        return subject_of(kind, values), text


def preview(message: OutboxMessage) -> tuple[str, str]:
    """Subject and text for the desk, codes hidden; no text when the message has left, or when its template fails."""
    label = str(registries.events[message.event].label) if message.event in registries.events else message.event
    if not message.context and message.state in {OutboxState.SENT, OutboxState.CANCELLED, OutboxState.UNREACHABLE}:
        return label, ""
    shown = {name: HIDDEN if _SECRET.search(name) else value for name, value in message.context.items()}
    try:
        masked = copy(message)
        masked.context = shown  # what the row holds is left alone
        return letter(masked, people.public_body())
    except Exception:  # the template's fault is what the desk is looking at
        return label, ""


def sender_of(message: OutboxMessage, town: PublicBody) -> dict[str, str]:
    """Who writes and whom to call: what the act gave as `sender`, completed by the public body."""
    whole = {"department": town.name, "person": "", "phone": town.phone, "email": town.email}
    given: Mapping[str, Any] = message.context.get("sender") or {}
    return whole | {name: str(value) for name, value in given.items() if name in whole and value}


def wrapped(text: str, width: int = WIDTH) -> str:
    """Plain text that reads well: lines of 72 characters, addresses never cut, one blank line between paragraphs."""
    lines: list[str] = []
    for line in map(str.rstrip, _FRENCH.sub("\u00a0", text.strip()).splitlines()):
        if not line:
            if lines and lines[-1]:
                lines.append("")
            continue
        if line == SIGNATURE.strip():
            lines.append(SIGNATURE.strip("\n"))  # its space is part of it
            continue
        indent = " " * (len(line) - len(line.lstrip(" •-*")))
        lines += textwrap.wrap(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines) + "\n"


@contextmanager
def spoken(language: str, town: PublicBody) -> Iterator[None]:
    """The recipient's language if the interface has it, else French; the public body's time zone."""
    known = {code for code, _ in settings.LANGUAGES}
    code = language if language in known else settings.LANGUAGE_CODE
    with translation.override(code), timezone.override(town.zone):
        yield


def _values(message: OutboxMessage, kind: EventType, town: PublicBody) -> dict[str, Any]:
    key = policies.preference_key(message.contact)
    centre = settings.BASE_URL + reverse("notifications:preferences", args=[key])
    return {
        **message.context,
        "contact": message.contact,
        "town": town,
        "sender": sender_of(message, town),
        "base_url": settings.BASE_URL,
        "language": translation.get_language(),
        "event_label": kind.label,
        "is_service": kind.is_service,
        "preferences_url": centre,
        "unsubscribe_url": centre if kind is DIGEST else f"{centre}?de={kind.key}",
    }


def _item(message: OutboxMessage, town: PublicBody) -> dict[str, str]:
    """A line of a digest: the subject the mail would have had, and where to read more."""
    kind = registries.events[message.event]
    return {"subject": subject_of(kind, _values(message, kind, town)), "url": str(message.context.get("url", ""))}


def _headers(message: OutboxMessage, kind: EventType, values: Mapping[str, Any]) -> dict[str, str]:
    domain = urlsplit(settings.BASE_URL).hostname or "localhost"
    headers = {
        "Message-ID": f"<{message.created_at:%Y%m%d%H%M%S}.{message.pk}@{domain}>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": str(values["language"]),
    }
    if not kind.is_service:  # RFC 8058: one click, without a page
        headers["List-Unsubscribe"] = f"<{values['unsubscribe_url']}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _text(name: str, values: Mapping[str, Any]) -> str:
    """A plain text template: nothing is escaped, since nothing is HTML."""
    engine_template = loader.get_template(name).template  # type: ignore[attr-defined] # Django's own engine
    text: str = engine_template.render(Context(dict(values), autoescape=False))
    return text
