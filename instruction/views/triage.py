"""The triage desk: the participation team opens cases and hands them to departments."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from bp_platform.accounts.models import Role
from bp_platform.core import calendar
from bp_platform.core.http import MemberRequest, see_other
from cycles import policies as cycle_policies
from cycles import selectors as cycle_selectors
from instruction import flow, policies, selectors, services
from instruction.forms import AssignForm
from instruction.models import Case

TEAM = (Role.PARTICIPATION, Role.ADMINISTRATOR)


@require_safe
def desk(request: MemberRequest) -> HttpResponse:
    """Ideas without a case, and cases without a department."""
    now = timezone.now()
    user = policies.desk_for(request.user, now, *TEAM)
    triage = selectors.triage_of()
    openings = [
        {"cycle": cycle, "count": count, "may": policies.can_open_study(user, cycle, now)}
        for cycle, count in triage.without_case
    ]
    context = {
        "triage": triage,
        "openings": openings,
        "rows": selectors.triage_rows(triage.to_assign, now),
        "columns": [_("Dossier"), _("Reçu")],
        "desk": _("Tri"),
    }
    return render(request, "instruction/triage.html", context)


@require_POST
def open_all(request: MemberRequest, cycle: str) -> HttpResponse:
    """Open a case for every published idea of the cycle."""
    now = timezone.now()
    policies.desk_for(request.user, now, *TEAM)
    edition = cycle_policies.cycle_for(request.user, cycle, now)
    cases = services.open_cases(edition, by=request.user, at=now)
    said = ngettext("%(n)d dossier est ouvert.", "%(n)d dossiers sont ouverts.", len(cases)) % {"n": len(cases)}
    messages.success(request, said)
    return see_other("instruction:triage")


def assign(request: MemberRequest, number: str) -> HttpResponse:
    """Name the lead department, those it consults, and the day."""
    now = timezone.now()
    policies.desk_for(request.user, now, *TEAM)
    case = policies.case_for(request.user, number, now)
    form = AssignForm(request.POST or None, initial=_initial(case, now))
    if request.method == "POST" and form.is_valid():
        try:
            services.assign(case, by=request.user, at=now, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            lead = form.cleaned_data["lead"]
            messages.success(
                request, _("Le dossier %(number)s est confié à : %(lead)s.") % {"number": number, "lead": lead.name}
            )
            return see_other("instruction:triage")
    context = {"case": case, "proposal": case.proposal, "form": form, "may": flow.ASSIGN.may(request.user, case, now)}
    return render(request, "instruction/assign.html", context | {"desk": _("Tri")}, status=422 if form.errors else 200)


def _initial(case: Case, now: datetime) -> dict[str, object]:
    """What is assigned already, else the rulebook's delay (règlement, art. 5)."""
    parts = list(case.assignments.select_related("department").order_by("-kind", "pk"))
    if parts:
        return {
            "lead": next(part.department for part in parts if part.is_lead),
            "consulted": [part.department_id for part in parts if not part.is_lead],
            "due_on": parts[0].due_on,
            "complexity": parts[0].complexity,
        }
    rules = cycle_selectors.rules_of(case.proposal.cycle)
    return {"due_on": calendar.local_day(now) + timedelta(days=rules.study.opinion_days)}
