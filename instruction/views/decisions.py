"""The decision desk, and the publication of all answers at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from bp_platform.accounts.models import Role
from bp_platform.core.decisions import Refused
from bp_platform.core.http import MemberRequest, see_other
from cycles import policies as cycle_policies
from cycles.models import Cycle
from instruction import flow, policies, selectors, services
from instruction.forms import DecisionForm
from instruction.models import Case, Outcome

TEAM = (Role.PARTICIPATION, Role.ADMINISTRATOR)
DECIDERS = (*TEAM, Role.ELECTED)


@require_safe
def desk(request: MemberRequest) -> HttpResponse:
    """Studies that wait for a decision."""
    now = timezone.now()
    policies.desk_for(request.user, now, *DECIDERS)
    rows = selectors.decision_rows(now)
    context = {
        "rows": rows,
        "count": len(rows),
        "columns": [_("Dossier"), _("Avis du pilote"), _("Étude rendue")],
        "desk": _("Décisions"),
    }
    return render(request, "instruction/decisions.html", context)


def decide(request: MemberRequest, number: str) -> HttpResponse:
    """What the departments found, and the answer to give."""
    now = timezone.now()
    policies.desk_for(request.user, now, *DECIDERS)
    case = policies.case_for(request.user, number, now)
    is_elected = request.user.holds(now, Role.ELECTED)
    form = DecisionForm(request.POST or None, is_elected=is_elected, reasons=policies.citable(case))
    if request.method == "POST" and form.is_valid():
        try:
            _decide(case, form.cleaned_data, request, now)
        except Refused as refusal:
            form.add_error(None, str(refusal.decision.reason))
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("La réponse au dossier %(number)s est décidée.") % {"number": number})
            return see_other("instruction:decisions")
    costing = selectors.current_costing(case)
    committee = selectors.committee_of(case)
    context = {
        "case": case,
        "proposal": case.proposal,
        "form": form,
        "is_elected": is_elected,
        "opinions": sorted(case.opinions.all(), key=lambda o: o.pk),
        "costs": selectors.cost_sheet(costing) if costing else None,
        "questions": sorted(case.questions.all(), key=lambda q: (q.asked_at, q.pk)),
        "committee": committee,
        "committee_words": selectors.stances_words(committee),
        "may": flow.REJECT.may(request.user, case, now),
        "may_accept": flow.FEASIBLE.may(request.user, case, now),
        "desk": _("Décisions"),
    }
    return render(request, "instruction/decide.html", context, status=422 if form.errors else 200)


def _decide(case: Case, data: dict[str, Any], request: MemberRequest, now: Any) -> None:
    if data["outcome"] == Outcome.FEASIBLE:
        services.declare_feasible(case, by=request.user, at=now)
    elif data["outcome"] == Outcome.FEASIBLE_WITH_CHANGES:
        services.declare_feasible_with_changes(case, by=request.user, at=now, changes=data["changes"])
    else:
        services.reject(
            case,
            by=request.user,
            at=now,
            reason=data["reason"],
            explanation=data["explanation"],
            next_step=data["next_step"],
        )


@require_safe
def answers(request: MemberRequest) -> HttpResponse:
    """All answers as they will be read, before they leave together."""
    now = timezone.now()
    user = policies.desk_for(request.user, now, *TEAM)
    waiting = Cycle.objects.filter(proposals__case__in=Case.objects.active().to_publish()).distinct().order_by("pk")
    previews = [(cycle, selectors.preview(cycle)) for cycle in waiting]
    context = {
        "editions": [
            {"cycle": cycle, "previews": items, "may": policies.can_publish(user, cycle, now)}
            for cycle, items in previews
        ],
        "count": sum(len(items) for _cycle, items in previews),
        "desk": _("Réponses"),
    }
    return render(request, "instruction/answers.html", context)


@require_POST
def publish(request: MemberRequest, cycle: str) -> HttpResponse:
    """Publish every answer of the cycle."""
    now = timezone.now()
    policies.desk_for(request.user, now, *TEAM)
    edition = cycle_policies.cycle_for(request.user, cycle, now)
    cases = services.publish_answers(edition, by=request.user, at=now)
    said = ngettext(
        "%(n)d réponse est publiée et envoyée.", "%(n)d réponses sont publiées et envoyées.", len(cases)
    ) % {"n": len(cases)}
    messages.success(request, said)
    return see_other("instruction:answers")
