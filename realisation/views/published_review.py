"""The published review: its page, its PDF, its figures as data; before, the day it is promised for."""

from __future__ import annotations

import csv

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bp_platform.accounts.models import User
from bp_platform.core.actors import RESIDENT
from bp_platform.core.decisions import Refused
from bp_platform.core.http import Request, see_other
from bp_platform.documents import selectors as documents_selectors
from bp_platform.documents import services as documents
from cycles import policies as cycle_policies
from realisation import policies, selectors
from realisation.figures import Figures
from realisation.models import OneYearReview


@login_not_required
@require_safe
def review(request: Request, cycle: str) -> HttpResponse:
    """The review as it was published; before, when it is expected; a 404 for an edition that owes none."""
    now = timezone.now()
    edition = cycle_policies.cycle_for(request.user, cycle, now)
    found = selectors.review_of(edition)
    if found is None or found.published_at is None:
        awaited = selectors.review_line(edition, now)
        if not awaited:
            raise Http404
        return render(request, "realisation/awaited_review.html", {"cycle": edition, "awaited": awaited})
    context = {"cycle": edition, "page": selectors.review_page(found), "is_preview": False}
    return render(request, "realisation/review.html", context)


@login_not_required
@require_POST
def order(request: Request, cycle: str) -> HttpResponse:
    """Order its PDF, which is ready since its publication unless somebody asks for another language."""
    now = timezone.now()
    found = policies.published_review(request.user, cycle, now)
    by = request.user if isinstance(request.user, User) else RESIDENT
    try:
        job = documents.request_job("one_year_review", arguments={"cycle": found.cycle.slug}, by=by, at=now)
    except Refused:
        raise Http404 from None
    return see_other(documents_selectors.job_url(job, with_key=True))


@login_not_required
@require_safe
def figures_csv(request: Request, cycle: str) -> HttpResponse:
    """The figures of the page for a spreadsheet: UTF-8 with its mark, semicolons."""
    found = policies.published_review(request.user, cycle, timezone.now())
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="bilan-{found.cycle.slug}.csv"'
    out = csv.writer(response, delimiter=";")
    out.writerow(selectors.REVIEW_CSV_HEADINGS)
    for line in selectors.review_rows(_figures(found)):
        out.writerow([_harmless(cell) for cell in line])
    return response


@login_not_required
@require_safe
def figures_json(request: Request, cycle: str) -> HttpResponse:
    """The same figures for a program."""
    found = policies.published_review(request.user, cycle, timezone.now())
    address = settings.BASE_URL + reverse("realisation:review", args=[found.cycle.slug])
    value = selectors.review_json(_figures(found), address=address)
    return JsonResponse(value, json_dumps_params={"ensure_ascii": False, "indent": 1})


def _figures(review: OneYearReview) -> Figures:
    """What was kept; a 404 for a review published before figures were."""
    kept = selectors.published_document(review).figures
    if kept is None:
        raise Http404(_("Ce bilan a été publié sans ses chiffres."))
    return kept


def _harmless(cell: object) -> object:
    """A spreadsheet must not take somebody's words for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t")) else cell
