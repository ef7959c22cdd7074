"""The voter's session: a signed cookie of the roll entry, ended at confirm. No login, no row, no choice in it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from voting import seal
from voting.models import EntryStatus, Poll, RollEntry

COOKIE = "isoloir"
SALT = "voting.booth"
LIFE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Voter:
    """Who is in the booth, for this poll as sealed, and the session's nonce."""

    entry: RollEntry
    nonce: bytes


def enter(response: HttpResponse, entry: RollEntry, poll: Poll, *, path: str) -> None:
    """Open the session: it ends with the browser, at confirm, or after a day."""
    value = {"e": entry.pk, "d": poll.digest, "n": secrets.token_bytes(seal.NONCE_LENGTH).hex()}
    response.set_cookie(
        COOKIE,
        signing.dumps(value, salt=SALT),
        path=path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def leave(response: HttpResponse, *, path: str) -> None:
    """End the session."""
    response.delete_cookie(COOKIE, path=path, samesite="Lax")


def voter(request: HttpRequest, poll: Poll) -> Voter | None:
    """Who the cookie names, if it is ours, fresh, and of this very sealed poll."""
    try:
        value = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LIFE)
    except signing.BadSignature:
        return None
    if value["d"] != poll.digest:
        return None
    entry = RollEntry.objects.filter(pk=value["e"], poll=poll, status=EntryStatus.ADMITTED).first()
    return Voter(entry, bytes.fromhex(value["n"])) if entry else None
