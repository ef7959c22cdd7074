"""Residents asked about the open settings: their page, and the team’s."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bp_platform.accounts.selectors import public_body
from bp_platform.core import calendar, limits
from bp_platform.core.decisions import Refused, demand
from bp_platform.core.fields import refuse
from bp_platform.core.http import MemberRequest, Request, see_other
from bp_platform.core.network import network_of
from cycles import caching, policies, selectors, services, settings_words
from cycles.forms.consultations import AnswerForm, ConsultationForm, DecideForm, PaperForm
from cycles.models import (
    Consultation,
    ConsultationAnswer,
    Cycle,
    OpenParameter,
    PaperAnswers,
    RemarkState,
    RulebookVersion,
)
from cycles.views import acts, browsers

COOKIE = "avis"
PER_PAGE = 30


@login_not_required
@never_cache
def answer(request: Request, cycle: str) -> HttpResponse:
    """The public page: the questions while it is open, what was answered and decided afterwards."""
    now = timezone.now()
    edition = policies.rulebook_for(request.user, cycle, now)
    if not policies.may_see(request.user, edition, now):
        caching.lead_elsewhere(request)
    consultation = selectors.shown_consultation(edition, now)
    if consultation is None:
        raise Http404
    may = policies.can_answer(consultation, now)
    if not may and request.method != "POST":
        return _results(request, consultation)
    token, parameters = browsers.token_of(request, COOKIE), list(consultation.parameters.order_by("pk"))
    posted = request.POST if request.method == "POST" else None
    form = AnswerForm(posted, parameters=parameters, initial=_answered(consultation, token))
    if request.method == "POST" and form.is_valid() and not form.cleaned_data["site"]:
        browser = token or browsers.new_token()
        try:
            demand(limits.spend("consultation", network_of(request), limit=120, per=timedelta(hours=1), at=now))
            services.answer_consultation(
                consultation, at=now, browser=browser, choices=form.choices(), remark=form.cleaned_data["remark"]
            )
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("Merci, votre avis est enregistré. Vous pouvez le changer jusqu’à la clôture."))
            response = see_other("cycles:consultation", edition.slug)
            browsers.remember(response, COOKIE, browser, path=reverse("cycles:consultation", args=[edition.slug]))
            return response
    context = {"cycle": edition, "consultation": consultation, "form": form, "is_again": bool(form.initial)}
    context["left"] = calendar.days_left_words(consultation.closes_at, now)
    return render(request, "cycles/consultation.html", context, status=422 if form.errors else 200)


def _answered(consultation: Consultation, token: str) -> dict[str, Any]:
    """What this browser answered before, to be changed."""
    previous = selectors.answer_of(consultation, token) if token else None
    if previous is None:
        return {}
    picked = {f"q_{choice.parameter_id}": str(choice.option) for choice in previous.choices.all()}
    return {"remark": previous.remark, **picked}


def _results(request: Request, consultation: Consultation) -> HttpResponse:
    is_published = consultation.published_at is not None
    online, sheets = selectors.participation(consultation)
    remarks = selectors.remarks(consultation, RemarkState.SHOWN) if is_published else []
    context = {
        "cycle": consultation.cycle,
        "consultation": consultation,
        "counts": selectors.question_counts(consultation) if is_published else [],
        "online": online,
        "sheets": sheets,
        "page": Paginator(remarks, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "cycles/consultation_results.html", context)


@login_not_required
@require_POST
def order_sheet(request: Request, cycle: str) -> HttpResponse:
    """Order the sheet to answer on paper; the team may before the opening, to print it in time."""
    now = timezone.now()
    is_team = bool(policies.team_only(acts.actor_of(request), now))
    edition = policies.cycle_to_prepare(request.user, cycle, now) if is_team else None
    edition = edition or policies.rulebook_for(request.user, cycle, now)
    consultation = selectors.last_consultation(edition) if is_team else selectors.shown_consultation(edition, now)
    if consultation is None:
        raise Http404
    arguments = {"cycle": edition.slug, "version": consultation.version.number}
    back = reverse("cycles:prepare_consultation" if is_team else "cycles:consultation", args=[edition.slug])
    return acts.ordered(request, "consultation_sheet", arguments, back, now, with_key=True)


def prepare(request: MemberRequest, cycle: str) -> HttpResponse:
    """The team opens settings: which, asked how, between which days. Once open, the desk of the answers."""
    now = timezone.now()
    edition = policies.cycle_to_change(request.user, cycle, now)
    draft = selectors.open_draft(edition)
    known = selectors.last_consultation(edition)
    if known is not None and known.has_opened(now) and (draft is None or known.version_id == draft.pk):
        return _desk(request, known, now)
    if draft is None:
        messages.warning(request, _("Une consultation porte sur un projet de règlement : ouvrez-en un d’abord."))
        return see_other("cycles:adoption", edition.slug)
    mine = known if known is not None and known.version_id == draft.pk else None
    chosen = request.POST.getlist("reglage") or request.GET.getlist("reglage")
    if not chosen and mine is not None:
        chosen = list(mine.parameters.order_by("pk").values_list("setting", flat=True))
    chosen = [code for code in dict.fromkeys(chosen) if settings_words.exists(code)][:12]
    return _prepared(request, edition, draft, mine, chosen, now)


def _prepared(
    request: MemberRequest,
    edition: Cycle,
    draft: RulebookVersion,
    mine: Consultation | None,
    chosen: list[str],
    at: datetime,
) -> HttpResponse:
    values = selectors.rules_in(draft).model_dump(mode="json")
    form = ConsultationForm(
        request.POST or None, settings=chosen, values=values, initial=_initial(mine, chosen, calendar.local_day(at))
    )
    if request.method == "POST" and form.is_valid():
        zone, data = public_body().zone, form.cleaned_data
        try:
            services.prepare_consultation(
                draft,
                by=request.user,
                at=at,
                opens_at=calendar.at_midnight(data["opens_on"], zone),
                closes_at=calendar.at_midnight(data["closes_on"] + timedelta(days=1), zone),
                questions=form.questions(),
                intro=data["intro"],
                paper_places=data["paper_places"],
            )
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("La consultation est prête : elle s’ouvrira à sa date."))
            return see_other("cycles:prepare_consultation", edition.slug)
    context = {
        "cycle": edition,
        "step": "adoption",
        "desk": _("Éditions"),
        "form": form,
        "chosen": chosen,
        "known": mine,
        "groups": _choices(edition, chosen),
        "may": policies.can_consult(request.user, draft, at),
    }
    return render(request, "cycles/setup/consultation.html", context, status=422 if form.errors else 200)


def _initial(mine: Consultation | None, chosen: list[str], today: Any) -> dict[str, Any]:
    if mine is None:
        return {"opens_on": today + timedelta(days=1), "closes_on": today + timedelta(days=29)}
    initial: dict[str, Any] = {
        "opens_on": calendar.local_day(mine.opens_at),
        "closes_on": calendar.local_day(calendar.last_instant(mine.closes_at)),
        "intro": mine.intro,
        "paper_places": mine.paper_places,
    }
    for parameter in mine.parameters.order_by("pk"):
        if parameter.setting in chosen:
            number = chosen.index(parameter.setting)
            initial[f"question_{number}"] = parameter.question
            initial[f"options_{number}"] = "\n".join(option["label"] for option in parameter.options)
    return initial


def _choices(edition: Cycle, chosen: list[str]) -> list[tuple[str, list[tuple[str, Any, bool]]]]:
    """The settings that may be opened, by article: code, label, whether it is chosen."""
    frozen = selectors.frozen_sections(edition)
    groups: dict[str, list[tuple[str, Any, bool]]] = {}
    for code in settings_words.codes():
        section = code.partition(".")[0]
        if section not in frozen:
            groups.setdefault(settings_words.title_of(section), []).append(
                (code, settings_words.of(code).label, code in chosen)
            )
    return list(groups.items())


def _desk(request: MemberRequest, consultation: Consultation, at: datetime) -> HttpResponse:
    parameters = list(consultation.parameters.order_by("pk"))
    is_paper = request.POST.get("acte") == "feuilles"
    paper = PaperForm(
        request.POST if is_paper else None,
        parameters=parameters,
        initial={"key": uuid4(), "on_date": calendar.local_day(at)},
    )
    decide = {
        p.pk: DecideForm(_own(request, p), initial={"decided": p.decided, "why": p.why}, prefix=f"p{p.pk}")
        for p in parameters
    }
    if request.method == "POST":
        done = _done(request, consultation, paper, decide, at)
        if done:
            messages.success(request, done)
            return see_other("cycles:prepare_consultation", consultation.cycle.slug)
    online, sheets = selectors.participation(consultation)
    waiting = selectors.remarks(consultation, RemarkState.WAITING, RemarkState.SHOWN, RemarkState.KEPT)
    is_refused = bool(paper.errors or any(form.errors for form in decide.values()))
    context = {
        "cycle": consultation.cycle,
        "step": "adoption",
        "desk": _("Éditions"),
        "consultation": consultation,
        "counts": [(count, decide[count.parameter.pk]) for count in selectors.question_counts(consultation)],
        "online": online,
        "sheets": sheets,
        "paper": paper,
        "entered": list(consultation.sheets.order_by("-entered_at", "-pk")),
        "page": Paginator(waiting, PER_PAGE).get_page(request.GET.get("page")),
        "is_over": consultation.is_over(at),
        "may_enter": policies.can_enter_paper(request.user, consultation, at),
        "may_publish": policies.can_publish_results(request.user, consultation, at),
    }
    return render(request, "cycles/setup/answers.html", context, status=422 if is_refused else 200)


def _own(request: MemberRequest, parameter: OpenParameter) -> Any:
    return request.POST if request.POST.get("acte") == f"decider-{parameter.pk}" else None


def _done(
    request: MemberRequest, consultation: Consultation, paper: PaperForm, decide: dict[int, DecideForm], at: datetime
) -> str:
    """What was done, in words; empty when it was refused, and why is told."""
    act, by = request.POST.get("acte", ""), request.user
    try:
        if act == "feuilles" and paper.is_valid():
            data = paper.cleaned_data
            facts = {name: data[name] for name in ("place", "on_date", "sheets", "key")}
            services.enter_paper(consultation, by=by, at=at, counts=paper.counts(), **facts)
            return _("Les feuilles de « %(place)s » sont comptées.") % {"place": data["place"]}
        if act == "publier":
            services.publish_consultation(consultation, by=by, at=at)
            return _("Les résultats de la consultation sont publiés.")
        kind, _dash, row = act.partition("-")
        if kind == "decider" and int(row) in decide and decide[int(row)].is_valid():
            form = decide[int(row)]
            parameter = OpenParameter.objects.get(pk=int(row))
            services.decide_parameter(parameter, by=by, at=at, **form.cleaned_data)
            return _("La décision est notée.")
        if kind in {"montrer", "garder"}:
            found = get_object_or_404(ConsultationAnswer, consultation=consultation, pk=int(row))
            read = request.POST.get("lu", "")
            services.moderate_remark(found, by=by, at=at, is_shown=kind == "montrer", read=read)
            return _("La remarque sera publiée.") if kind == "montrer" else _("La remarque ne sera pas publiée.")
        if kind == "retirer":
            entered = get_object_or_404(PaperAnswers, consultation=consultation, pk=int(row))
            services.withdraw_paper(entered, by=by, at=at)
            return _("Ce comptage est retiré.")
    except (Refused, ValidationError) as error:
        if act == "feuilles":
            refuse(paper, error)
        else:
            messages.error(request, str(error) if isinstance(error, Refused) else " ".join(error.messages))
    except ValueError:
        return ""
    return ""


@require_POST
def cancel(request: MemberRequest, cycle: str) -> HttpResponse:
    """Take back a consultation that nobody has answered."""
    now = timezone.now()
    edition = policies.cycle_to_change(request.user, cycle, now)
    consultation = selectors.last_consultation(edition)
    if consultation is None:
        raise Http404
    try:
        services.cancel_consultation(consultation, by=request.user, at=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return see_other("cycles:prepare_consultation", edition.slug)
    messages.success(request, _("La consultation est annulée."))
    return see_other("cycles:adoption", edition.slug)
