"""A refusal that no view caught becomes a page that says why."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bp_platform.core.decisions import Refused


class RefusalMiddleware:
    """Answers 403 with the policy's own sentence; nothing was written, since acts are atomic."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        return render(request, "403.html", {"exception": exception.decision.reason}, status=403)
