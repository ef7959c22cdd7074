"""Whose browser it is: a signed random cookie, for answers without an account and without a name."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpResponse

from bp_platform.core.http import Request

LIFE = 60 * 60 * 24 * 120


def token_of(request: Request, cookie: str) -> str:
    """The browser's own token; empty when it has none yet."""
    try:
        found: str = signing.loads(request.COOKIES.get(cookie, ""), salt=cookie, max_age=LIFE)
    except signing.BadSignature:
        return ""
    return found


def new_token() -> str:
    return secrets.token_hex(16)


def remember(response: HttpResponse, cookie: str, token: str, *, path: str) -> None:
    """Give the browser its token, for that page alone."""
    response.set_cookie(
        cookie,
        signing.dumps(token, salt=cookie),
        max_age=LIFE,
        path=path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
