"""The team's desk of recruitment: applications, draws by lot, seats accepted and given up."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bp_platform.core import calendar
from bp_platform.core.http import MemberRequest
from cycles import policies, selectors, services
from cycles.forms import bodies as forms
from cycles.models import Application, ApplicationState, Body, Draw, DrawEntry, LotOutcome, Recruitment
from cycles.views import acts
from cycles.views.acts import Act


def _url(body: Body) -> str:
    return reverse("cycles:recruitment", args=[body.pk])


@require_safe
def applications(request: MemberRequest, pk: int) -> HttpResponse:
    """Who applies, college by college, and the draws."""
    now = timezone.now()
    found = policies.body_at_desk(request.user, pk, now)
    rows = found.applications.filter(state=ApplicationState.RECEIVED).select_related("contact", "college", "area")
    context = {
        "body": found,
        "cycle": found.cycle,
        "applications": rows.order_by("college__position", "submitted_at", "pk")[:500],
        "by_lot": found.colleges.filter(recruitment=Recruitment.LOT, applications__state=ApplicationState.RECEIVED)
        .distinct()
        .order_by("position", "pk"),
        "draws": [_draw_context(draw, request, now) for draw in found.draws.select_related("college").order_by("pk")],
        "desk": _("Instances"),
    }
    return render(request, "cycles/recruitment.html", context)


def _draw_context(draw: Draw, request: MemberRequest, now: Any) -> dict[str, Any]:
    drawn = {LotOutcome.SEATED, LotOutcome.ACCEPTED, LotOutcome.REFUSED}
    rows = draw.entries.select_related("application__contact", "replaces").filter(outcome__in=drawn).order_by("order")
    return {"draw": draw, "may": policies.can_draw(request.user, draw, now), "entries": list(rows)}


def enter(request: MemberRequest, pk: int) -> HttpResponse:
    """An application on paper or by phone."""
    now = timezone.now()
    found = policies.body_at_desk(request.user, pk, now)
    form = forms.ApplicationEntryForm(
        request.POST or None, body=found, initial={"received_on": calendar.local_day(now)}
    )
    page = Act(
        _("Saisir une candidature"),
        _("Enregistrer la candidature"),
        _url(found),
        _("Instances"),
        found.name,
        template="cycles/enter_application.html",
    )
    return acts.answer(
        request,
        form,
        page,
        lambda: services.apply(
            form.cleaned_data["college"],
            form.candidate(),
            by=request.user,
            at=now,
            once=form.cleaned_data["once"],
        ),
        _("La candidature est enregistrée ; l’accusé de réception part par courriel ou par courrier."),
    )


@require_POST
def settle(request: MemberRequest, pk: int, application: int) -> HttpResponse:
    """Choose an applicant, or turn them down."""
    now = timezone.now()
    found = policies.body_at_desk(request.user, pk, now)
    row = Application.objects.filter(body=found, pk=application).first()
    if row is None:
        raise Http404
    if request.POST.get("act") == "choose":
        said = _("Cette personne siège maintenant, et en est prévenue.")
        return acts.press(request, lambda: services.choose(row, by=request.user, at=now), said, _url(found))
    said = _("La réponse est partie.")
    return acts.press(request, lambda: services.turn_down(row, by=request.user, at=now), said, _url(found))


def announce(request: MemberRequest, pk: int, college: int) -> HttpResponse:
    """Announce a draw: the list, the quotas, the public number to come."""
    now = timezone.now()
    found = policies.body_at_desk(request.user, pk, now)
    row = found.colleges.filter(pk=college, recruitment=Recruitment.LOT).first()
    if row is None:
        raise Http404
    areas = list(found.cycle.areas.filter(children=None).order_by("name", "pk"))
    form = forms.AnnounceDrawForm(request.POST or None, areas=areas)
    lead = _("La liste des rangs et son empreinte sont publiées aussitôt, et ne changent plus.")
    page = Act(
        _("Annoncer le tirage : %(college)s") % {"college": row.name},
        _("Publier la liste"),
        _url(found),
        _("Instances"),
        found.name,
        lead,
        template="cycles/announce_draw.html",
    )
    return acts.answer(
        request,
        form,
        page,
        lambda: services.announce_draw(
            row,
            by=request.user,
            at=now,
            quotas=form.quotas,
            source=form.cleaned_data["source"],
            value_due_at=form.cleaned_data["value_due_at"],
        ),
        _("Le tirage est annoncé : la liste et son empreinte sont publiques."),
    )


def draw(request: MemberRequest, pk: int, draw: str) -> HttpResponse:
    """Enter the public number."""
    now = timezone.now()
    found = policies.body_at_desk(request.user, pk, now)
    row = found.draws.select_related("college", "body").filter(slug=draw).first()
    if row is None:
        raise Http404
    form = forms.DrawForm(request.POST or None)
    page = Act(
        _("Faire le tirage : %(college)s") % {"college": row.college.name},
        _("Tirer au sort"),
        _url(found),
        _("Instances"),
        found.name,
        row.source,
    )
    return acts.answer(
        request,
        form,
        page,
        lambda: services.draw_lots(row, by=request.user, at=now, value=form.cleaned_data["value"]),
        _("Le tirage est fait et publié ; chaque personne de la liste est prévenue."),
    )


@require_POST
def seat(request: MemberRequest, pk: int, entry: int) -> HttpResponse:
    """What somebody drawn answers."""
    now = timezone.now()
    found = policies.body_at_desk(request.user, pk, now)
    row = DrawEntry.objects.select_related("draw__body").filter(draw__body=found, pk=entry).first()
    if row is None:
        raise Http404
    if request.POST.get("act") == "accept":
        said = _("Cette personne siège maintenant.")
        return acts.press(request, lambda: services.accept_seat(row, by=request.user, at=now), said, _url(found))
    said = _("Le siège va à la personne suivante qui respecte les quotas, s’il en reste une.")
    return acts.press(request, lambda: services.refuse_seat(row, by=request.user, at=now), said, _url(found))


@require_safe
def opinions(request: MemberRequest) -> HttpResponse:
    """The opinions that wait for my department's answer; for the team, all of them."""
    now = timezone.now()
    rows = policies.opinions_to_answer(request.user, now).order_by("due_on", "pk")[:200]
    day = calendar.local_day(now)
    context = {"lines": [selectors.opinion_line(row, day) for row in rows], "desk": _("Avis des instances")}
    return render(request, "cycles/opinions_desk.html", context)


def answer_opinion(request: MemberRequest, pk: int) -> HttpResponse:
    """Answer one, in public."""
    now = timezone.now()
    row = policies.opinion_to_answer(request.user, pk, now)
    form = forms.AnswerForm(request.POST or None)
    page = Act(
        _("Répondre à l’avis n° %(n)d") % {"n": row.number},
        _("Publier la réponse"),
        reverse("cycles:opinions_desk"),
        _("Avis des instances"),
        row.body.name,
        template="cycles/answer_opinion.html",
        more={
            "opinion": row,
            "line": selectors.opinion_line(row, calendar.local_day(now)),
            "may": policies.can_answer_opinion(request.user, row, now),
        },
    )
    return acts.answer(
        request,
        form,
        page,
        lambda: services.answer_opinion(row, by=request.user, at=now, words=form.cleaned_data["words"]),
        _("La réponse est publiée, et les membres prévenus."),
    )
