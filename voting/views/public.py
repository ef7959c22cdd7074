"""What everybody may read: the sealed text, and after the proclamation the results."""

from __future__ import annotations

import csv

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bp_platform.core.http import Request
from cycles import policies as cycle_policies
from voting import policies, selectors
from voting.models import Poll


@login_not_required
@require_safe
def results(request: Request, cycle: str) -> HttpResponse:
    """Projects, scores, money, and a reason for each line."""
    now = timezone.now()
    edition = cycle_policies.cycle_for(request.user, cycle, now)
    poll = policies.result_of(edition)
    if poll is None:
        return render(request, "voting/no_result.html", {"cycle": edition, "poll": policies.poll_of(edition)})
    return render(request, "voting/results.html", {"cycle": edition, "view": selectors.results(poll)})


@login_not_required
@require_safe
def results_csv(request: Request, cycle: str) -> HttpResponse:
    """The same lines for a spreadsheet: UTF-8 with its mark, semicolons."""
    poll = _proclaimed(request, cycle)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="resultats-{cycle}.csv"'
    out = csv.writer(response, delimiter=";")
    out.writerow(
        [_("périmètre"), _("rang"), _("numéro"), _("projet"), _("score"), _("coût"), _("arrivé en tête"), _("motif")]
    )
    for scope in selectors.results(poll).scopes:
        for line in scope.lines:
            score = "" if scope.are_scores_hidden else line.score
            won = _("oui") if line.is_winner else _("non")
            row = [
                scope.name,
                line.rank,
                line.number,
                line.title,
                score,
                "" if line.price_eur is None else line.price_eur,
                won,
                line.reason,
            ]
            out.writerow([_harmless(cell) for cell in row])
    return response


@login_not_required
@require_safe
def results_json(request: Request, cycle: str) -> HttpResponse:
    """The kept result, byte for byte: its SHA-256 is on the results page."""
    poll = _proclaimed(request, cycle)
    if any(scope.are_scores_hidden for scope in selectors.results(poll).scopes):
        raise Http404
    return HttpResponse(bytes(poll.result.content), content_type="application/json")


@login_not_required
@require_safe
def sealed_text(request: Request, cycle: str) -> HttpResponse:
    """The sealed canonical JSON, byte for byte: its SHA-256 is published before the opening."""
    edition = cycle_policies.cycle_for(request.user, cycle, timezone.now())
    poll = policies.poll_of(edition)
    if poll is None or poll.sealed is None:
        raise Http404
    selectors.sealed_of(poll)
    return HttpResponse(bytes(poll.sealed), content_type="application/json")


def _proclaimed(request: Request, slug: str) -> Poll:
    return policies.poll_with_result(cycle_policies.cycle_for(request.user, slug, timezone.now()))


def _harmless(cell: object) -> object:
    """A cell that a spreadsheet would run as a formula is quoted."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" else cell
