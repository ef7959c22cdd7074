"""The editions’ desk: the list, and the ways to begin a new one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bp_platform.core import calendar
from bp_platform.core.components import Cell, Row
from bp_platform.core.decisions import Refused
from bp_platform.core.fields import refuse
from bp_platform.core.http import MemberRequest, see_other
from cycles import policies, presets, selectors, services
from cycles.forms.editions import CloneForm, MicroForm, NamedForm, PresetForm
from cycles.models import Cycle, CycleState


@require_safe
def desk(request: MemberRequest) -> HttpResponse:
    """Every edition: where it stands, what waits."""
    now = timezone.now()
    if not policies.may_read_desk(request.user, now):
        raise Http404
    rows = [_row(cycle, now) for cycle in selectors.editions_desk(now)]
    context = {
        "rows": rows,
        "columns": [_("Édition"), _("État"), _("Ce qui attend")],
        "desk": _("Éditions"),
        "may_begin": policies.may_begin(request.user, now),
    }
    return render(request, "cycles/setup/editions.html", context)


def _open_to(request: MemberRequest, at: datetime) -> None:
    """The ways to begin exist for who may begin."""
    if not policies.may_begin(request.user, at):
        raise Http404


def _row(cycle: Cycle, at: datetime) -> Row:
    is_adopted, has_draft = selectors.waiting_words(cycle)
    tones = {CycleState.PUBLIC: "success", CycleState.PREPARED: "signal"}
    state = _("cachée du public") if cycle.is_hidden else cycle.get_state_display()
    if cycle.state == CycleState.PREPARED:
        waits = _("À publier") if is_adopted else _("Règlement à adopter") if has_draft else _("À préparer")
    else:
        waits = _("Projet de règlement en cours") if has_draft and cycle.state != CycleState.CLOSED else ""
    phase = selectors.leading_phase(cycle.phases.all(), at)
    note = str(phase.get_kind_display()) if phase and cycle.state == CycleState.PUBLIC else ""
    return Row(
        [
            Cell(cycle.title, note=f"/{cycle.slug}/", url=reverse("cycles:setup", args=[cycle.slug])),
            Cell(note, tag=state, tone=tones.get(CycleState(cycle.state), "")),  # type: ignore[arg-type] # a Tone
            Cell(waits or _("Rien n’attend")),
        ]
    )


@require_safe
def new(request: MemberRequest) -> HttpResponse:
    """The ways to begin: a small commune’s screen, a card, a former edition, almost nothing."""
    now = timezone.now()
    _open_to(request, now)
    former = [cycle for cycle in selectors.editions_desk(now) if cycle.phases.all()]
    context: dict[str, Any] = {"cards": presets.catalogue(), "former": former, "desk": _("Éditions")}
    context["may_start_empty"] = selectors.every_step_answers()
    return render(request, "cycles/setup/new.html", context)


def from_preset(request: MemberRequest, key: str) -> HttpResponse:
    """An edition from a card."""
    card = next((offer for offer in presets.catalogue() if offer.key == key), None)
    if card is None:
        raise Http404
    now = timezone.now()
    names = _names(now) | {"starts_on": _monday_after(now, weeks=12)}
    form = PresetForm(request.POST or None, initial=names)
    made: Callable[..., Cycle] = lambda **facts: services.create_from_preset(key, **facts)  # noqa: E731 -- one line, one use
    return _create(request, now, form, made, {"card": card, "heading": card.title})


def from_former(request: MemberRequest, source: str) -> HttpResponse:
    """An edition from a former one: everything but what happened."""
    now = timezone.now()
    cycle = policies.cycle_to_change(request.user, source, now)
    form = CloneForm(request.POST or None, initial=_next_names(cycle, now) | {"years": 1})
    made: Callable[..., Cycle] = lambda **facts: services.clone_cycle(cycle, **facts)  # noqa: E731 -- one line, one use
    lessons = cycle.lessons.filter(withdrawn_at=None).count()
    return _create(
        request, now, form, made, {"source": cycle, "lessons": lessons, "heading": _("Reprendre une édition")}
    )


def from_nothing(request: MemberRequest) -> HttpResponse:
    """An edition with the usual règlement and no date."""
    now = timezone.now()
    form = NamedForm(request.POST or None, initial=_names(now))
    return _create(request, now, form, services.create_empty, {"heading": _("Une édition vide")})


def _names(at: datetime) -> dict[str, Any]:
    """The usual names of the first year to come that no edition has taken."""
    slugs, prefixes = selectors.taken_names()
    year = calendar.local_day(at).year + 1
    while str(year) in slugs or f"BP{year % 100}" in prefixes:
        year += 1
    return {
        "title": _("Budget participatif %(year)d") % {"year": year},
        "slug": str(year),
        "number_prefix": f"BP{year % 100}",
    }


def _monday_after(at: datetime, *, weeks: int) -> date:
    """A Monday that leaves the time to prepare and to tell: nothing opens on the day it is written."""
    day = calendar.local_day(at) + timedelta(weeks=weeks)
    return day + timedelta(days=-day.weekday() % 7)


def _next_names(former: Cycle, at: datetime) -> dict[str, Any]:
    """The former edition’s names with the first year after that is free; the usual ones where it carried no year."""
    found = re.search(r"20\d\d", former.title)
    names = _names(at)
    if found is None:
        return names | {"title": former.title}
    slugs, prefixes = selectors.taken_names()
    year = following = int(found[0])
    slug, prefix = former.slug, former.number_prefix
    while str(year) in former.slug and (slug in slugs or prefix in prefixes):
        following += 1
        slug = former.slug.replace(str(year), str(following))
        prefix = former.number_prefix.replace(f"{year % 100:02d}", f"{following % 100:02d}")
        if prefix == former.number_prefix:
            break  # a prefix without a year is for the officer to change
    return {"title": former.title.replace(str(year), str(following)), "slug": slug, "number_prefix": prefix}


def _create(
    request: MemberRequest, at: datetime, form: NamedForm, made: Callable[..., Cycle], context: dict[str, Any]
) -> HttpResponse:
    _open_to(request, at)
    if request.method == "POST" and form.is_valid():
        try:
            cycle = made(by=request.user, at=at, **form.cleaned_data)
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("L’édition « %(title)s » est en préparation.") % {"title": cycle.title})
            return see_other("cycles:setup", cycle.slug)
    context = {"card": None, "source": None, "lessons": 0} | context | {"form": form, "desk": _("Éditions")}
    return render(request, "cycles/setup/create.html", context, status=422 if form.errors else 200)


def micro(request: MemberRequest) -> HttpResponse:
    """A small commune’s edition on one screen, published at once if the council has already voted."""
    now = timezone.now()
    _open_to(request, now)
    usual = services.micro_usual() | {"starts_on": _monday_after(now, weeks=4)}
    form = MicroForm(request.POST or None, initial=_names(now) | usual)
    if request.method == "POST" and form.is_valid():
        try:
            has_read = form.cleaned_data["has_read"]
            cycle = services.create_micro(form.plan(), by=request.user, at=now, has_read_warnings=has_read)
        except services.Warned as warned:
            form.warn(warned.sentences)
        except (Refused, ValidationError) as error:
            refuse(form, error, names={"adopted_by_resolution": "resolution"})
        else:
            messages.success(request, _("L’édition « %(title)s » est prête.") % {"title": cycle.title})
            return see_other(
                "cycles:launch" if cycle.rulebook_versions.filter(state="adopted") else "cycles:adoption", cycle.slug
            )
    context = {"form": form, "desk": _("Éditions")}
    return render(request, "cycles/setup/micro.html", context, status=422 if form.errors else 200)
