"""The team's page that turns laureates into deliveries, once the council has voted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.core.decisions import Refused
from bp_platform.core.http import MemberRequest, see_other
from cycles.models import Cycle
from realisation import policies, selectors, services
from realisation.forms import LaunchForm, PledgeForm, refuse
from realisation.services import Pledge


def launch(request: MemberRequest, cycle: str) -> HttpResponse:
    """The resolution, then each laureate: who builds it, whom to call. All of them start, or none."""
    now = timezone.now()
    edition = policies.cycle_to_launch(request.user, cycle, now)
    form = LaunchForm(request.POST or None, initial={"promised_on": selectors.deadline(edition, now)})
    parts = _parts(request, edition)
    if request.method == "POST" and all([form.is_valid(), *(part.is_valid() for part in parts)]):
        made = _create(request, edition, form, parts, now)
        if made:
            said = ngettext("%(n)d réalisation est lancée.", "%(n)d réalisations sont lancées.", made) % {"n": made}
            messages.success(request, said)
            return see_other("realisation:my_deliveries")
    has_errors = bool(form.errors) or any(part.errors for part in parts)
    context = {"cycle": edition, "form": form, "parts": parts, "desk": _("Chantiers")}
    context["is_designation"] = any("is_designated" in part.fields for part in parts)
    return render(request, "realisation/launch.html", context, status=422 if has_errors else 200)


def _parts(request: MemberRequest, edition: Cycle) -> list[PledgeForm]:
    known = selectors.Envelopes(edition)
    envelopes = [envelope.pk for envelope in known.rows]
    proposals = selectors.laureates_without_delivery(edition)
    leads = selectors.study_leads(proposals)
    parts = []
    for proposal in proposals:
        own = known.of(proposal)
        initial: dict[str, Any] = {"envelope": own.pk if own else None, **leads.get(proposal.pk, {})}
        parts.append(PledgeForm(request.POST or None, proposal=proposal, envelopes=envelopes, initial=initial))
    return parts


def _create(request: MemberRequest, edition: Cycle, form: LaunchForm, parts: list[PledgeForm], now: datetime) -> int:
    promised_on = form.cleaned_data["promised_on"]
    pledges = [Pledge(part.proposal, promised_on=promised_on, **part.facts) for part in parts if not part.is_left]
    if not pledges:
        form.add_error(None, _("Cochez au moins un projet désigné : c’est lui dont la réalisation est lancée."))
        return 0
    try:
        made = services.create_deliveries(
            edition, by=request.user, at=now, resolution=form.cleaned_data["resolution"], pledges=pledges
        )
    except (Refused, ValidationError) as error:
        refuse(form, error)
        return 0
    return len(made)
