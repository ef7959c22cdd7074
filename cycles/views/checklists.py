"""The checklist before the launch: the team entrusts, everybody ticks their part."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bp_platform.core import calendar
from bp_platform.core.components import Count
from bp_platform.core.decisions import Refused
from bp_platform.core.fields import refuse
from bp_platform.core.http import MemberRequest, see_other
from cycles import policies, selectors, services
from cycles.forms.checklists import CorrespondentsForm, ItemForm
from cycles.models import ChecklistItem, Cycle

STEP = "calendrier"


@never_cache
@require_safe
def mine(request: MemberRequest) -> HttpResponse:
    """The editions in whose preparation one has a part; the only one is opened at once."""
    policies.preparer_for(request.user, timezone.now())
    editions = selectors.editions_of(request.user)
    if len(editions) == 1:
        return redirect("cycles:my_checklist", editions[0].slug)
    return render(request, "cycles/preparations.html", {"editions": editions, "desk": _("Préparatifs")})


@never_cache
@require_http_methods(["GET", "POST"])
def checklist(request: MemberRequest, cycle: str) -> HttpResponse:
    """What must be ready, by whom, for when; for the team, one more item."""
    now = timezone.now()
    edition = policies.checklist_for(request.user, cycle, now)
    may = policies.can_prepare(request.user, edition, now)
    form = ItemForm(request.POST or None) if may else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            item = services.add_item(edition, by=request.user, at=now, **form.cleaned_data)
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("« %(label)s » est dans la liste.") % {"label": item.label})
            return see_other("cycles:my_checklist", cycle)
    is_reader = request.user.holds(now, *policies.READERS)
    items = selectors.checklist_of(edition, None if is_reader else request.user)
    context = _page(edition, items, request, now, may=bool(may)) | {"form": form, "may": may}
    is_wrong = form is not None and form.errors
    return render(request, "cycles/setup/checklist.html", context, status=422 if is_wrong else 200)


def _page(edition: Cycle, items: list[ChecklistItem], request: MemberRequest, now: Any, *, may: bool) -> dict[str, Any]:
    today = calendar.local_day(now)
    late = sum(1 for item in items if not item.is_done and item.due_on < today)
    done = sum(1 for item in items if item.is_done)
    correspondents = selectors.correspondents_of(edition)
    missing = [department.name for department, person in correspondents if person is None]
    names = {department.pk: person for department, person in correspondents}
    numbers = {pk: person.pk for pk, person in names.items() if person is not None}
    lines = [
        {
            "item": item,
            "is_late": not item.is_done and item.due_on < today,
            "who": item.person or names.get(item.department_id or 0),
            "may_tick": may or policies.is_entrusted(request.user, item, numbers.get(item.department_id or 0)),
        }
        for item in sorted(items, key=lambda item: item.is_done)  # what remains comes first
    ]
    heading = (
        ngettext("%(done)d point prêt sur %(all)d", "%(done)d points prêts sur %(all)d", done)
        if done
        else _("Rien n’est encore prêt.")
    )
    return {
        "cycle": edition,
        "step": STEP,
        "lines": lines,
        "done_words": (heading % {"done": done, "all": len(items)}) if items else "",
        "counts": [
            Count(_("Prêts"), done),
            Count(_("En retard"), late, is_late=late > 0),
            Count(_("Sans correspondant·e"), len(missing), is_late=bool(missing)),
        ],
        "missing": missing,
        "correspondents": correspondents,
    }


@require_POST
def start(request: MemberRequest, cycle: str) -> HttpResponse:
    """Begin with the usual items."""
    now = timezone.now()
    edition = policies.preparation_for(request.user, cycle, now)
    made = services.start_checklist(edition, by=request.user, at=now)
    said = ngettext("%(n)d point est ajouté à la liste.", "%(n)d points sont ajoutés à la liste.", len(made))
    messages.success(request, said % {"n": len(made)})
    return see_other("cycles:my_checklist", cycle)


@require_POST
def tick(request: MemberRequest, cycle: str, code: str) -> HttpResponse:
    """Ready, or not after all."""
    now = timezone.now()
    item = policies.item_for(request.user, cycle, code, now)
    is_done = request.POST.get("pret") == "oui"
    services.tick_item(item, by=request.user, at=now, is_done=is_done)
    said = _("« %(label)s » est prêt.") if is_done else _("« %(label)s » est de nouveau à préparer.")
    messages.success(request, said % {"label": item.label})
    return see_other("cycles:my_checklist", cycle)


@require_http_methods(["GET", "POST"])
def item(request: MemberRequest, cycle: str, code: str) -> HttpResponse:
    """Who prepares it, and for when."""
    now = timezone.now()
    edition = policies.preparation_for(request.user, cycle, now)
    known = policies.item_for(request.user, cycle, code, now)
    initial = {
        "label": known.label,
        "due_on": known.due_on,
        "department": known.department_id,
        "person": known.person_id,
    }
    form = ItemForm(request.POST or None, initial=initial)
    if request.method == "POST" and "retirer" in request.POST:
        services.remove_item(known, by=request.user, at=now)
        messages.success(request, _("« %(label)s » est retiré de la liste.") % {"label": known.label})
        return see_other("cycles:my_checklist", cycle)
    if request.method == "POST" and form.is_valid():
        try:
            services.entrust_item(known, by=request.user, at=now, **form.cleaned_data)
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("« %(label)s » est enregistré.") % {"label": form.cleaned_data["label"]})
            return see_other("cycles:my_checklist", cycle)
    context = {"cycle": edition, "step": STEP, "item": known, "form": form}
    return render(request, "cycles/setup/checklist_item.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def correspondents(request: MemberRequest, cycle: str) -> HttpResponse:
    """One name for each department."""
    now = timezone.now()
    edition = policies.preparation_for(request.user, cycle, now)
    rows = selectors.correspondents_of(edition)
    form = CorrespondentsForm(request.POST or None, rows=rows)
    if request.method == "POST" and form.is_valid():
        for department, _person in rows:
            services.name_correspondent(edition, department, by=request.user, at=now, person=form.named(department))
        messages.success(request, _("Les correspondances sont enregistrées."))
        return see_other("cycles:my_checklist", cycle)
    context = {"cycle": edition, "step": STEP, "form": form, "rows": rows}
    return render(request, "cycles/setup/correspondents.html", context, status=422 if form.errors else 200)
