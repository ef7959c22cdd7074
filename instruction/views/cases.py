"""The agent's desk: my cases, and one case with its opinion, its costing and its questions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bp_platform.accounts.models import Department, Role
from bp_platform.core import calendar
from bp_platform.core.components import Count
from bp_platform.core.decisions import Refused
from bp_platform.core.http import MemberRequest, see_other
from bp_platform.documents import services as documents
from instruction import flow, policies, selectors, services
from instruction.forms import (
    AnswerForm,
    CostingForm,
    OpinionForm,
    QuestionForm,
    cost_lines,
    costing_errors,
    without_line,
)
from instruction.models import Case
from instruction.selectors import Part

PAGE_SIZE = 50


@require_safe
def desk(request: MemberRequest) -> HttpResponse:
    """My cases, the most pressing first."""
    now = timezone.now()
    policies.desk_for(request.user, now, *policies.STUDY_ROLES)
    departments = policies.departments_of(request.user, now, *policies.STUDY_ROLES)
    parts = selectors.parts_of(departments, now, person=request.user)
    return render(request, "instruction/my_cases.html", _queue(request, parts, departments, now))


def _queue(request: MemberRequest, parts: list[Part], departments: list[int], now: datetime) -> dict[str, Any]:
    week = calendar.local_day(now).toordinal() + 7
    soon = sum(1 for part in parts if part.waits_for == "opinion" and part.due_on.toordinal() <= week)
    return {
        "heading": heading(parts),
        "counts": [
            Count(_("À rendre sous 7 jours"), soon),
            Count(_("Temps estimé"), selectors.hours_words(parts)),
            Count(_("Avis rendus ce mois"), selectors.done_this_month(departments, now)),
        ],
        "rows": selectors.part_rows(parts, now),
        "columns": [_("Dossier"), _("Échéance")],
        "desk": _desk_name(request, now),
    }


def heading(parts: list[Part]) -> str:
    """« 5 dossiers, 1 en retard »."""
    return selectors.parts_words(parts) or _("Aucun dossier ne vous attend")


def _desk_name(request: MemberRequest, now: datetime) -> str:
    row = next((r for r in request.user.held_roles(now) if r.department), None)
    return row.department.short_name if row and row.department else ""


@require_safe
def every(request: MemberRequest) -> HttpResponse:
    """Every case, for who reads them all and studies none: the auditor's way to each."""
    now = timezone.now()
    policies.desk_for(request.user, now, *policies.READERS)
    editions, asked = selectors.studied_editions(), request.GET.get("edition", "")
    chosen = next((edition for edition in editions if edition.slug == asked), None)
    page = Paginator(selectors.every_case(chosen.slug if chosen else ""), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": selectors.case_rows(page.object_list),
        "columns": [_("Dossier"), _("Étude"), _("Réponse")],
        "editions": editions,
        "chosen": chosen,
        "desk": _("Études"),
    }
    return render(request, "instruction/every_case.html", context)


def case(request: MemberRequest, number: str) -> HttpResponse:
    """One case: what the idea says, what each department says, and my department's opinion to write."""
    now = timezone.now()
    found = policies.case_for(request.user, number, now)
    mine = policies.department_of(request.user, found, now)
    draft = next((o for o in found.opinions.all() if mine and o.department_id == mine.pk), None)
    initial = (
        {"verdict": draft.verdict, "public_text": draft.public_text, "internal_note": draft.internal_note}
        if draft
        else {}
    )
    form = OpinionForm(request.POST or None, initial=initial)
    if request.method == "POST" and mine is not None and form.is_valid():
        try:
            services.give_opinion(found, by=request.user, at=now, department=mine, **form.cleaned_data)
        except (Refused, ValidationError) as error:
            _say(form, error)
        else:
            messages.success(request, _("Votre avis sur le dossier %(number)s est enregistré.") % {"number": number})
            return see_other("instruction:case", number)
    context = _case(request, found, mine, now) | {"form": form, "draft": draft}
    return render(request, "instruction/case.html", context, status=422 if form.errors else 200)


def _case(request: MemberRequest, found: Case, mine: Department | None, now: datetime) -> dict[str, Any]:
    """What the case's pages share: the queue beside it, and what may be done."""
    departments = policies.departments_of(request.user, now, *policies.STUDY_ROLES)
    is_head = mine is not None and request.user.holds(now, Role.HEAD, department_id=mine.pk)
    parts = selectors.parts_of(departments, now, person=None if is_head else request.user) if mine else []
    costing = selectors.current_costing(found)
    assignments = list(found.assignments.all())
    is_asked = any(question.answered_at is None for question in found.questions.all())
    return {
        "case": found,
        "proposal": found.proposal,
        "mine": mine,
        "is_head": is_head,
        "is_lead": mine is not None and any(p.is_lead and p.department_id == mine.pk for p in assignments),
        "parts_heading": heading(parts),
        "rows": selectors.part_rows(parts, now, current=found.proposal.number),
        "columns": [_("Dossier"), _("Échéance")],
        "part": next((part for part in parts if part.case.pk == found.pk), None),
        "opinions": sorted(found.opinions.all(), key=lambda o: o.pk),
        "questions": sorted(found.questions.all(), key=lambda q: (q.asked_at, q.pk)),
        "costs": selectors.cost_sheet(costing) if costing else None,
        "may_answer": is_asked and policies.can_answer(request.user, found, now),
        "may_study": policies.can_study(request.user, found, now),
        "may_opine": policies.can_give_opinion(request.user, found, mine, now) if mine else None,
        "may_resume": flow.RESUME.may(request.user, found, now),
        "may_complete": flow.COMPLETE.may(request.user, found, now),
        "desk": _desk_name(request, now),
    }


