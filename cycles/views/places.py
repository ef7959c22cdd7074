"""The desk of places: the list and its map, a file read and taken, a place changed or removed."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from bp_platform.core.components import Cell, Row
from bp_platform.core.decisions import Refused
from bp_platform.core.fields import refuse
from bp_platform.core.http import MemberRequest, see_other
from cycles import policies, selectors, services, wording
from cycles.forms.places import AreaFileForm, AreaForm
from cycles.models import Area, AreaImport, AreaImportState, Cycle

STEP = "lieux"


@require_http_methods(["GET", "POST"])
def desk(request: MemberRequest, cycle: str) -> HttpResponse:
    """The places as a tree, their map, and one more by hand."""
    now = timezone.now()
    edition = policies.frame_for(request.user, cycle, now)
    may = policies.can_prepare(request.user, edition, now)
    form = AreaForm(request.POST or None, cycle=edition) if may else None
    if request.method == "POST" and form is not None and form.is_valid():
        data = form.cleaned_data
        try:
            area = services.add_area(
                edition, by=request.user, at=now, code=_free_code(edition, data["name"]),
                rank=services.next_rank(edition), **data,
            )  # fmt: skip
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("« %(name)s » est ajouté.") % {"name": area.name})
            return see_other("cycles:setup_places", cycle)
    areas = selectors.areas_of(edition)
    context = {
        "cycle": edition, "step": STEP, "form": form, "may": may, "rows": _rows(areas, edition, may=bool(may)),
        "columns": [_("Lieu"), _("Nature"), _("Habitants"), _("Contour")], "map": selectors.map_of(areas),
    }  # fmt: skip
    is_wrong = form is not None and form.errors
    return render(request, "cycles/setup/places.html", context, status=422 if is_wrong else 200)


def _free_code(cycle: Cycle, name: str) -> str:
    taken = set(cycle.areas.values_list("code", flat=True))
    code, number = slugify(name)[:40], 1
    while code in taken:
        number += 1
        code = f"{slugify(name)[:36]}-{number}"
    return code


def _rows(areas: list[Area], cycle: Cycle, *, may: bool) -> list[Row]:
    names: dict[int | None, str] = {area.pk: area.name for area in areas}
    return [
        Row(
            [
                Cell(
                    area.name,
                    note=_("dans %(parent)s") % {"parent": names[area.parent_id]} if depth else "",
                    url=resolve_url("cycles:setup_place", cycle.slug, area.code) if may else "",
                ),
                Cell(str(area.get_kind_display())),
                Cell(wording.inhabitants(area.population), is_number=True, is_late=area.population is None),
                Cell(_("dessiné") if area.box else _("sans contour")),
            ]
        )
        for area, depth in selectors.in_tree(areas)
    ]


@require_http_methods(["GET", "POST"])
def deposit(request: MemberRequest, cycle: str) -> HttpResponse:
    """Give a file of places; it is read, and shown before anything is written."""
    now = timezone.now()
    edition = policies.preparation_for(request.user, cycle, now)
    form = AreaFileForm(request.POST or None, request.FILES or None, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            services.deposit_area_file(
                edition, by=request.user, at=now, key=form.cleaned_data["key"], file_name=file.name,
                content=file.read(), options=form.options(),
            )  # fmt: skip
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            return see_other("cycles:setup_places_preview", cycle)
    context = {"cycle": edition, "step": STEP, "form": form}
    return render(request, "cycles/setup/places_file.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def preview(request: MemberRequest, cycle: str) -> HttpResponse:
    """What a file holds, drawn; taken whole when the team says so."""
    now = timezone.now()
    made = policies.area_import_for(request.user, cycle, now)
    refusal = ""
    if request.method == "POST":
        try:
            written = services.apply_area_file(made, by=request.user, at=now)
        except Refused as error:
            refusal = str(error)
        except ValidationError as error:
            refusal = " ".join(error.messages)
        else:
            said = ngettext("%(n)d lieu est enregistré.", "%(n)d lieux sont enregistrés.", len(written))
            messages.success(request, said % {"n": len(written)})
            return see_other("cycles:setup_places", cycle)
    if made.state == AreaImportState.APPLIED:
        return see_other("cycles:setup_places", cycle)
    context = _preview(made) | {"refusal": refusal}
    return render(request, "cycles/setup/places_preview.html", context, status=422 if refusal else 200)


def _preview(made: AreaImport) -> dict[str, Any]:
    known = set(made.cycle.areas.values_list("code", flat=True))
    names = {row["code"]: row["name"] for row in made.places}
    rows = [
        Row(
            [
                Cell(row["name"]),
                Cell(_("mis à jour")) if row["code"] in known else Cell("", tag=_("nouveau"), tone="accent"),
                Cell(names.get(row["parent"], row["parent"]) or "—"),
                Cell(wording.inhabitants(row["population"]), is_number=True),
            ]
        )
        for row in made.places
    ]  # fmt: skip
    return {
        "cycle": made.cycle,
        "step": STEP,
        "made": made,
        "map": selectors.map_of_rows(made.places, made.findings),
        "findings": [wording.finding(row) for row in made.findings if row["kind"] != "crossing"],
        "rows": rows,
        "columns": [_("Lieu"), _("Ce qui change"), _("À l’intérieur de"), _("Habitants")],
        "is_waiting": made.state == AreaImportState.WAITING,
        "is_refused": made.state == AreaImportState.REFUSED,
    }


@require_http_methods(["GET", "POST"])
def change(request: MemberRequest, cycle: str, code: str) -> HttpResponse:
    """One place: its name, its nature, what it lies in, its inhabitants."""
    now = timezone.now()
    area = policies.area_for(request.user, cycle, code, now)
    initial = {"name": area.name, "kind": area.kind, "parent": area.parent_id, "population": area.population}
    form = AreaForm(request.POST or None, cycle=area.cycle, area=area, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_area(area, by=request.user, at=now, **form.cleaned_data)
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("« %(name)s » est enregistré.") % {"name": form.cleaned_data["name"]})
            return see_other("cycles:setup_places", cycle)
    removal = policies.can_remove_area(area, now)
    context = {"cycle": area.cycle, "step": STEP, "area": area, "form": form, "removal": removal}
    context["map"] = selectors.map_of([area])
    return render(request, "cycles/setup/place.html", context, status=422 if form.errors else 200)


@require_POST
def move(request: MemberRequest, cycle: str, code: str) -> HttpResponse:
    """One place up or down in the list."""
    now = timezone.now()
    area = policies.area_for(request.user, cycle, code, now)
    services.move_area(area, by=request.user, at=now, step=1 if request.POST.get("sens") == "bas" else -1)
    return see_other("cycles:setup_places", cycle)


@require_POST
def remove(request: MemberRequest, cycle: str, code: str) -> HttpResponse:
    """Remove a place that nothing rests on."""
    now = timezone.now()
    area = policies.area_for(request.user, cycle, code, now)
    try:
        services.remove_area(area, by=request.user, at=now)
    except Refused as error:
        messages.error(request, str(error))
        return see_other("cycles:setup_place", cycle, code)
    messages.success(request, _("« %(name)s » est retiré.") % {"name": area.name})
    return see_other("cycles:setup_places", cycle)
