"""A secret code on its way to the receipt: in the browser's own cookie, since the platform keeps only its hash."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

LIFE = timedelta(minutes=15)


def give(response: HttpResponse, name: str, code: str, *, path: str) -> None:
    """Hand the code to the page at `path`; `name` is the cookie's, and signs it."""
    response.set_cookie(
        name,
        signing.dumps(code, salt=name),
        max_age=LIFE,
        path=path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def given(request: HttpRequest, name: str) -> str | None:
    """The code, while it is ours and fresh."""
    try:
        code: str = signing.loads(request.COOKIES.get(name, ""), salt=name, max_age=LIFE)
    except signing.BadSignature:
        return None
    return code
