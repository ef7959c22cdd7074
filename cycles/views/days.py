"""What the calendar rests on: holidays and councils of an edition, elections and their reserve."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bp_platform.core import calendar
from bp_platform.core.decisions import Refused
from bp_platform.core.fields import refuse
from bp_platform.core.http import MemberRequest, see_other
from cycles import policies, reserve, selectors, services
from cycles.forms.calendars import CalendarDayForm, CalendarFrameForm, ElectionForm

STEP = "calendrier"


@require_http_methods(["GET", "POST"])
def days(request: MemberRequest, cycle: str) -> HttpResponse:
    """Zone, budget, printer; councils, days off, moments for everybody."""
    now = timezone.now()
    edition = policies.preparation_for(request.user, cycle, now)
    frame = selectors.frame_of(edition)
    initial = {name: getattr(frame, name) for name in CalendarFrameForm.base_fields}
    is_frame, is_day = "cadre" in request.POST, "jour" in request.POST
    form = CalendarFrameForm(request.POST if is_frame else None, initial=initial, prefix="cadre_")
    day_form = CalendarDayForm(request.POST if is_day else None, prefix="jour_")
    if is_frame and form.is_valid():
        services.set_frame(edition, by=request.user, at=now, **form.cleaned_data)
        messages.success(request, _("Les repères du calendrier sont enregistrés."))
        return see_other("cycles:setup_days", cycle)
    if is_day and day_form.is_valid():
        try:
            row = services.add_day(edition, by=request.user, at=now, **day_form.cleaned_data)
        except (Refused, ValidationError) as error:
            refuse(day_form, error)
        else:
            messages.success(request, _("« %(label)s » est dans le calendrier.") % {"label": row.label})
            return see_other("cycles:setup_days", cycle)
    context = {
        "cycle": edition, "step": STEP, "form": form, "day_form": day_form,
        "days": edition.calendar_days.order_by("on", "pk")[:100],
    }  # fmt: skip
    is_wrong = form.errors or day_form.errors
    return render(request, "cycles/setup/days.html", context, status=422 if is_wrong else 200)


@require_POST
def remove_day(request: MemberRequest, cycle: str, pk: int) -> HttpResponse:
    """Take a day out."""
    now = timezone.now()
    row = policies.day_for(request.user, cycle, pk, now)
    services.remove_day(row, by=request.user, at=now)
    messages.success(request, _("« %(label)s » est retiré du calendrier.") % {"label": row.label})
    return see_other("cycles:setup_days", cycle)


@require_http_methods(["GET", "POST"])
def elections(request: MemberRequest, cycle: str) -> HttpResponse:
    """The elections to come, their reserve, and what it limits."""
    now = timezone.now()
    edition = policies.preparation_for(request.user, cycle, now)
    form = ElectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.write_election(by=request.user, at=now, **form.cleaned_data)
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            words = {"election": row.get_kind_display(), "day": calendar.day_words(row.first_round_on)}
            messages.success(request, _("C’est noté : %(election)s, %(day)s.") % words)
            return see_other("cycles:setup_elections", cycle)
    today = calendar.local_day(now)
    current, soon = policies.reserve_at(today), today + timedelta(days=3 * 366)
    context = {
        "cycle": edition, "step": STEP, "form": form, "current": current, "current_words": _words(current),
        "elections": [_election(vote) for vote in selectors.elections() if today <= vote.last_round_on < soon],
        "past": [_election(vote) for vote in selectors.elections() if vote.last_round_on < today and vote.pk],
    }  # fmt: skip
    return render(request, "cycles/setup/elections.html", context, status=422 if form.errors else 200)


def _words(found: reserve.Reserve | None) -> str:
    if found is None:
        return ""
    words = {"last": calendar.day_words(found.last), "election": selectors.election_words(found.vote.kind)}
    return _("La réserve court jusqu’au %(last)s (%(election)s)") % words


def _election(vote: reserve.Vote) -> dict[str, object]:
    """An election as the page shows it."""
    span = reserve.reserve_of(vote)
    return {
        "pk": vote.pk,
        "name": selectors.election_words(vote.kind).capitalize(),
        "when": _when(vote),
        "reserve": calendar.span_words(span.first, span.last),
        "reason": vote.reason if vote.is_set_aside else "",
    }


def _when(vote: reserve.Vote) -> str:
    if vote.is_estimated:
        return _("%(month)s, date à préciser") % {"month": date_format(vote.first_round_on, "F Y")}
    if vote.first_round_on == vote.last_round_on:
        return calendar.day_words(vote.first_round_on)
    words = {"first": calendar.day_words(vote.first_round_on), "last": calendar.day_words(vote.last_round_on)}
    return _("%(first)s et %(last)s") % words


@require_POST
def forget_election(request: MemberRequest, cycle: str, pk: int) -> HttpResponse:
    """Take back what the team wrote of an election."""
    now = timezone.now()
    policies.preparation_for(request.user, cycle, now)
    services.forget_election(policies.election_for(request.user, pk, now), by=request.user, at=now)
    messages.success(request, _("L’élection est retirée de la liste."))
    return see_other("cycles:setup_elections", cycle)
