"""The shared diagnosis: one public page, and the team's desk."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bp_platform.core import limits, text
from bp_platform.core.actors import RESIDENT
from bp_platform.core.decisions import demand
from bp_platform.core.http import MemberRequest, Request, see_other
from bp_platform.core.network import network_of
from cycles import policies, selectors, services
from cycles.forms import diagnosis as forms
from cycles.models import Concern, ConcernChannel, Cycle, Diagnosis, DotAnswer, DotCount
from cycles.reports import sheets
from cycles.views import acts
from cycles.views.acts import Act


@login_not_required
@never_cache
def diagnosis(request: Request, cycle: str) -> HttpResponse:
    """Say what one sees of one's town; then, the issues in the order that residents gave them."""
    now = timezone.now()
    edition = policies.cycle_for(request.user, cycle, now)
    known = Diagnosis.objects.filter(cycle=edition).first()
    published = known if known is not None and known.published_at is not None else None
    allowed = policies.can_say_concern(RESIDENT, edition, ConcernChannel.ONLINE, now)
    form = forms.ConcernForm(request.POST or None, cycle=edition)
    if request.method == "POST" and form.is_valid() and not form.is_trapped:
        tries = limits.spend("concern", network_of(request), limit=30, per=timedelta(hours=1), at=now)
        data = form.cleaned_data

        def run() -> None:
            demand(tries)
            services.say_concern(edition, data["words"], at=now, area=data["area"], key=data["once"])

        if form.runs(run):
            messages.success(request, _("C’est noté. Merci ; vous pouvez en dire une autre."))
            return see_other("cycles:diagnosis", cycle)
    context = {
        "cycle": edition,
        "published": published,
        "words": text.rich(published.text) if published else "",
        "priorities": selectors.priorities(edition) if published else [],
        "answered": selectors.heard(edition) if published else None,
        "call": selectors.call_of(edition),
        "dots": known,
        "may_give": policies.can_give_dots(known, now),
        "allowed": allowed,
        "form": form,
        "heard": edition.concerns.filter(set_aside_at=None).count(),
    }
    return render(request, "cycles/diagnosis.html", context, status=422 if form.errors else 200)


def edition_at_desk(request: MemberRequest, cycle: str) -> Cycle:
    now = timezone.now()
    edition = policies.cycle_for(request.user, cycle, now)
    if not policies.team_only(request.user, now):
        raise Http404
    return edition


def desk_url(edition: Cycle) -> str:
    return reverse("cycles:diagnosis_desk", args=[edition.slug])


def desk_page(title: str, label: str, edition: Cycle, lead: str = "") -> Act:
    return Act(title, label, desk_url(edition), _("Rendez-vous"), edition.title, lead)


@require_safe
def desk(request: MemberRequest, cycle: str) -> HttpResponse:
    """What was said, what it makes, and what remains to be done."""
    now = timezone.now()
    edition = edition_at_desk(request, cycle)
    waiting = edition.concerns.filter(issue=None, set_aside_at=None).select_related("area")
    context = {
        "cycle": edition,
        "waiting": waiting.order_by("said_at", "pk")[:100],
        "priorities": selectors.priorities(edition),
        "answered": selectors.heard(edition),
        "dots": Diagnosis.objects.filter(cycle=edition).first(),
        "counted": DotCount.objects.filter(diagnosis__cycle=edition).order_by("-entered_at", "-pk")[:50],
        "associations": _associations(edition),
        "call": selectors.call_of(edition),
        "may": policies.can_diagnose(request.user, edition, now),
        "may_list": policies.can_list_issues(request.user, edition, now),
        "may_print": sheets.may_request_dots(request.user, {"cycle": edition.slug}, now),
        "may_open": policies.can_open_dots(request.user, edition, now),
        "may_publish": policies.can_publish_diagnosis(request.user, edition, now),
        "desk": _("Rendez-vous"),
    }
    return render(request, "cycles/diagnosis_desk.html", context)


def _associations(edition: Cycle) -> list[str]:
    """The names in which dots were given, as they were declared: for the team alone."""
    named = DotAnswer.objects.filter(diagnosis__cycle=edition).exclude(association="")
    counted = Counter(named.order_by("association", "pk").values_list("association", flat=True)[:200])
    return [f"{name} ({number})" if number > 1 else name for name, number in counted.items()]


def enter(request: MemberRequest, cycle: str) -> HttpResponse:
    """A concern from paper or a meeting."""
    now = timezone.now()
    edition = edition_at_desk(request, cycle)
    form = forms.ConcernEntryForm(request.POST or None, cycle=edition)

    def run() -> None:
        data = form.cleaned_data
        services.say_concern(
            edition,
            data["words"],
            by=request.user,
            at=now,
            area=data["area"],
            channel=data["channel"],
            key=data["once"],
        )

    page = desk_page(_("Saisir un constat"), _("Enregistrer le constat"), edition)
    return acts.answer(request, form, page, run, _("Le constat est enregistré."))


def add_issue(request: MemberRequest, cycle: str) -> HttpResponse:
    """An issue."""
    now = timezone.now()
    edition = edition_at_desk(request, cycle)
    form = forms.IssueForm(request.POST or None)
    page = desk_page(_("Ajouter un enjeu"), _("Ajouter l’enjeu"), edition)
    return acts.answer(
        request,
        form,
        page,
        lambda: services.add_issue(edition, by=request.user, at=now, **form.cleaned_data),
        _("L’enjeu est ajouté."),
    )


def group(request: MemberRequest, cycle: str) -> HttpResponse:
    """Put each concern under its issue."""
    now = timezone.now()
    edition = edition_at_desk(request, cycle)
    kept = edition.concerns.filter(set_aside_at=None)
    concerns = list(kept.order_by(F("issue").asc(nulls_first=True), "said_at", "pk")[:100])  # what waits comes first
    issues = list(edition.issues.order_by("title", "pk"))
    form = forms.GroupForm(request.POST if request.method == "POST" else None, concerns=concerns, issues=issues)
    page = desk_page(_("Regrouper les constats"), _("Enregistrer les regroupements"), edition)
    return acts.answer(
        request,
        form,
        page,
        lambda: services.group_concerns(edition, by=request.user, at=now, choices=form.grouped),
        _("Les regroupements sont enregistrés."),
    )


def set_aside(request: MemberRequest, cycle: str, concern: int) -> HttpResponse:
    """Leave a concern out, and say why."""
    now = timezone.now()
    edition = edition_at_desk(request, cycle)
    row = Concern.objects.select_related("cycle").filter(cycle=edition, pk=concern).first()
    if row is None:
        raise Http404
    form = forms.AsideForm(request.POST or None)
    page = desk_page(_("Écarter ce constat"), _("Écarter"), edition, row.words)
    return acts.answer(
        request,
        form,
        page,
        lambda: services.set_concern_aside(row, by=request.user, at=now, reason=form.cleaned_data["reason"]),
        _("Le constat est écarté."),
    )


def publish(request: MemberRequest, cycle: str) -> HttpResponse:
    """Publish the diagnosis: the call refers to it."""
    now = timezone.now()
    edition = edition_at_desk(request, cycle)
    form = forms.PublishForm(request.POST or None)
    lead = _("Les enjeux seront publiés dans l’ordre de leurs gommettes. Ensuite, ils ne changent plus.")
    page = desk_page(_("Publier le diagnostic"), _("Publier"), edition, lead)
    return acts.answer(
        request,
        form,
        page,
        lambda: services.publish_diagnosis(edition, by=request.user, at=now, **form.cleaned_data),
        _("Le diagnostic est publié."),
    )
