"""The public page of a preselection, and its file."""

from __future__ import annotations

import csv

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bp_platform.core import calendar
from bp_platform.core.components import Count
from bp_platform.core.http import Request
from cycles import selectors as cycle_selectors
from cycles.caching import kept_for_visitors
from cycles.models import PhaseKind
from instruction import policies, selectors
from instruction.selectors import Board

PAGE_SIZE = 100


@login_not_required
@require_safe
@kept_for_visitors
def result(request: Request, cycle: str) -> HttpResponse:
    """How ideas are chosen; once it is decided, each with its voices, what became of it, and why."""
    now = timezone.now()
    board = policies.preselection_for(request.user, cycle, now)
    phase = cycle_selectors.phase_of(board.cycle, PhaseKind.PRESELECTION)
    results = selectors.results_of(board) if board.is_decided else []
    page = Paginator(results, PAGE_SIZE).get_page(request.GET.get("page"))
    decision = board.preselection.decision if board.preselection else None
    context = {
        "cycle": board.cycle,
        "board": board,
        "phase": phase,
        "until": calendar.last_instant(phase.closes_at) if phase else None,
        "has_begun": phase is not None and phase.opens_at <= now,
        "page": page,
        "counts": _counts(board) if board.is_decided else [],
        "kept": sum(1 for row in results if row.is_kept),
        "total": len(results),
        "gone": len(board.lines) - len(results) if board.is_decided else 0,
        "decision": decision,
        "reopenings": selectors.reopenings_of(board.preselection),
    }
    return render(request, "instruction/preselection.html", context)


def _counts(board: Board) -> list[Count]:
    counts = [Count(_("Idées candidates"), len(board.lines)), Count(_("Idées gardées"), len(board.kept))]
    if board.rescued:
        counts.append(Count(_("Repêchées pour leur lieu"), board.rescued))
    if board.people:
        counts.append(Count(_("Personnes présentes"), board.people))
    if board.has_voices:
        counts.append(Count(_("Voix données"), board.total))
    return counts


@login_not_required
@require_safe
def result_csv(request: Request, cycle: str) -> HttpResponse:
    """The same lines for a spreadsheet, all of them: UTF-8 with its mark, semicolons."""
    board = policies.decided_preselection_for(request.user, cycle, timezone.now())
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="preselection-{board.cycle.slug}.csv"'
    out = csv.writer(response, delimiter=";")
    out.writerow(selectors.HEADINGS)
    for row in selectors.csv_rows(selectors.results_of(board)):
        out.writerow([_harmless(cell) for cell in row])
    return response


def _harmless(cell: str) -> str:
    """A spreadsheet must not take somebody's words for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t")) else cell
