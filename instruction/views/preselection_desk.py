"""The preselection's desk: candidates, voices, list, decision."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bp_platform.core.components import Count, Step
from bp_platform.core.decisions import Decision, Refused, no
from bp_platform.core.http import MemberRequest, see_other
from bp_platform.documents import selectors as documents_selectors
from bp_platform.documents import services as documents
from cycles import policies as cycle_policies
from cycles import selectors as cycle_selectors
from cycles.models import BodyPower, PhaseKind
from instruction import policies, selectors, services
from instruction.forms import ListForm, ReopenForm, VoicesForm
from instruction.selectors import Board
from proposals import selectors as proposal_selectors

PAGE_SIZE = 100
SHEETS = {"vote": "preselection_ballot", "comptage": "preselection_tally"}


@require_safe
def editions(request: MemberRequest) -> HttpResponse:
    """The editions that have a preselection; one alone opens at once."""
    now = timezone.now()
    policies.desk_for(request.user, now, *policies.PRESELECTORS)
    found = selectors.preselected_editions()
    if len(found) == 1:
        return see_other("instruction:preselection_desk", found[0].slug)
    context = {
        "rows": selectors.edition_rows(found, now),
        "columns": [_("Édition"), _("Dates"), _("État")],
        "desk": _("Présélection"),
    }
    return render(request, "instruction/preselections.html", context)


@require_safe
def desk(request: MemberRequest, cycle: str) -> HttpResponse:
    """Where it stands, its candidates, and the act that comes next."""
    now = timezone.now()
    board = policies.preselection_at_desk(request.user, cycle, now)
    page = Paginator(board.lines, PAGE_SIZE).get_page(request.GET.get("page"))
    columns = [_("Idée")] + [_("Voix")] * board.has_voices + [_("Ce que dit la liste")] * board.is_listed
    context = _context(request, board, now) | {
        "page": page,
        "rows": selectors.desk_rows(board, list(page)),
        "columns": columns,
        "counts": _counts(board),
        "unread": proposal_selectors.awaiting_moderation(board.cycle) if not board.is_decided else 0,
        "late": list(selectors.latecomers(board.preselection)[:20]) if board.preselection else [],
        "reopenings": selectors.reopenings_of(board.preselection),
    }
    return render(request, "instruction/preselection_desk.html", context)


def _context(request: MemberRequest, board: Board, now: datetime) -> dict[str, Any]:
    """What the desk says beside the candidates: the steps, and what this person may do now."""
    user, cycle, given = request.user, board.cycle, board.preselection
    is_decided = given is not None and given.is_decided
    phase = None if is_decided else cycle_selectors.phase_of(cycle, PhaseKind.PRESELECTION)
    may = policies.can_preselect(user, cycle, now, board=board)
    may_list = policies.can_list(user, cycle, now, board=board) if may else may
    may_decide = no(_("La liste des idées gardées n’est pas encore faite : enregistrez-la d’abord."))
    if given and may_list and board.is_listed:
        may_decide = policies.can_decide_preselection(user, given, now, board=board)
    return {
        "desk": _("Présélection"),
        "cycle": cycle,
        "board": board,
        "phase": phase,
        "is_early": phase is not None and now < phase.opens_at,
        "steps": _steps(board),
        "is_team": bool(cycle_policies.team_only(user, now)),
        "may": may,
        "may_list": may_list,
        "may_decide": may_decide,
        "may_reopen": policies.can_reopen(user, given, now) if given and is_decided else Decision(False),
        **_body(board),
    }


def _body(board: Board) -> dict[str, Any]:
    """Whether the body that the règlement names has decided of a list that waits for it, and where that is noted."""
    is_awaited = board.holder is not None and board.is_list_ready and not board.is_decided
    decided = cycle_policies.has_decided(board.cycle, BodyPower.PRESELECTION) if is_awaited else Decision(True)
    if decided:
        return {"body_has_decided": decided, "record_url": ""}
    body = cycle_selectors.holder_of(board.cycle, BodyPower.PRESELECTION)
    record_url = reverse("cycles:record_decision", args=[body.pk]) if body else reverse("cycles:bodies_desk")
    return {"body_has_decided": decided, "record_url": record_url}


def _steps(board: Board) -> list[Step]:
    """Candidates, voices where some are counted, list, decision: the first that is not done is now."""
    done = [(_("Les candidates"), bool(board.lines))]
    if board.has_voices:
        done.append((_("Les voix"), bool(board.lines) and not board.without_voices))
    done.append((_("La liste"), board.is_list_ready and bool(board.lines)))
    done.append((_("La décision"), board.is_decided))
    steps, has_now = [], False
    for label, is_done in done:
        is_past = (is_done or board.is_decided) and not has_now
        steps.append(Step(label, "past" if is_past else "next" if has_now else "now"))
        has_now = has_now or not is_past
    return steps


def _counts(board: Board) -> list[Count]:
    counts = [Count(_("Idées candidates"), len(board.lines))]
    if board.has_voices:
        left = _("%(n)d idées sans voix") % {"n": board.without_voices} if board.without_voices > 1 else ""
        left = _("1 idée sans voix") if board.without_voices == 1 else left
        counts.append(Count(_("Voix comptées"), board.total, left))
    if board.people:
        counts.append(Count(_("Personnes présentes"), board.people))
    if board.is_list_ready or board.is_decided:
        rescued = _("dont %(n)d pour leur lieu") % {"n": board.rescued} if board.rescued else ""
        counts.append(Count(_("Idées gardées"), len(board.kept), rescued))
    return counts


def voices(request: MemberRequest, cycle: str) -> HttpResponse:
    """One number for each idea, saved together."""
    now = timezone.now()
    board = policies.preselection_at_desk(request.user, cycle, now)
    may = policies.can_count(request.user, board.cycle, now, board=board)
    form = VoicesForm(request.POST or None, board=board)
    act = partial(services.save_voices, board.cycle, by=request.user, at=now)
    if request.method == "POST" and form.is_valid() and form.runs(act):
        messages.success(request, _("Les voix sont enregistrées."))
        return see_other("instruction:preselection_desk", board.cycle.slug)
    context = {"desk": _("Présélection"), "cycle": board.cycle, "board": board, "form": form, "may": may}
    return render(request, "instruction/preselection_voices.html", context, status=422 if form.errors else 200)


def shortlist(request: MemberRequest, cycle: str) -> HttpResponse:
    """The list that the voices make, to be checked; what departs from it says why."""
    now = timezone.now()
    board = policies.preselection_at_desk(request.user, cycle, now)
    may = policies.can_list(request.user, board.cycle, now, board=board)
    form = ListForm(request.POST or None, board=board)
    act = partial(services.save_list, board.cycle, by=request.user, at=now)
    if request.method == "POST" and form.is_valid() and form.runs(act):
        messages.success(request, _("La liste est enregistrée : elle n’est pas encore publiée."))
        return see_other("instruction:preselection_desk", board.cycle.slug)
    context = {"desk": _("Présélection"), "cycle": board.cycle, "board": board, "form": form, "may": may}
    return render(request, "instruction/preselection_list.html", context, status=422 if form.errors else 200)


@require_POST
def decide(request: MemberRequest, cycle: str) -> HttpResponse:
    """Decide the list that was read, and publish it."""
    now = timezone.now()
    board = policies.preselection_at_desk(request.user, cycle, now)
    read = request.POST.get("revision", "")
    revision = int(read) if read.isdecimal() else -1
    try:
        services.decide_preselection(board.cycle, by=request.user, at=now, revision=revision)
    except Refused as refusal:
        messages.error(request, str(refusal.decision.reason))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("La présélection est décidée et publiée ; les porteurs sont prévenus."))
    return see_other("instruction:preselection_desk", board.cycle.slug)


def reopen(request: MemberRequest, cycle: str) -> HttpResponse:
    """Open it again, with a reason that is published."""
    now = timezone.now()
    board = policies.preselection_at_desk(request.user, cycle, now)
    may = policies.can_reopen(request.user, board.preselection, now) if board.preselection else Decision(False)
    form = ReopenForm(request.POST or None)
    act = partial(services.reopen_preselection, board.cycle, by=request.user, at=now)
    if request.method == "POST" and form.is_valid() and form.runs(act):
        messages.success(request, _("La présélection est rouverte : corrigez les voix ou la liste, puis décidez."))
        return see_other("instruction:preselection_desk", board.cycle.slug)
    context = {"desk": _("Présélection"), "cycle": board.cycle, "board": board, "form": form, "may": may}
    return render(request, "instruction/preselection_reopen.html", context, status=422 if form.errors else 200)


@require_POST
def sheet(request: MemberRequest, cycle: str) -> HttpResponse:
    """Order the visitors' sheet, or the tellers'."""
    now = timezone.now()
    board = policies.preselection_at_desk(request.user, cycle, now)
    kind = SHEETS.get(request.POST.get("feuille", ""), SHEETS["vote"])
    try:
        job = documents.request_job(kind, arguments={"cycle": board.cycle.slug}, by=request.user, at=now)
    except Refused as refusal:
        messages.error(request, str(refusal.decision.reason))
        return see_other("instruction:preselection_desk", board.cycle.slug)
    return see_other(documents_selectors.job_url(job))
