"""Public pages of the frame: the places and what each gets, the calendar and its feed."""

from __future__ import annotations

import csv
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from bp_platform.core.http import Request
from cycles import feeds, policies, selectors
from cycles.caching import kept_for_visitors


@login_not_required
@require_safe
@kept_for_visitors
def calendar(request: Request, cycle: str) -> HttpResponse:
    """The dates of an edition, to read, to print, to keep in one's diary."""
    now = timezone.now()
    edition = policies.cycle_for(request.user, cycle, now)
    phases = selectors.ordered_phases(edition)
    context = {
        "cycle": edition,
        "stations": selectors.stations(phases, now),
        "months": selectors.months_of(edition, now),
    }
    return render(request, "cycles/calendar.html", context)


@login_not_required
@require_safe
def calendar_feed(request: Request, cycle: str) -> HttpResponse:
    """The same dates for a diary (iCalendar)."""
    now = timezone.now()
    edition = policies.cycle_for(request.user, cycle, now)
    url = f"{settings.BASE_URL}{resolve_url('cycles:calendar', edition.slug)}"
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    content = feeds.ical(
        edition.title,
        selectors.dated_of(edition),
        selectors.meetings_feed(edition),
        base_url=settings.BASE_URL,
        host=host,
        url=url,
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="calendrier-{edition.slug}.ics"'
    if policies.may_see(AnonymousUser(), edition, now):
        response["Cache-Control"] = "public, max-age=900"
    else:  # what the team alone sees is kept by nobody on the way
        add_never_cache_headers(response)
    return response


@login_not_required
@require_safe
def places_csv(request: Request, cycle: str) -> HttpResponse:
    """Euros per inhabitant, place by place, for a spreadsheet: UTF-8 with its mark, semicolons."""
    edition = policies.cycle_for(request.user, cycle, timezone.now())
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="lieux-{edition.slug}.csv"'
    out = csv.writer(response, delimiter=";")
    for row in selectors.equity_rows(selectors.equity_of(edition)):
        out.writerow([_harmless(cell) for cell in row])
    return response


def _harmless(cell: object) -> object:
    """A spreadsheet must not take somebody's words for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t")) else cell
