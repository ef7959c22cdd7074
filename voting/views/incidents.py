"""The register of a vote's incidents: who holds the vote writes, the bureau rules."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from bp_platform.core.decisions import Refused
from bp_platform.core.http import MemberRequest, see_other
from voting import policies, selectors, services
from voting.forms.places import IncidentForm, RulingForm


def incidents(request: MemberRequest, pk: int) -> HttpResponse:
    """What waits for the bureau, what it has ruled, and one more incident."""
    now = timezone.now()
    poll = policies.register_at_desk(request.user, pk, now)
    has_poll_desk = request.user.holds(now, *policies.DESK)
    form = IncidentForm(request.POST or None, poll=poll)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.report_incident(poll, by=request.user, at=now, **form.cleaned_data)
        except (ValidationError, Refused) as error:
            form.add_error(None, error if isinstance(error, ValidationError) else str(error.decision.reason))
        else:
            messages.success(request, _("Incident n° %(number)d écrit au registre.") % {"number": made.pk})
            return see_other("voting:incidents", pk)
    context = {
        "poll": poll,
        "form": form,
        "may_report": bool(policies.can_report(request.user, poll, now)),
        "has_poll_desk": has_poll_desk,
        "waiting_words": selectors.incidents_words(selectors.incidents_to_rule(poll)),
        "columns": [_("Incident"), _("Faits"), _("Lieu"), _("Décision du bureau")],
        "waiting": selectors.incident_rows(poll, ruled=False),
        "ruled": selectors.incident_rows(poll, ruled=True),
        "desk": _("Vote") if has_poll_desk else _("Lieux de vote"),
    }
    return render(request, "voting/incidents.html", context, status=422 if form.errors else 200)


def incident(request: MemberRequest, pk: int, incident: int) -> HttpResponse:
    """One incident, and the bureau's decision on it."""
    now = timezone.now()
    poll = policies.register_at_desk(request.user, pk, now)
    found = policies.incident_of(poll, incident)
    form = RulingForm(request.POST or None, may_count=found.kind in policies.MAY_COUNT)
    if request.method == "POST" and form.is_valid():
        try:
            services.rule_on_incident(found, by=request.user, at=now, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal.decision.reason))
        else:
            messages.success(request, _("La décision du bureau est écrite au registre."))
            return see_other("voting:incident", pk, incident)
    may_rule = policies.can_rule(request.user, found, now)
    has_poll_desk = request.user.holds(now, *policies.DESK)
    context = {
        "poll": poll,
        "incident": found,
        "facts": selectors.incident_facts(found, with_name=has_poll_desk),
        "form": form,
        "may_rule": bool(may_rule),
        "why_not": "" if found.ruling else str(may_rule.reason),
        "desk": _("Vote") if has_poll_desk else _("Lieux de vote"),
    }
    return render(request, "voting/incident.html", context, status=422 if form.errors else 200)
