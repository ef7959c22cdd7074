"""What everybody may read: what is being built, where the money went."""

from __future__ import annotations

import csv

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from bp_platform.core import money
from bp_platform.core.components import Count
from bp_platform.core.http import Request
from cycles import policies as cycle_policies
from realisation import selectors
from realisation.selectors import DeliverySummary, MoneyPage


@login_not_required
@require_safe
def deliveries(request: Request, cycle: str) -> HttpResponse:
    """Every laureate: where it stands, its next date, what is late, who is silent."""
    now = timezone.now()
    edition = cycle_policies.cycle_for(request.user, cycle, now)
    lines = selectors.delivery_lines(edition, now)
    context = {"cycle": edition, "lines": lines, "counts": _counts(lines), "heading": _heading(lines)}
    context["awaited"] = selectors.review_line(edition, now)
    context["has_review"] = not context["awaited"] and selectors.has_review(edition)
    return render(request, "realisation/deliveries.html", context)


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
    """« Où est passé l’argent ? »: the bar, each project, each line of its ledger."""
    now = timezone.now()
    edition = cycle_policies.cycle_for(request.user, cycle, now)
    page = selectors.money_page(edition)
    return render(request, "realisation/money.html", {"cycle": edition, "page": page, "heading": _spent(page)})


def _spent(page: MoneyPage) -> str:
    """« 46 912,30 € payés sur 100 000 € votés »."""
    words = {"paid": money.in_words(page.money.paid_eur), "voted": money.in_words(page.money.voted_eur)}
    return _("%(paid)s payés sur %(voted)s votés") % words


@login_not_required
@require_safe
def spending_csv(request: Request, cycle: str) -> HttpResponse:
    """The same lines for a spreadsheet: UTF-8 with its mark, semicolons."""
    edition = cycle_policies.cycle_for(request.user, cycle, timezone.now())
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="argent-{edition.slug}.csv"'
    out = csv.writer(response, delimiter=";")
    out.writerow(selectors.CSV_HEADINGS)
    for line in selectors.csv_lines(selectors.money_page(edition)):
        out.writerow([_harmless(cell) for cell in line])
    return response


def _harmless(cell: object) -> object:
    """A spreadsheet must not take somebody's words for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t")) else cell