def costing(request: MemberRequest, number: str) -> HttpResponse:
    """The costing in lines; adding or removing a line keeps everything typed."""
    now = timezone.now()
    found, mine = _mine(request, number, now)
    current = selectors.current_costing(found)
    sheet = selectors.cost_sheet(current) if current else None
    initial: dict[str, Any] = {"price_on": calendar.local_day(now)}
    if current:
        initial = {
            "confidence_percent": current.confidence_percent,
            "price_on": current.price_on,
            "running_cost_eur": current.running_cost_eur,
            "funded_eur": current.funded_eur,
        }
    data: QueryDict | None = request.POST or None
    is_rewriting = data is not None and ("ajouter" in data or "retirer" in data)
    if data is not None and "retirer" in data:
        data = without_line(data, str(data["retirer"]))
    form = CostingForm(data, initial=initial)
    lines = cost_lines(data, sheet.items if sheet else (), more=data is not None and "ajouter" in data)
    if data is not None and not is_rewriting and all([form.is_valid(), lines.is_valid()]):
        typed = [line.line() for line in lines if line.is_filled]
        try:
            services.set_costing(found, by=request.user, at=now, lines=typed, department=mine, **form.cleaned_data)
        except (Refused, ValidationError) as error:
            _say(form, error)
        else:
            messages.success(request, _("Le chiffrage du dossier %(number)s est enregistré.") % {"number": number})
            return see_other("instruction:case", number)
    is_wrong = data is not None and not is_rewriting
    context = {
        "case": found,
        "proposal": found.proposal,
        "form": form,
        "lines": lines,
        "costs": sheet,
        "errors": costing_errors(form, lines) if is_wrong else [],
        "desk": _desk_name(request, now),
    }
    return render(request, "instruction/costing.html", context, status=422 if is_wrong else 200)


def question(request: MemberRequest, number: str) -> HttpResponse:
    """Ask the owner."""
    now = timezone.now()
    found, mine = _mine(request, number, now)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_owner(found, by=request.user, at=now, department=mine, **form.cleaned_data)
        except (Refused, ValidationError) as error:
            _say(form, error)
        else:
            messages.success(
                request, _("Votre question est partie ; l’échéance du dossier %(number)s est suspendue.")
                % {"number": number},
            )  # fmt: skip
            return see_other("instruction:case", number)
    context = {"case": found, "proposal": found.proposal, "form": form, "desk": _desk_name(request, now)}
    return render(request, "instruction/question.html", context, status=422 if form.errors else 200)


def record_answer(request: MemberRequest, number: str) -> HttpResponse:
    """Write down what the owner answered by phone, by post or at the desk."""
    now = timezone.now()
    found = policies.case_for(request.user, number, now)
    waiting = found.questions.filter(answered_at=None).order_by("-asked_at", "-pk").first()
    if waiting is None or not policies.can_answer(request.user, found, now):
        raise Http404
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_question(waiting, by=request.user, at=now, **form.cleaned_data)
        except (Refused, ValidationError) as error:
            _say(form, error)
        else:
            messages.success(
                request, _("La réponse est notée ; l’étude du dossier %(number)s reprend.") % {"number": number}
            )
            return see_other("instruction:case", number)
    context = {
        "proposal": found.proposal, "question": waiting, "form": form, "desk": _desk_name(request, now),
    }  # fmt: skip
    return render(request, "instruction/record_answer.html", context, status=422 if form.errors else 200)


@require_POST
def resume(request: MemberRequest, number: str) -> HttpResponse:
    """Go on without the owner's answer."""
    now = timezone.now()
    found = policies.case_for(request.user, number, now)
    services.resume_without_answer(found, by=request.user, at=now)
    messages.success(
        request,
        _("L’étude du dossier %(number)s reprend sans réponse ; le porteur en est prévenu.") % {"number": number},
    )
    return see_other("instruction:case", number)


@require_POST
def complete(request: MemberRequest, number: str) -> HttpResponse:
    """The study is done."""
    now = timezone.now()
    found = policies.case_for(request.user, number, now)
    services.complete_review(found, by=request.user, at=now)
    messages.success(request, _("L’étude du dossier %(number)s est rendue.") % {"number": number})
    return see_other("instruction:my_cases")


@require_POST
def sheet(request: MemberRequest, number: str) -> HttpResponse:
    """Order the instruction sheet in PDF."""
    now = timezone.now()
    found = policies.case_for(request.user, number, now)
    job = documents.request_job(
        "instruction_sheet", arguments={"number": found.proposal.number}, by=request.user, at=now
    )
    return see_other("documents:job", job.uid)


def _mine(request: MemberRequest, number: str, now: datetime) -> tuple[Case, Department]:
    """The case, for somebody whose department studies it."""
    found = policies.case_for(request.user, number, now)
    mine = policies.department_of(request.user, found, now)
    if mine is None:
        raise Http404
    return found, mine


def _say(form: Any, error: Refused | ValidationError) -> None:
    """A service's refusal, above the form; what was typed stays."""
    form.add_error(None, str(error.decision.reason) if isinstance(error, Refused) else error.messages)
