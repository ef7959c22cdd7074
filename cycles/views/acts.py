"""How the desks of bodies and meetings answer: a page with one form, or a button."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from bp_platform.accounts.models import User
from bp_platform.core import codes, limits
from bp_platform.core.actors import RESIDENT, Actor
from bp_platform.core.decisions import Refused, demand
from bp_platform.core.http import MemberRequest, Request, see_other
from bp_platform.core.network import network_of
from bp_platform.documents import selectors as documents_selectors
from bp_platform.documents import services as documents
from cycles import policies
from cycles.forms.acts import ActForm, CodeForm
from cycles.models import Cycle


@dataclass(frozen=True, slots=True)
class Act:
    """A page with one form: its words, where it leads back, and what the top bar says."""

    title: str
    label: str
    back: str
    desk: str = ""
    eyebrow: str = ""
    lead: str = ""
    kind: str = ""
    template: str = "cycles/act.html"
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sought:
    """What a code leads to: the name of its page and of its limit, the edition it is of, and the words."""

    limit: str
    owner_of: Callable[[str], Cycle]
    heading: str
    unknown: str


def answer(request: Request, form: ActForm, page: Act, run: Callable[[], object], said: str) -> HttpResponse:
    """Show the form, or do the act and go back; what is refused is said and nothing typed is lost."""
    if request.method == "POST" and form.is_valid() and form.runs(run):
        messages.success(request, said)
        return see_other(page.back)
    context = {"form": form, "page": page, "desk": page.desk, **page.more}
    return render(request, page.template, context, status=422 if form.errors else 200)


def press(request: MemberRequest, run: Callable[[], object], said: str, back: str) -> HttpResponse:
    """A button without a form; coming here otherwise leads back."""
    if request.method == "POST":
        try:
            run()
        except Refused as refusal:
            messages.error(request, str(refusal.decision.reason))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, said)
    return see_other(back)


def ordered(
    request: Request, kind: str, arguments: Mapping[str, Any], back: str, now: datetime, *, with_key: bool = False
) -> HttpResponse:
    """Order a document, then wait for it on its page."""
    by = actor_of(request)
    try:
        if with_key:
            demand(limits.spend("board", network_of(request), limit=60, per=timedelta(hours=1), at=now))
        job = documents.request_job(kind, arguments=arguments, by=by, at=now)
    except Refused as refusal:
        messages.error(request, str(refusal.decision.reason))
        return see_other(back)
    return see_other(documents_selectors.job_url(job, with_key=with_key))


def actor_of(request: Request) -> Actor:
    """Who asks: an account, or a resident without one."""
    return request.user if isinstance(request.user, User) else RESIDENT


def find_by_code(request: Request, cycle: str, sought: Sought) -> HttpResponse:
    """Where one types the code of a receipt; a wrong one says so, and trying them all is slowed down."""
    now = timezone.now()
    edition = policies.cycle_for(request.user, cycle, now)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        tries = limits.spend(sought.limit, network_of(request), limit=20, per=timedelta(minutes=10), at=now)
        code = codes.normalise(form.cleaned_data["code"])
        try:
            demand(tries)
            owner = sought.owner_of(code)
        except Refused as refusal:
            form.add_error("code", str(refusal.decision.reason))
        except Http404:
            form.add_error("code", sought.unknown)
        else:
            return see_other(f"cycles:{sought.limit}", owner.slug, code)
    context = {"cycle": edition, "form": form, "heading": sought.heading}
    return render(request, "cycles/find_code.html", context, status=422 if form.errors else 200)
