"""The desk of reviews: what is owed, the plan of one, its preview; submitted, sent back, validated, published."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from bp_platform.core import calendar
from bp_platform.core.components import Cell, Row, Step
from bp_platform.core.decisions import Refused
from bp_platform.core.http import MemberRequest, see_other
from realisation import flow, policies, selectors, services
from realisation.forms import NewBlockForm, RectifyForm, SendBackForm, SubmitForm, refuse
from realisation.models import OneYearReview, ReviewState


@require_safe
def desk(request: MemberRequest) -> HttpResponse:
    """The reviews that are owed, and those that are published."""
    now = timezone.now()
    owed, today = policies.reviews_for(request.user, now), calendar.local_day(now)
    rows = [_row(review, late=review.days_late(today)) for review in owed]
    columns = [_("Édition"), _("Prévu le"), _("État")]
    may_open = request.user.holds(now, *policies.TEAM)
    context = {"rows": rows, "columns": columns, "to_open": selectors.cycles_to_review() if may_open else []}
    return render(request, "realisation/reviews.html", context | {"desk": _("Bilans")})


@require_POST
def begin(request: MemberRequest, cycle: str) -> HttpResponse:
    """Begin the review of an edition under way."""
    now = timezone.now()
    edition = policies.cycle_to_review(request.user, cycle, now)
    try:
        services.open_review(edition, by=request.user, at=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return see_other("realisation:reviews")
    messages.success(
        request, _("Le bilan (%(cycle)s) est ouvert : ses chiffres se remplissent seuls.") % {"cycle": edition}
    )
    return see_other("realisation:write_review", cycle)


def _row(review: OneYearReview, *, late: int) -> Row:
    said = ngettext("%(n)d jour de retard", "%(n)d jours de retard", late) % {"n": late} if late else ""
    return Row(
        [
            Cell(review.cycle.title, url=resolve_url("realisation:write_review", review.cycle.slug)),
            Cell(calendar.day_words(review.scheduled_on), note=said, is_late=bool(late)),
            Cell(str(review.get_state_display()).capitalize()),
        ]
    )


@require_safe
def plan(request: MemberRequest, cycle: str) -> HttpResponse:
    """The review block by block, and what comes next."""
    now = timezone.now()
    review = policies.review_for(request.user, cycle, now)
    return render(request, "realisation/write_review.html", plan_context(request, review, now))


def plan_context(request: MemberRequest, review: OneYearReview, now: datetime, **forms: Any) -> dict[str, Any]:
    """What the plan shows, to who writes and to who validates."""
    is_published = review.published_at is not None
    draft = None if is_published else selectors.draft(review, now)
    late = review.days_late(calendar.local_day(now))
    return {
        "review": review,
        "cycle": review.cycle,
        "draft": draft,
        "late": ngettext("%(n)d jour de retard", "%(n)d jours de retard", late) % {"n": late} if late else "",
        "steps": _steps(review),
        "may_write": policies.can_write_review(request.user, review, now),
        "may_validate": flow.VALIDATE.may(request.user, review, now),
        "may_send_back": flow.SEND_BACK.may(request.user, review, now),
        "may_publish": flow.PUBLISH.may(request.user, review, now),
        "is_team": policies.can_review(request.user, review.cycle, now),
        "has_moved": draft is not None and selectors.figures_moved(review, draft.figures),
        "submit_form": SubmitForm(people=selectors.validators_of(review, now)),
        "new_form": NewBlockForm(initial={"key": uuid4()}),
        "rectify_form": RectifyForm(initial={"key": uuid4()}),
        "rectifications": list(review.rectifications.order_by("published_at", "pk")) if is_published else [],
        "desk": _("Bilans"),
    } | forms


def _steps(review: OneYearReview) -> list[Step]:
    labels = (_("Écrire"), _("Faire valider"), _("Publier"))
    at = list(ReviewState).index(ReviewState(review.state))
    return [
        Step(label, "past" if place < at else "now" if place == at else "next") for place, label in enumerate(labels)
    ]


@require_safe
def preview(request: MemberRequest, cycle: str) -> HttpResponse:
    """The review as the public would read it today."""
    now = timezone.now()
    review = policies.review_for(request.user, cycle, now)
    if review.published_at is not None:
        return see_other("realisation:review", cycle)
    page = selectors.page_of(selectors.draft(review, now).document, review.cycle)
    context = {"cycle": review.cycle, "page": page, "is_preview": True, "desk": _("Bilans")}
    return render(request, "realisation/review.html", context)


@require_POST
def submit(request: MemberRequest, cycle: str) -> HttpResponse:
    """Ask a named person to validate it."""
    now = timezone.now()
    review = policies.review_for(request.user, cycle, now)
    form = SubmitForm(request.POST, people=selectors.validators_of(review, now))
    if form.is_valid():
        try:
            done = services.submit_review(review, by=request.user, at=now, validator=form.cleaned_data["validator"])
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            who = {"who": form.cleaned_data["validator"].shown_name, "cycle": done.cycle.title}
            messages.success(request, _("Le bilan (%(cycle)s) est soumis à %(who)s.") % who)
            return see_other("realisation:write_review", cycle)
    context = plan_context(request, review, now, submit_form=form)
    return render(request, "realisation/write_review.html", context, status=422)


def send_back(request: MemberRequest, cycle: str) -> HttpResponse:
    """Back to its writers, with remarks; the team takes its own back in one click."""
    now = timezone.now()
    review = policies.review_for(request.user, cycle, now)
    titles = [(item.key, item.block.title) for item in selectors.draft(review, now).blocks if not item.is_hidden]
    form = SendBackForm(request.POST or None, blocks=titles)
    if request.method == "POST" and form.is_valid():
        try:
            services.send_back_review(
                review, by=request.user, at=now, reason=form.cleaned_data["reason"], remarks=form.remarks
            )
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("Le bilan (%(cycle)s) est repris en brouillon.") % {"cycle": review.cycle})
            return see_other("realisation:write_review", cycle)
    context = {"review": review, "cycle": review.cycle, "form": form, "desk": _("Bilans")}
    return render(request, "realisation/send_back_review.html", context, status=422 if form.errors else 200)


@require_POST
def validate(request: MemberRequest, cycle: str) -> HttpResponse:
    """Sign it."""
    said = _("Vous avez validé le bilan (%(cycle)s).")
    return _take(request, cycle, services.validate_review, said)


@require_POST
def publish(request: MemberRequest, cycle: str) -> HttpResponse:
    """Publish it, and tell everybody who carried or followed a project."""
    said = _("Le bilan (%(cycle)s) est publié ; les porteurs et les abonnés sont prévenus.")
    return _take(request, cycle, services.publish_review, said)


def _take(request: MemberRequest, cycle: str, act: Callable[..., OneYearReview], said: str) -> HttpResponse:
    now = timezone.now()
    review = policies.review_for(request.user, cycle, now)
    try:
        act(review, by=request.user, at=now)
    except (Refused, ValidationError) as error:
        words = [str(error)] if isinstance(error, Refused) else error.messages
        messages.error(request, " ".join(words))
    else:
        messages.success(request, said % {"cycle": review.cycle.title})
    return see_other("realisation:write_review", cycle)


@require_POST
def rectify(request: MemberRequest, cycle: str) -> HttpResponse:
    """Add a dated correction under the published review."""
    now = timezone.now()
    review = policies.review_for(request.user, cycle, now)
    form = RectifyForm(request.POST)
    if form.is_valid():
        try:
            services.rectify_review(review, by=request.user, at=now, **form.cleaned_data)
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("La rectification du bilan est publiée."))
            return see_other("realisation:write_review", cycle)
    context = plan_context(request, review, now, rectify_form=form)
    return render(request, "realisation/write_review.html", context, status=422)
