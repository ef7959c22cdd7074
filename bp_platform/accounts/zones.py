"""Dates are shown in the public body's time zone: La Réunion is not Paris."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from bp_platform.accounts.selectors import public_body, same_public_body


class TownZoneMiddleware:
    """Activates the town's zone for the request, which reads the town once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with same_public_body():
            try:
                zone: ZoneInfo | None = public_body().zone
            except DatabaseError:  # the health page answers without a database
                zone = None
            with timezone.override(zone):
                return self.get_response(request)
