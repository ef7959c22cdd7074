"""What fails any test: an undefined template variable, an inline handler, a form without its token."""

from __future__ import annotations

import gzip
import logging
import re

import pytest
from django.test import Client

INLINE = re.compile(r"<[^>]+\s(on[a-z]+|style)\s*=\s*[\"']", re.IGNORECASE)
# A block of JSON is data: the browser never runs it, and the CSP lets it be.
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\b(?:src|nonce)=)(?![^>]*type=\"application/json\")[^>]*>", re.IGNORECASE)
LEFT_OVER = re.compile(r"\{\{|\{%")
POST_FORM = re.compile(r"<form[^>]*method=[\"']?post[\"']?[^>]*>.*?</form>", re.IGNORECASE | re.DOTALL)


def faults(html: str) -> list[str]:
    """What a page must never hold, in words."""
    found = [f"inline {match.group(1)}: {match.group(0)[:80]}" for match in INLINE.finditer(html)]
    found += [f"inline script: {match.group(0)}" for match in INLINE_SCRIPT.finditer(html)]
    found += [f"left-over template code: {html[m.start() : m.start() + 40]}" for m in LEFT_OVER.finditer(html)]
    found += [
        f"form without its token: {form[:80]}" for form in POST_FORM.findall(html) if "csrfmiddlewaretoken" not in form
    ]
    return found


class UndefinedVariables(logging.Handler):
    """Django logs each undefined template variable at DEBUG on `django.template`."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        template = str(record.args[1]) if isinstance(record.args, tuple) and len(record.args) > 1 else ""
        if not template.startswith(("account/", "mfa/", "allauth/", "django/forms", "usersessions/", "admin/")):
            self.seen.append(message)


@pytest.fixture(autouse=True)
def _no_undefined_variable(request):
    if request.node.get_closest_marker("browser"):
        yield
        return
    handler = UndefinedVariables()
    logger = logging.getLogger("django.template")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield
    logger.removeHandler(handler)
    logger.setLevel(before)
    assert handler.seen == [], "undefined template variables"


@pytest.fixture(autouse=True)
def _every_page_is_clean(monkeypatch):
    """Each HTML answer that the test client receives is looked at."""
    original = Client.request

    def request(self, **kwargs):
        response = original(self, **kwargs)
        if response.get("Content-Type", "").startswith("text/html") and not response.streaming:
            is_packed = response.get("Content-Encoding") == "gzip"
            html = gzip.decompress(response.content) if is_packed else response.content
            assert faults(html.decode()) == [], kwargs.get("PATH_INFO")
        return response

    monkeypatch.setattr(Client, "request", request)
