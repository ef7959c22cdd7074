"""The voter's session: a signed cookie of the roll entry, ended at confirm. No login, no row, no choice in it.

On a tablet of a polling place it also names the place and the agent who checked the person, and lasts half an hour."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from voting import seal
from voting.models import EntryStatus, Place, Poll, RollEntry

COOKIE = "isoloir"
SALT = "voting.booth"
LIFE = timedelta(hours=24)
TABLET_LIFE = timedelta(minutes=30)
LEFT_NOTHING = '"cache", "storage"'  # for Clear-Site-Data, on a tablet that the next person takes


@dataclass(frozen=True, slots=True)
class Voter:
    """Who is in the booth, for this poll as sealed, the session's nonce, and where they stand if it is a tablet."""

    entry: RollEntry
    nonce: bytes
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Pass:
    """What the cookie says, signed by us and fresh; whether it still holds is `voter`'s to say."""

    entry_id: int
    digest: str
    code_mark: str
    nonce: bytes
    place: Place | None


def enter(response: HttpResponse, entry: RollEntry, poll: Poll, *, path: str, place: Place | None = None) -> None:
    """Open the session: it ends with the browser, at confirm, after a day, or after half an hour on a tablet."""
    value = {"e": entry.pk, "d": poll.digest, "c": _code_mark(entry), "n": secrets.token_bytes(seal.NONCE_LENGTH).hex()}
    if place is not None:
        value |= {"p": place.station, "a": place.agent_id}
    response.set_cookie(
        COOKIE,
        signing.dumps(value, salt=SALT),
        path=path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def leave(response: HttpResponse, *, path: str, is_tablet: bool = False) -> None:
    """End the session; a tablet also forgets what it kept of the pages."""
    response.delete_cookie(COOKIE, path=path, samesite="Lax")
    if is_tablet:
        response["Clear-Site-Data"] = LEFT_NOTHING


def is_tablet(request: HttpRequest) -> bool:
    """Whether this browser's session, even one that has ended by itself, was opened at a polling place."""
    value = _value(request, LIFE)
    return value is not None and "p" in value


def pass_of(request: HttpRequest) -> Pass | None:
    """The cookie, if it is ours and fresh."""
    value = _value(request, LIFE)
    if value is not None and "p" in value:
        value = _value(request, TABLET_LIFE)
    if value is None:
        return None
    place = Place(value["p"], value["a"]) if "p" in value else None
    return Pass(value["e"], value["d"], value["c"], bytes.fromhex(value["n"]), place)


def voter(shown: Pass | None, poll: Poll, entry: RollEntry | None) -> Voter | None:
    """Who the pass names (`entry`, admitted to this poll), if it is of this very sealed poll and their code is the
    same."""
    if shown is None or entry is None or entry.poll_id != poll.pk or entry.status != EntryStatus.ADMITTED:
        return None
    if shown.digest != poll.digest or shown.code_mark != _code_mark(entry):
        return None
    return Voter(entry, shown.nonce, shown.place)


def _value(request: HttpRequest, life: timedelta) -> dict[str, Any] | None:
    try:
        value: dict[str, Any] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=life)
    except signing.BadSignature:
        return None
    return value


def _code_mark(entry: RollEntry) -> str:
    """What tells a revoked code from the present one: some of its keyed hash, empty for who has none."""
    return (entry.code_digest or "")[:16]
