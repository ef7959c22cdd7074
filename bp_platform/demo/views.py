"""The demo's letterbox: what would have been mailed, to be read in the browser. Served by the demo alone."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bp_platform.core.http import Request
from bp_platform.demo import letterbox


@login_not_required
@never_cache
@require_safe
def mails(request: Request) -> HttpResponse:
    """The latest mails, the newest first."""
    return render(request, "demo/mails.html", {"mails": letterbox.latest()})


@login_not_required
@never_cache
@require_safe
def mail(request: Request, key: str) -> HttpResponse:
    """One mail, as its plain-text part reads."""
    found = letterbox.find(key)
    if found is None:
        raise Http404
    return render(request, "demo/mail.html", {"mail": found})
