"""The head's desk: opinions to validate, the department's cases, what is late."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from bp_platform.accounts.models import Role, RoleAssignment
from bp_platform.core.components import Count
from bp_platform.core.http import MemberRequest, see_other
from instruction import policies, selectors, services
from instruction.forms import EntrustForm
from instruction.models import DepartmentOpinion


@require_safe
def desk(request: MemberRequest) -> HttpResponse:
    """What the department must still say, and what its head must stand by."""
    now = timezone.now()
    policies.desk_for(request.user, now, Role.HEAD)
    departments = policies.departments_of(request.user, now, Role.HEAD)
    opinions = list(selectors.opinions_to_validate(departments))
    parts = selectors.parts_of(departments, now)
    late = sum(1 for part in parts if part.is_late)
    waiting = _("%(n)d avis à valider") % {"n": len(opinions)} if opinions else _("Aucun avis à valider")
    context = {
        "heading": ", ".join([waiting, *_late_words(late)]),
        "opinions": opinions,
        "counts": [
            Count(_("Dossiers en cours"), len(parts)),
            Count(_("En retard"), late, is_late=bool(late)),
            Count(_("Temps estimé"), selectors.hours_words(parts)),
        ],
        "rows": selectors.part_rows(parts, now, names_person=True),
        "columns": [_("Dossier"), _("Échéance")],
        "desk": next(
            (r.department.short_name for r in request.user.held_roles(now) if r.role == Role.HEAD and r.department), ""
        ),
    }
    return render(request, "instruction/my_department.html", context)


def _late_words(late: int) -> list[str]:
    return [ngettext("%(n)d dossier en retard", "%(n)d dossiers en retard", late) % {"n": late}] if late else []


@require_POST
def validate(request: MemberRequest, pk: int) -> HttpResponse:
    """The head stands by the opinion."""
    now = timezone.now()
    policies.desk_for(request.user, now, Role.HEAD)
    departments = policies.departments_of(request.user, now, Role.HEAD)
    opinion = (
        DepartmentOpinion.objects.select_related("case__proposal").filter(pk=pk, department__in=departments).first()
    )
    if opinion is None:
        raise Http404
    services.validate_opinion(opinion, by=request.user, at=now)
    number = opinion.case.proposal.number
    messages.success(request, _("L’avis de votre direction sur %(number)s est validé.") % {"number": number})
    return see_other("instruction:my_department")


def entrust(request: MemberRequest, number: str) -> HttpResponse:
    """Name who follows the case in the department."""
    now = timezone.now()
    policies.desk_for(request.user, now, Role.HEAD)
    case = policies.case_for(request.user, number, now)
    departments = policies.departments_of(request.user, now, Role.HEAD)
    part = case.assignments.filter(department__in=departments).select_related("department", "person").first()
    if part is None:
        raise Http404
    roles = RoleAssignment.objects.filter(department=part.department, role__in=policies.STUDY_ROLES, until_on=None)
    people = list(roles.values_list("user_id", flat=True))
    form = EntrustForm(request.POST or None, people=people, initial={"person": part.person_id})
    if request.method == "POST" and form.is_valid():
        person = form.cleaned_data["person"]
        services.entrust(part, by=request.user, at=now, person=person)
        name = person.shown_name if person else _("toute la direction")
        messages.success(request, _("Le dossier %(number)s est suivi par %(name)s.") % {"number": number, "name": name})
        return see_other("instruction:case", number)
    context = {"proposal": case.proposal, "form": form, "desk": part.department.short_name}
    return render(request, "instruction/entrust.html", context, status=422 if form.errors else 200)
