"""What everybody may read: what is being built, where the money went."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from bp_platform.core import calendar, money
from bp_platform.core.components import Count
from bp_platform.core.http import Request
from cycles import policies as cycle_policies
from cycles.caching import kept_for_visitors
from cycles.models import Cycle
from realisation import selectors
from realisation.filters import DeliveryFilter
from realisation.models import Delivery
from realisation.selectors import DeliverySummary, MoneyPage

PAGE_SIZE = 20


@login_not_required
@require_safe
@kept_for_visitors
def deliveries(request: Request, cycle: str) -> HttpResponse:
    """Every laureate, place by place: where it stands, its next date, what is late, who is silent."""
    now = timezone.now()
    edition = cycle_policies.cycle_for(request.user, cycle, now)
    lines = selectors.delivery_lines(edition, now)
    rows = Delivery.objects.filter(proposal__cycle=edition)
    found = DeliveryFilter(request.GET, queryset=rows, cycle=edition, today=calendar.local_day(now))
    kept = found.numbers() if found.active else None
    shown = lines if kept is None else [line for line in lines if line.number in kept]
    places = selectors.by_place(edition, found.areas, lines)
    beside = selectors.beside(edition)
    review = selectors.review_standing(edition, now)
    context = {
        "cycle": edition,
        "lines": lines,
        "page": Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page")),
        "total": len(shown),
        "filter": found,
        "places": places,
        "on_map": {place.code: place.tally.promised for place in places},
        "waiting": beside.waiting,
        "outside": beside.outside,
        "editions": selectors.promises(now),
        "counts": _counts(lines),
        "heading": _heading(lines),
        "awaited": review.awaited,
        "has_review": review.is_out,
    }
    return render(request, "realisation/deliveries.html", context)


@login_not_required
@require_safe
@kept_for_visitors
def place(request: Request, cycle: str, place: str) -> HttpResponse:
    """What my own place got: from this edition, and from the others."""
    now = timezone.now()
    edition = cycle_policies.cycle_for(request.user, cycle, now)
    area = edition.areas.filter(code=place).first()
    if area is None:
        raise Http404
    page = selectors.place_page(edition, area, now)
    context = {
        "cycle": edition,
        "page": page,
        "listed": Paginator(page.lines, PAGE_SIZE).get_page(request.GET.get("page")),
        "counts": selectors.counts(page.tally),
        "heading": _("Ce que le budget participatif a fait : %(place)s") % {"place": area.name},
    }
    return render(request, "realisation/place.html", context)


def _heading(lines: list[DeliverySummary]) -> str:
    """« 2 projets réalisés sur 6 »."""
    done = sum(1 for line in lines if line.tone == "success")
    if not done:
        return ngettext("%(n)d projet en réalisation", "%(n)d projets en réalisation", len(lines)) % {"n": len(lines)}
    said = ngettext("%(n)d projet réalisé sur %(all)d", "%(n)d projets réalisés sur %(all)d", done)
    return said % {"n": done, "all": len(lines)}


def _counts(lines: list[DeliverySummary]) -> list[Count]:
    late = sum(1 for line in lines if line.late)
    silent = sum(1 for line in lines if line.silence)
    return [
        Count(_("Réalisés"), sum(1 for line in lines if line.tone == "success")),
        Count(_("En retard"), late, is_late=late > 0),
        Count(_("Sans nouvelles"), silent, is_late=silent > 0),
        Count(_("Abandonnés"), sum(1 for line in lines if line.tone == "error")),
    ]


@login_not_required
@require_safe
def spending(request: Request, cycle: str) -> HttpResponse:
    """« Où est passé l’argent ? »: the bar, each project, each line of its ledger."""
    now = timezone.now()
    edition = cycle_policies.cycle_for(request.user, cycle, now)
    page = selectors.money_page(edition)
    context = {
        "cycle": edition,
        "page": page,
        "heading": _spent(page),
        "reallocations": selectors.reallocation_lines(edition),
        "article": selectors.leftover_article(edition),
    }
    return render(request, "realisation/money.html", context)


def _spent(page: MoneyPage) -> str:
    """« 46 912,30 € payés sur 100 000 € votés »."""
    words = {"paid": money.in_words(page.money.paid_eur), "voted": money.in_words(page.money.voted_eur)}
    return _("%(paid)s payés sur %(voted)s votés") % words


@login_not_required
@require_safe
def spending_csv(request: Request, cycle: str) -> StreamingHttpResponse:
    """The same lines for a spreadsheet: UTF-8 with its mark, semicolons; sent as they are read."""
    edition = cycle_policies.cycle_for(request.user, cycle, timezone.now())
    response = StreamingHttpResponse(_csv(edition, settings.BASE_URL), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="argent-{edition.slug}.csv"'
    return response


class _Told:
    """A file that gives back what is written to it."""

    def write(self, said: str) -> str:
        return said


def _csv(edition: Cycle, address: str) -> Iterator[str]:
    out = csv.writer(_Told(), delimiter=";")
    yield "\ufeff"
    yield out.writerow(selectors.CSV_HEADINGS)
    for line in selectors.csv_lines(edition, address):
        yield out.writerow([harmless(cell) for cell in line])


def harmless(cell: object) -> object:
    """A spreadsheet must not take somebody's words for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t")) else cell
