"""The mails that the demo writes to files instead of sending them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

BETWEEN = re.compile(rb"\n-{79}\n")
MOST = 200


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as its reader sees it; `key` names it in an address."""

    key: str
    to: str
    subject: str
    sent_at: datetime
    text: str


def latest() -> list[Mail]:
    """At most two hundred, the newest first."""
    found = [mail for file in _files() for mail in _read(file)]
    return sorted(found, key=lambda mail: (mail.sent_at, mail.key), reverse=True)[:MOST]


def find(key: str) -> Mail | None:
    return next(
        (mail for file in _files() if key.startswith(file.stem) for mail in _read(file) if mail.key == key), None
    )


def _files() -> list[Path]:
    return sorted(Path(getattr(settings, "EMAIL_FILE_PATH", "")).glob("*.log"))


def _read(file: Path) -> list[Mail]:
    parts = [part for part in BETWEEN.split(file.read_bytes() + b"\n") if part.strip()]
    return [_mail(f"{file.stem}-{place}", part) for place, part in enumerate(parts)]


def _sent_at(date: str) -> datetime:
    """A date « -0000 » says UTC without a place: it is read as UTC."""
    found = parsedate_to_datetime(date)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _mail(key: str, data: bytes) -> Mail:
    message = message_from_bytes(data.lstrip(), policy=policy.default)
    body = message.get_body(("plain",))
    return Mail(
        key,
        str(message["To"]),
        str(message["Subject"]),
        _sent_at(str(message["Date"])),
        body.get_content() if body else "",
    )
