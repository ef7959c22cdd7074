"""Pages leave with their content policy, compressed; a refusal that no view caught becomes a page that says why."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render

from bp_platform.core.decisions import Refused


class ContentPolicyMiddleware(CSPMiddleware):
    """The content policy, written once: the same on every page, unless a view asked for another or for a nonce."""

    _written = ""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_plain = not any(name.startswith("_csp") for name in (*request.__dict__, *response.__dict__))
        if not is_plain or HEADER in response:
            return super().process_response(request, response)
        if not self._written:
            answer = super().process_response(request, response)
            self._written = answer.get(HEADER, "")
            return answer
        response[HEADER] = self._written
        return response


class CompressMiddleware(GZipMiddleware):
    """Compresses pages, but nothing of the vote: the length of a review must not tell what is in it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if "/vote/" in request.path:
            return response
        return super().process_response(request, response)


class RefusalMiddleware:
    """Answers 403 with the policy's own sentence; nothing was written, since acts are atomic."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:  # no row has such a name, and the database refuses the question
            raise Http404
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        return render(request, "403.html", {"exception": exception.decision.reason}, status=403)
