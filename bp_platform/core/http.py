"""Typed requests, and the few answers every app gives the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from bp_platform.accounts.models import User


class Request(HttpRequest):
    """What a public view receives: perhaps a user, and htmx's details."""

    htmx: HtmxDetails


class MemberRequest(Request):
    """What a view behind sign-in receives."""

    user: User  # LoginRequiredMiddleware let it through


def see_other(to: object, *args: object, **kwargs: object) -> HttpResponse:
    """After a post: 303, so that a reload never posts again."""
    response = HttpResponseRedirect(resolve_url(to, *args, **kwargs))  # type: ignore[arg-type] # resolve_url's own overloads
    response.status_code = 303
    return response
