"""Dots on the issues: anybody’s page, and the team’s window, counts and call."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bp_platform.accounts.selectors import public_body
from bp_platform.core import calendar, limits
from bp_platform.core.decisions import demand
from bp_platform.core.http import MemberRequest, Request, see_other
from bp_platform.core.network import network_of
from cycles import policies, selectors, services
from cycles.forms import diagnosis as forms
from cycles.models import Diagnosis, DotCount
from cycles.views import acts, browsers
from cycles.views.diagnosis import desk_page, desk_url, edition_at_desk

COOKIE = "gommettes"


@login_not_required
@never_cache
def priorities(request: Request, cycle: str) -> HttpResponse:
    """A few dots between the issues, without an account; they may be moved until the closing."""
    now = timezone.now()
    edition = policies.cycle_for(request.user, cycle, now)
    diagnosis = Diagnosis.objects.select_related("cycle").filter(cycle=edition).first()
    if diagnosis is None or diagnosis.dots_open_at is None or diagnosis.dots_close_at is None:
        raise Http404
    may = policies.can_give_dots(diagnosis, now)
    token = browsers.token_of(request, COOKIE)
    given = _given(diagnosis, token)
    posted = request.POST if request.method == "POST" else None
    issues = selectors.issues_to_weigh(edition, calendar.local_day(now))
    form = forms.GiveDotsForm(posted, issues=issues, each=diagnosis.dots_each, initial=given)
    if request.method == "POST" and form.is_valid() and not form.cleaned_data["site"]:
        browser = token or browsers.new_token()
        tries = limits.spend("dots", network_of(request), limit=120, per=timedelta(hours=1), at=now)

        def run() -> None:
            demand(tries)
            services.give_dots(
                diagnosis, at=now, browser=browser, dots=form.dots, association=form.cleaned_data["association"]
            )

        if form.runs(run):
            messages.success(request, _("Merci, c’est compté. Vous pouvez changer d’avis jusqu’à la clôture."))
            response = see_other("cycles:priorities", cycle)
            browsers.remember(response, COOKIE, browser, path=reverse("cycles:priorities", args=[cycle]))
            return response
    context = {
        "cycle": edition,
        "diagnosis": diagnosis,
        "may": may,
        "form": form,
        "is_again": bool(given),
        "left": calendar.days_left_words(diagnosis.dots_close_at, now) if may else "",
    }
    return render(request, "cycles/priorities.html", context, status=422 if form.errors else 200)


@login_not_required
@require_POST
def order_sheet(request: Request, cycle: str) -> HttpResponse:
    """Order the sheet to give dots on paper; the team may before the opening, to print it in time."""
    now = timezone.now()
    edition = policies.cycle_for(request.user, cycle, now)
    if not Diagnosis.objects.filter(cycle=edition, dots_open_at__isnull=False).exists():
        raise Http404
    is_team = bool(policies.team_only(acts.actor_of(request), now))
    back = desk_url(edition) if is_team else reverse("cycles:priorities", args=[edition.slug])
    return acts.ordered(request, "dots_sheet", {"cycle": edition.slug}, back, now, with_key=True)


def _given(diagnosis: Diagnosis, token: str) -> dict[str, Any]:
    """What this browser gave before, to be changed."""
    known = selectors.dots_of(diagnosis, token) if token else None
    if known is None:
        return {}
    return {
        "association": known.association,
        **{f"dots-{dots.issue_id}": str(dots.number) for dots in known.dots.all()},
    }


def window(request: MemberRequest, cycle: str) -> HttpResponse:
    """When people give their dots."""
    now = timezone.now()
    edition = edition_at_desk(request, cycle)
    form = forms.WindowForm(request.POST or None, initial=_window(Diagnosis.objects.filter(cycle=edition).first(), now))

    def run() -> None:
        data, zone = form.cleaned_data, public_body().zone
        services.open_dots(
            edition,
            by=request.user,
            at=now,
            opens_at=calendar.at_midnight(data["opens_on"], zone),
            closes_at=calendar.at_midnight(data["closes_on"] + timedelta(days=1), zone),
            dots_each=data["dots_each"],
        )

    lead = _("Chacun donne ses gommettes en ligne, sans compte. La liste des enjeux ne change plus ensuite.")
    page = desk_page(_("Ouvrir les gommettes à tout le monde"), _("Enregistrer ces dates"), edition, lead)
    return acts.answer(request, form, page, run, _("Les gommettes se donneront à ces dates."))


def _window(known: Diagnosis | None, now: datetime) -> dict[str, Any]:
    today = calendar.local_day(now)
    if known is None or known.dots_open_at is None or known.dots_close_at is None:
        return {"opens_on": today + timedelta(days=1), "closes_on": today + timedelta(days=15), "dots_each": 3}
    return {
        "opens_on": calendar.local_day(known.dots_open_at),
        "closes_on": calendar.local_day(calendar.last_instant(known.dots_close_at)),
        "dots_each": known.dots_each,
    }


def count(request: MemberRequest, cycle: str) -> HttpResponse:
    """Dots counted by hand, on sheets or on a wall."""
    now = timezone.now()
    edition = edition_at_desk(request, cycle)
    issues = list(edition.issues.order_by("title", "pk"))
    initial = {"key": uuid4(), "on_date": calendar.local_day(now), "source": "meeting"}
    form = forms.CountForm(request.POST if request.method == "POST" else None, issues=issues, initial=initial)
    lead = _("Recopiez le nombre de gommettes de chaque enjeu, lieu par lieu.")
    page = desk_page(_("Compter les gommettes"), _("Enregistrer les gommettes"), edition, lead)
    return acts.answer(
        request,
        form,
        page,
        lambda: services.count_dots(edition, by=request.user, at=now, **form.facts),
        _("Les gommettes sont comptées."),
    )


@require_POST
def withdraw(request: MemberRequest, cycle: str, pk: int) -> HttpResponse:
    """Take a count back."""
    now = timezone.now()
    edition = edition_at_desk(request, cycle)
    counted = DotCount.objects.filter(diagnosis__cycle=edition, pk=pk).first()
    if counted is None:
        raise Http404
    said = _("Ce comptage est retiré.")
    return acts.press(
        request, lambda: services.withdraw_dots(counted, by=request.user, at=now), said, desk_url(edition)
    )


def call(request: MemberRequest, cycle: str) -> HttpResponse:
    """What the call is, in law, until it opens."""
    now = timezone.now()
    edition = edition_at_desk(request, cycle)
    phase = selectors.call_of(edition)
    if phase is None:
        raise Http404
    form = forms.CallKindForm(request.POST or None, initial={"call_kind": phase.call_kind})
    back = reverse("cycles:setup_calendar", args=[edition.slug])
    lead = _("C’est écrit dans le règlement et sur la page de dépôt. Qui peut répondre se règle à l’article 2.")
    page = acts.Act(
        _("La nature de l’appel"),
        _("Enregistrer"),
        back,
        _("Éditions"),
        edition.title,
        lead,
        template="cycles/name_call.html",
    )
    return acts.answer(
        request,
        form,
        page,
        lambda: services.name_call(phase, by=request.user, at=now, call_kind=form.cleaned_data["call_kind"]),
        _("La nature de l’appel est enregistrée."),
    )
