"""Whole pages kept for anonymous visitors, until anything they show changes.

The key holds the address, the language, the town and the cycles' stamp, which acts raise on commit; the entry dies at
the next clock boundary (a phase opening or closing, midnight), so that « plus que 9 jours » is never stale. Nothing
with a token or a name is kept, and nothing of a vote's progress.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import wraps
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from bp_platform.accounts.selectors import public_body
from cycles import selectors

P = ParamSpec("P")


class Kept(NamedTuple):
    """A page as it was answered, and compressed once for all."""

    plain: bytes
    compressed: bytes


RequestT = TypeVar("RequestT", bound=HttpRequest)


def kept_for_visitors(
    view: Callable[Concatenate[RequestT, P], HttpResponse],
) -> Callable[Concatenate[RequestT, P], HttpResponse]:
    """Keep the page's body for visitors without a session."""

    @wraps(view)
    def wrapped(request: RequestT, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not _is_visitor(request):
            return view(request, *args, **kwargs)
        now = timezone.now()
        stamp, boundary = _stamp(now)
        key = _key(request, stamp)
        kept: Kept | None = caches["local"].get(key)
        if kept is not None:
            return _answer(request, kept)
        response = view(request, *args, **kwargs)
        is_plain = (
            response.status_code == 200 and not response.cookies and b"csrfmiddlewaretoken" not in response.content
        )
        if not is_plain:
            return response
        kept = Kept(response.content, gzip.compress(response.content, 6))
        caches["local"].set(key, kept, _seconds_to(boundary, now))
        return _answer(request, kept)

    return wrapped


def _is_visitor(request: HttpRequest) -> bool:
    is_safe = request.method in {"GET", "HEAD"}
    return is_safe and settings.SESSION_COOKIE_NAME not in request.COOKIES and "messages" not in request.COOKIES


CURRENT = "cycles.current_slug"
STAMP = """
SELECT (SELECT coalesce(sum(stamp), 0) || ':' || coalesce(max(id), 0) FROM cycles_cycle),
       (SELECT min(at) FROM (SELECT unnest(ARRAY[opens_at, closes_at]) AS at FROM cycles_phase) AS both_ends
        WHERE at > %s)
"""


def _stamp(at: datetime) -> tuple[str, datetime | None]:
    """What every act on a public cycle changes, and when a phase next opens or closes.

    All that a kept page costs: written out, because building the same query costs three times what asking it does.
    """
    with connection.cursor() as cursor:
        cursor.execute(STAMP, [at])
        stamp, boundary = cursor.fetchone()
    return stamp, boundary


def _key(request: HttpRequest, stamp: str) -> str:
    town = public_body()
    parts = (
        request.get_full_path(),
        get_language() or "",
        stamp,
        request.headers.get("HX-Request", ""),
        town.name,
        town.time_zone,
        town.logo_name,
        slug_of(request),
    )
    return "page:" + hashlib.sha256("\x00".join(parts).encode()).hexdigest()


def _seconds_to(boundary: datetime | None, at: datetime) -> float:
    """Until the boundary, or midnight if it comes first."""
    local = timezone.localtime(at)
    midnight = timezone.make_aware(datetime.combine(local.date() + timedelta(days=1), time.min), local.tzinfo)
    return max(1.0, (min(midnight, boundary or midnight) - at).total_seconds())


def slug_of(request: HttpRequest) -> str:
    """The cycle that a page's links lead to: its own, else the one that visitors come for; empty before any.

    The current one is kept for ten seconds by the process, and by the request.
    """
    match = request.resolver_match
    own = match.kwargs.get("cycle", "") if match and not getattr(request, "_leads_elsewhere", False) else ""
    slug: str | None = own or getattr(request, "_current_slug", None) or caches["local"].get(CURRENT)
    if slug is None:
        cycle = selectors.current_cycle(timezone.now())
        slug = cycle.slug if cycle else ""
        caches["local"].set(CURRENT, slug, 10)
    if not own:
        request._current_slug = slug  # type: ignore[attr-defined] # read once for the key, the menu and the footer
    return slug


def lead_elsewhere(request: HttpRequest) -> None:
    """The page’s own edition has no home yet: its menu and footer lead to the one that visitors come for."""
    request._leads_elsewhere = True  # type: ignore[attr-defined] # read by `slug_of`


def _answer(request: HttpRequest, kept: Kept) -> HttpResponse:
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(kept.compressed if takes_gzip else kept.plain)
    if takes_gzip:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ("Cookie", "Accept-Language", "Accept-Encoding", "HX-Request"))
    return response
