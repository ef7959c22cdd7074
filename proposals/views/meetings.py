"""The sheets of a workshop, entered together by who held it; each idea keeps its meeting, its number and its code."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bp_platform.core import codes, handover
from bp_platform.core.decisions import Refused
from bp_platform.core.http import MemberRequest, see_other
from cycles.models import Meeting
from proposals import notifications, policies, services
from proposals.forms import SheetForm
from proposals.models import Proposal

SHEETS = 6
RECEIPTS = "recepisses"


@never_cache
def ideas(request: MemberRequest, pk: int) -> HttpResponse:
    """Six sheets at a time; blank ones are left out, and nothing is half-saved."""
    now = timezone.now()
    meeting = policies.meeting_to_enter(request.user, pk, now)
    forms = _sheets(request, meeting)
    once = request.POST.get("once", "")[:64] or secrets.token_urlsafe(16)
    error = ""
    are_valid = [form.is_valid() for form in forms]  # all of them: each says its own faults
    if request.method == "POST" and all(are_valid):
        filled = [form for form in forms if not form.is_blank]
        try:
            if not filled:
                raise ValidationError(_("Remplissez au moins une fiche."))
            done = services.enter_from_meeting(
                meeting, [form.idea() for form in filled], by=request.user, at=now, once=once
            )
        except ValidationError as refusal:
            error = " ".join(refusal.messages)
        except Refused as refusal:
            error = str(refusal.decision.reason)
        else:
            said = ngettext("%(n)d idée est enregistrée.", "%(n)d idées sont enregistrées.", len(done))
            messages.success(request, said % {"n": len(done)})
            return _handed_over(meeting, [received.code for received in done])
    context = {
        "meeting": meeting,
        "cycle": meeting.cycle,
        "forms": forms,
        "once": once,
        "error": error,
        "entered": Proposal.objects.filter(meeting_idea__meeting=meeting).order_by("number"),
        "desk": _("Rendez-vous"),
    }
    status = 422 if error or any(form.errors for form in forms) else 200
    return render(request, "proposals/meeting_ideas.html", context, status=status)


def _sheets(request: MemberRequest, meeting: Meeting) -> list[SheetForm]:
    data = request.POST if request.method == "POST" else None
    initial = {"area": meeting.area_id}
    return [SheetForm(data, prefix=f"f{n}", cycle=meeting.cycle, initial=initial) for n in range(1, SHEETS + 1)]


def _handed_over(meeting: Meeting, given: list[str]) -> HttpResponse:
    """The codes travel to the receipts in the browser's own cookie: the platform keeps only their hashes."""
    path = reverse("proposals:meeting_receipts", args=[meeting.pk])
    response = see_other(path)
    handover.give(response, RECEIPTS, " ".join(given), path=path)
    return response


@never_cache
@require_safe
def receipts(request: MemberRequest, pk: int) -> HttpResponse:
    """The receipts of a batch, to print and cut: the only page that shows the codes."""
    given = handover.given(request, RECEIPTS)
    if given is None:
        return see_other("proposals:meeting_ideas", pk)
    rows = [(policies.proposal_by_code(code), codes.grouped(code)) for code in given.split()]
    context = {
        "rows": rows,
        "meeting": policies.meeting_to_enter(request.user, pk, timezone.now()),
        "address": notifications.find_status_url(),
        "desk": _("Rendez-vous"),
    }
    return render(request, "proposals/meeting_receipts.html", context)
