"""Dates are shown in the public body's time zone: La Réunion is not Paris."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from bp_platform.accounts.selectors import public_body


class TownZoneMiddleware:
    """Activates the town's zone for the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(public_body().zone):
            return self.get_response(request)
