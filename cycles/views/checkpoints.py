"""Checkpoints of phases: what everybody reads and answers, and the team’s desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bp_platform.core import calendar, limits
from bp_platform.core.decisions import demand
from bp_platform.core.http import MemberRequest, Request, see_other
from bp_platform.core.network import network_of
from cycles import policies, selectors, services, settings_words
from cycles.forms import checkpoints as forms
from cycles.models import Adjustment, Checkpoint, CheckpointAnswer, Cycle, CycleState, Phase, RemarkState
from cycles.views import acts, browsers
from cycles.views.acts import Act

COOKIE = "phase"
PER_PAGE = 30


@login_not_required
@require_safe
def checkpoints(request: Request, cycle: str) -> HttpResponse:
    """What each phase taught, in their order; those that ask their questions first."""
    now = timezone.now()
    edition = policies.cycle_for(request.user, cycle, now)
    found = selectors.public_checkpoints(edition, now)
    context = {
        "cycle": edition,
        "asking": [(one, _slug(one)) for one in found if one.is_asking(now)],
        "published": [(one, _slug(one)) for one in found if one.published_at],
        "ended": selectors.ended_phases(edition, now),
    }
    return render(request, "cycles/checkpoints.html", context)


def _slug(checkpoint: Checkpoint) -> str:
    return selectors.stage_slug(checkpoint.phase)


@login_not_required
@never_cache
def checkpoint(request: Request, cycle: str, stage: str) -> HttpResponse:
    """One phase: its three questions while they are asked, then what it taught."""
    now = timezone.now()
    found = policies.checkpoint_for(request.user, cycle, stage, now)
    if not found.is_asking(now) and request.method != "POST":
        return _read(request, found)
    token = browsers.token_of(request, COOKIE)
    known = selectors.checkpoint_answer_of(found, token) if token else None
    form = forms.FeelingsForm(request.POST if request.method == "POST" else None, initial=_said(known))
    if request.method == "POST" and form.is_valid() and not form.cleaned_data["site"]:
        browser = token or browsers.new_token()
        tries = limits.spend("checkpoint", network_of(request), limit=120, per=timedelta(hours=1), at=now)

        def run() -> None:
            demand(tries)
            services.answer_checkpoint(
                found, at=now, browser=browser, feelings=form.feelings, remark=form.cleaned_data["remark"]
            )

        if form.runs(run):
            messages.success(request, _("Merci, c’est compté. Vous pouvez changer vos réponses jusqu’à la clôture."))
            address = reverse("cycles:checkpoint", args=[cycle, stage])
            response = see_other(address)
            browsers.remember(response, COOKIE, browser, path=address)
            return response
    context = {"cycle": found.cycle, "checkpoint": found, "form": form, "is_again": known is not None}
    context["left"] = calendar.days_left_words(found.asked_until, now) if found.asked_until else ""
    return render(request, "cycles/checkpoint_questions.html", context, status=422 if form.errors else 200)


def _said(known: CheckpointAnswer | None) -> dict[str, Any]:
    if known is None:
        return {}
    given = {name: getattr(known, name) for name in selectors.QUESTIONS}
    return {"remark": known.remark, **{name: str(value) for name, value in given.items() if value is not None}}


def _read(request: Request, found: Checkpoint) -> HttpResponse:
    is_published = found.published_at is not None
    remarks = selectors.checkpoint_remarks(found, RemarkState.SHOWN) if is_published else []
    context = {
        "cycle": found.cycle,
        "checkpoint": found,
        "bodies": found.bodies.exclude(published_at=None).order_by("name", "pk"),
        "answered": found.answers.count() if found.asked_from else 0,
        "feelings": selectors.feelings(found) if is_published and found.asked_from else [],
        "adjustments": _adjustments(found) if is_published else [],
        "page": Paginator(remarks, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "cycles/checkpoint.html", context)


def _adjustments(found: Checkpoint) -> list[tuple[Adjustment, str]]:
    """Each with the setting that its lesson concerns, in words."""
    kept = (
        found.adjustments.filter(withdrawn_at=None).select_related("deviation", "lesson").order_by("decided_at", "pk")
    )
    return [(one, settings_words.place_words(one.lesson.setting) if one.lesson else "") for one in kept]


@require_safe
def desk(request: MemberRequest) -> HttpResponse:
    """The phases that have ended, edition by edition; those without a checkpoint first to be seen."""
    now = timezone.now()
    if not policies.team_only(request.user, now):
        raise Http404
    owed = {phase.pk for phase in selectors.owed_checkpoints(now)}
    editions = Cycle.objects.exclude(state=CycleState.PREPARED).order_by("-pk")[:6]
    rows = [(edition, [_row(phase, owed) for phase in selectors.ended_phases(edition, now)]) for edition in editions]
    context = {"rows": [row for row in rows if row[1]], "desk": _("Bilans de phase")}
    return render(request, "cycles/checkpoints_desk.html", context)


def _row(phase: Phase, owed: set[int]) -> tuple[Phase, bool, bool]:
    """The phase, whether its checkpoint is owed, whether it is published."""
    known: Checkpoint | None = getattr(phase, "checkpoint", None)
    return phase, phase.pk in owed, known is not None and known.published_at is not None


def _url(phase: Phase) -> str:
    return reverse("cycles:checkpoint_desk", args=[phase.cycle.slug, phase.pk])


@require_safe
def one(request: MemberRequest, cycle: str, phase: int) -> HttpResponse:
    """One phase at the desk: its figures, what was said, what changes, what residents answer."""
    now = timezone.now()
    ended = policies.phase_to_review(request.user, cycle, phase, now)
    found = Checkpoint.objects.select_related("phase__cycle").filter(phase=ended).first()
    context: dict[str, Any] = {
        "cycle": ended.cycle,
        "phase": ended,
        "checkpoint": found,
        "stage": selectors.stage_slug(ended),
        "is_public": found is not None and bool(found.asked_from or found.published_at),
        "may": policies.can_write_checkpoint(request.user, ended, now),
        "figures": found.figures if found and found.published_at else selectors.figures_of(ended, now),
        "desk": _("Bilans de phase"),
    }
    if found is not None:
        states = (RemarkState.WAITING, RemarkState.SHOWN, RemarkState.KEPT)
        context |= {
            "adjustments": _adjustments(found),
            "feelings": selectors.feelings(found),
            "answered": found.answers.count(),
            "page": Paginator(selectors.checkpoint_remarks(found, *states), PER_PAGE).get_page(request.GET.get("page")),
            "may_ask": policies.can_ask_residents(request.user, found, now),
            "may_publish": policies.can_publish_checkpoint(request.user, found, now),
        }
    return render(request, "cycles/checkpoint_desk.html", context)


def write(request: MemberRequest, cycle: str, phase: int) -> HttpResponse:
    """What worked and what did not."""
    now = timezone.now()
    ended = policies.phase_to_review(request.user, cycle, phase, now)
    form = forms.CheckpointForm(request.POST or None, cycle=ended.cycle, initial=_written(ended, now))
    lead = _("Avec les instances et les habitant·es : une heure suffit. Les chiffres s’ajoutent d’eux-mêmes.")
    title = _("Ce que cette phase nous a appris")
    page = Act(title, _("Enregistrer"), _url(ended), _("Bilans de phase"), str(ended.get_kind_display()), lead)
    return acts.answer(
        request,
        form,
        page,
        lambda: services.write_checkpoint(ended, by=request.user, at=now, **form.facts),
        _("Le bilan est enregistré."),
    )


def _written(phase: Phase, at: datetime) -> dict[str, Any]:
    known = Checkpoint.objects.filter(phase=phase).first()
    if known is None:
        return {"held_on": calendar.local_day(at)}
    names = ("held_on", "present", "worked", "failed")
    return {name: getattr(known, name) for name in names} | {"bodies": known.bodies.all()}


def adjust(request: MemberRequest, cycle: str, phase: int) -> HttpResponse:
    """What changes, and when."""
    now = timezone.now()
    found = _checkpoint(request, cycle, phase, now)
    form = forms.AdjustmentForm(request.POST or None, cycle=found.cycle, initial={"key": uuid4(), "effect": "next"})
    page = Act(_("Ce qui change"), _("Noter ce changement"), _url(found.phase), _("Bilans de phase"), found.cycle.title)
    return acts.answer(
        request,
        form,
        page,
        lambda: services.adjust(found, by=request.user, at=now, **form.cleaned_data),
        _("Le changement est noté."),
    )


def _checkpoint(request: MemberRequest, cycle: str, phase: int, at: datetime) -> Checkpoint:
    ended = policies.phase_to_review(request.user, cycle, phase, at)
    found = Checkpoint.objects.select_related("phase__cycle").filter(phase=ended).first()
    if found is None:
        raise Http404
    return found


@require_POST
def act(request: MemberRequest, cycle: str, phase: int) -> HttpResponse:
    """A button: ask residents, publish, a remark shown or kept, a change taken back."""
    now = timezone.now()
    found = _checkpoint(request, cycle, phase, now)
    kind, _dash, row = request.POST.get("acte", "").partition("-")
    by = request.user
    back = _url(found.phase)
    if kind == "demander":
        said = _("Les trois questions sont posées à tout le monde, pendant quinze jours.")
        return acts.press(request, lambda: services.ask_residents(found, by=by, at=now), said, back)
    if kind == "publier":
        said = _("Le bilan de cette phase est publié.")
        return acts.press(request, lambda: services.publish_checkpoint(found, by=by, at=now), said, back)
    if not (row.isascii() and row.isdigit() and len(row) < 19):
        return see_other(back)
    if kind in {"montrer", "garder"}:
        answer = get_object_or_404(CheckpointAnswer, checkpoint=found, pk=int(row))
        is_shown = kind == "montrer"
        said = _("La remarque sera publiée.") if is_shown else _("La remarque ne sera pas publiée.")
        return acts.press(
            request,
            lambda: services.moderate_checkpoint_remark(
                answer, by=by, at=now, is_shown=is_shown, read=request.POST.get("lu", "")
            ),
            said,
            back,
        )
    if kind == "retirer":
        made = get_object_or_404(Adjustment.objects.select_related("checkpoint__phase"), checkpoint=found, pk=int(row))
        said = _("Ce changement est retiré.")
        return acts.press(request, lambda: services.withdraw_adjustment(made, by=by, at=now), said, back)
    return see_other(back)
