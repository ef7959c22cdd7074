"""The team's desk of reviews: write, save, publish."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bp_platform.core import calendar
from bp_platform.core.components import Cell, Row
from bp_platform.core.decisions import Refused
from bp_platform.core.http import MemberRequest, see_other
from realisation import policies, selectors, services
from realisation.forms import ReviewForm, refuse
from realisation.models import OneYearReview


@require_safe
def desk(request: MemberRequest) -> HttpResponse:
    """The reviews that are owed, and those that are published."""
    now = timezone.now()
    owed, today = policies.reviews_for(request.user, now), calendar.local_day(now)
    rows = [_row(review, is_late=review.scheduled_on < today) for review in owed]
    columns = [_("Édition"), _("Prévu le"), _("État")]
    return render(request, "realisation/reviews.html", {"rows": rows, "columns": columns, "desk": _("Bilans")})


def _row(review: OneYearReview, *, is_late: bool) -> Row:
    state = _("publié") if review.published_at else _("brouillon") if review.text else _("à écrire")
    return Row(
        [
            Cell(review.cycle.title, url=resolve_url("realisation:write_review", review.cycle.slug)),
            Cell(calendar.day_words(review.scheduled_on), is_late=is_late and review.published_at is None),
            Cell(state),
        ]
    )


def write(request: MemberRequest, cycle: str) -> HttpResponse:
    """The text of the review; « publier » saves it and tells everybody who followed a project."""
    now = timezone.now()
    edition = policies.cycle_to_review(request.user, cycle, now)
    review = OneYearReview.objects.get(cycle=edition)
    form = ReviewForm(request.POST or None, initial={"text": review.text})
    if request.method == "POST" and form.is_valid():
        try:
            services.write_review(edition, by=request.user, at=now, text=form.cleaned_data["text"])
            if "publier" in request.POST:
                services.publish_review(edition, by=request.user, at=now)
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            said = (
                _("Le bilan est publié.") if "publier" in request.POST else _("Le brouillon du bilan est enregistré.")
            )
            messages.success(request, said)
            return see_other("realisation:write_review", cycle)
    context = {"cycle": edition, "review": review, "form": form, "money": selectors.money_of(edition)}
    context["desk"] = _("Bilans")
    return render(request, "realisation/write_review.html", context, status=422 if form.errors else 200)
