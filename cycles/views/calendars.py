"""The desk of the calendar: phases and what deserves a look, a plan, a move and its undo, days, the reserve."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bp_platform.accounts.selectors import public_body
from bp_platform.core import calendar
from bp_platform.core.components import Cell, Row
from bp_platform.core.decisions import Refused
from bp_platform.core.fields import refuse
from bp_platform.core.http import MemberRequest, see_other
from cycles import policies, presets, retroplan, selectors, services, wording
from cycles.forms.calendars import NewPhaseForm, PhaseForm, PlanForm
from cycles.models import Cycle, Phase, PhaseKind
from cycles.retroplan import PlannedPhase
from cycles.services import Dates

STEP = "calendrier"
NAMES = {str(kind.value): str(kind.label) for kind in PhaseKind}


@require_http_methods(["GET", "POST"])
def desk(request: MemberRequest, cycle: str) -> HttpResponse:
    """The phases, what deserves a look, and one more phase."""
    now = timezone.now()
    edition = policies.frame_for(request.user, cycle, now)
    may = policies.can_prepare(request.user, edition, now)
    form = NewPhaseForm(request.POST or None, prefix="phase") if may else None
    if request.method == "POST" and form is not None and form.is_valid():
        data = form.cleaned_data
        one = Dates(data["kind"], data["opens_at"], data["closes_at"])
        if _set(request, edition, form, [one], now, label=_("%(phase)s : ajoutée") % {"phase": NAMES[data["kind"]]}):
            return see_other("cycles:setup_calendar", cycle)
    phases = selectors.ordered_phases(edition)
    frame = selectors.frame_of(edition)
    context = {
        "cycle": edition, "step": STEP, "may": may, "form": form, "stations": selectors.stations(phases, now),
        "rows": [_row(phase, now, may=bool(may)) for phase in phases],
        "columns": [_("Phase"), _("Ouverture"), _("Clôture"), _("Durée"), _("État")],
        "remarks": selectors.remarks_of(edition, frame, [selectors.stage_of(phase) for phase in phases]),
        "change": selectors.last_change(edition) if may else None, "frame": frame,
        "reserve": _reserve_words(now), "days": _day_rows(edition),
    }  # fmt: skip
    is_wrong = form is not None and form.errors
    return render(request, "cycles/setup/calendar.html", context, status=422 if is_wrong else 200)


def _row(phase: Phase, now: datetime, *, may: bool) -> Row:
    stage = selectors.stage_of(phase)
    can_move = may and phase.closes_at > now
    state = (_("ouverte"), "success") if phase.is_open(now) else (_("terminée"), "") if phase.is_past(now) else ("", "")
    url = resolve_url("cycles:setup_phase", phase.cycle.slug, phase.pk) if can_move else ""
    return Row(
        [
            Cell(stage.name, url=url),
            Cell(calendar.moment_words(phase.opens_at)),
            Cell(calendar.moment_words(calendar.last_instant(phase.closes_at))),
            Cell(wording.weeks(stage.days)),
            Cell("" if state[0] else _("à venir"), tag=state[0], tone="success" if state[1] else ""),
        ],
        is_current=phase.is_open(now),
    )


def _day_rows(edition: Cycle) -> list[Row]:
    return [
        Row([Cell(row.label), Cell(calendar.day_words(row.on)), Cell(str(row.get_kind_display()))])
        for row in edition.calendar_days.order_by("on", "pk")[:100]
    ]


def _reserve_words(now: datetime) -> str:
    """« Période de réserve jusqu’au 30 juin 2027 (élections législatives). »"""
    found = policies.reserve_at(calendar.local_day(now))
    if found is None:
        return ""
    words = {"last": calendar.day_words(found.last), "election": selectors.election_words(found.vote.kind)}
    return _("Période de réserve jusqu’au %(last)s (%(election)s).") % words


def _set(
    request: MemberRequest,
    edition: Cycle,
    form: Any,  # Any: one of the calendar's forms
    dates: list[Dates],
    now: datetime,
    *,
    label: str,
    key: UUID | None = None,
) -> bool:
    """Do it, or say beside the field why not."""
    try:
        services.set_phases(edition, dates, by=request.user, at=now, key=key or uuid4(), label=label)
    except (Refused, ValidationError) as error:
        refuse(form, error)
        return False
    messages.success(request, _("Le calendrier est enregistré : %(what)s.") % {"what": label})
    return True


@require_http_methods(["GET", "POST"])
def phase(request: MemberRequest, cycle: str, pk: int) -> HttpResponse:
    """Move a phase: what it means is told first, then it is done."""
    now = timezone.now()
    moved = policies.phase_for(request.user, cycle, pk, now)
    initial = {"opens_at": timezone.localtime(moved.opens_at), "closes_at": timezone.localtime(moved.closes_at)}
    form = PhaseForm(request.POST or None, initial=initial)
    told: list[str] | None = None
    later = selectors.later_phases(moved, now)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        dates = _moved(moved, data, later)
        told = [] if data["is_shifting"] else selectors.what_follows(moved, data["opens_at"], data["closes_at"])
        label = _("%(phase)s déplacée") % {"phase": NAMES[moved.kind]}
        is_sure = "confirmer" in request.POST or not told
        if is_sure and _set(request, moved.cycle, form, dates, now, label=label, key=_key(request)):
            return see_other("cycles:setup_calendar", cycle)
    context = {
        "cycle": moved.cycle, "step": STEP, "phase": moved, "form": form, "told": told, "later": later,
        "key": request.POST.get("key") or uuid4(), "can_remove": moved.opens_at > now,
        "last": calendar.last_instant(moved.closes_at),
    }  # fmt: skip
    return render(request, "cycles/setup/phase.html", context, status=422 if form.errors else 200)


def _moved(moved: Phase, data: dict[str, Any], later: list[Phase]) -> list[Dates]:
    """The phase at its new dates and, if asked, those that follow by as many days; the last ones first."""
    own = Dates(moved.kind, data["opens_at"], data["closes_at"], moved.pk)
    if not data["is_shifting"]:
        return [own]
    by = timedelta(days=(calendar.local_day(data["closes_at"]) - calendar.local_day(moved.closes_at)).days)
    others = [
        Dates(one.kind, selectors.shifted(one.opens_at, by), selectors.shifted(one.closes_at, by), one.pk)
        for one in later
    ]
    return [*(reversed(others) if by.days > 0 else others), own]


def _key(request: MemberRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return None


@require_POST
def remove(request: MemberRequest, cycle: str, pk: int) -> HttpResponse:
    """Take a phase out while it has not opened."""
    now = timezone.now()
    gone = policies.phase_for(request.user, cycle, pk, now)
    try:
        services.remove_phase(gone, by=request.user, at=now)
    except Refused as error:
        messages.error(request, str(error))
        return see_other("cycles:setup_phase", cycle, pk)
    messages.success(request, _("« %(phase)s » est retirée du calendrier.") % {"phase": NAMES[gone.kind]})
    return see_other("cycles:setup_calendar", cycle)


@require_POST
def undo(request: MemberRequest, cycle: str, pk: int) -> HttpResponse:
    """Put the dates back as they were."""
    now = timezone.now()
    change = policies.change_for(request.user, cycle, pk, now)
    try:
        services.undo_change(change, by=request.user, at=now)
    except (Refused, ValidationError) as error:
        said = error.messages if isinstance(error, ValidationError) else [str(error)]
        messages.error(request, " ".join(said))
    else:
        messages.success(request, _("Le changement « %(label)s » est annulé.") % {"label": change.label})
    return see_other("cycles:setup_calendar", cycle)


@require_http_methods(["GET", "POST"])
def plan(request: MemberRequest, cycle: str) -> HttpResponse:
    """Dates counted from the day that cannot move: shown, checked, then applied."""
    now = timezone.now()
    edition = policies.preparation_for(request.user, cycle, now)
    frame = selectors.frame_of(edition)
    form = PlanForm(request.POST or None, weeks=_weeks(request, edition), initial={"on": frame.budget_vote_on})
    planned: list[PlannedPhase] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        planned = retroplan.plan(form.weeks(), data["anchor"], data["on"])
        if "appliquer" in request.POST:
            dates = _applicable(edition, planned, now)
            if _set(request, edition, form, dates, now, label=_("rétroplanning appliqué"), key=_key(request)):
                return see_other("cycles:setup_calendar", cycle)
    stages = selectors.planned_stages(planned, NAMES)
    past = [NAMES[one.kind] for one in planned if one.first <= calendar.local_day(now)]
    context = {
        "cycle": edition, "step": STEP, "form": form, "rows": [_planned_row(stage, edition) for stage in stages],
        "columns": [_("Phase"), _("Du"), _("Au"), _("Durée"), _("Aujourd’hui")], "past": past,
        "remarks": selectors.remarks_of(edition, frame, stages), "frame": frame, "presets": _models(),
        "key": request.POST.get("key") or uuid4(),
    }  # fmt: skip
    return render(request, "cycles/setup/plan.html", context, status=422 if form.errors else 200)


def _models() -> list[tuple[str, str]]:
    """The presets whose lengths may be taken, with their titles."""
    names = presets.keys()
    return [(key, presets.read(key).title) for key in names]


def _weeks(request: MemberRequest, edition: Cycle) -> dict[str, int]:
    """How long each phase lasts: a preset's way if one is asked for, else as today, else the usual."""
    key = request.GET.get("modele", "")
    if key in set(presets.keys()):
        phases = presets.read(key).phases
        return {str(kind.value): max(1, -(-(one.last_day - one.first_day + 1) // 7)) for kind, one in phases.items()}
    return selectors.weeks_of(edition)


def _applicable(edition: Cycle, planned: list[PlannedPhase], now: datetime) -> list[Dates]:
    """A phase that is open or past keeps its dates: what happened is not planned."""
    begun = {one.kind for one in selectors.ordered_phases(edition) if one.opens_at <= now}
    return services.instants([one for one in planned if one.kind not in begun], public_body().zone)


def _planned_row(stage: Any, edition: Cycle) -> Row:  # Any: a calendar_checks.Stage
    known = selectors.phase_of(edition, stage.kind)
    today = ""
    if known is not None:
        own = selectors.stage_of(known)
        today = (
            _("inchangée")
            if (own.first, own.last) == (stage.first, stage.last)
            else calendar.short_span(own.first, own.last)
        )
    return Row(
        [
            Cell(stage.name),
            Cell(calendar.day_words(stage.first)),
            Cell(calendar.day_words(stage.last)),
            Cell(wording.weeks(stage.days)),
            Cell(today or _("nouvelle")),
        ]
    )
