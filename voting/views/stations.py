"""The team's list of a vote's places: add, change, remove."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bp_platform.core.decisions import Refused
from bp_platform.core.http import MemberRequest, see_other
from voting import policies, selectors, services
from voting.forms.places import StationForm
from voting.models import Poll, PollingStation
from voting.services import StationFacts


def stations(request: MemberRequest, pk: int) -> HttpResponse:
    """The places of a vote, and one more."""
    poll = policies.poll_at_desk(request.user, pk, timezone.now())
    form = StationForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _is_saved(request, poll, form):
        messages.success(request, _("%(place)s est ajouté aux lieux de vote.") % {"place": form.cleaned_data["name"]})
        return see_other("voting:stations", pk)
    context = {
        "poll": poll,
        "form": form,
        "may_edit": bool(policies.can_edit_stations(request.user, poll, timezone.now())),
        "columns": [_("Lieu"), _("Adresse"), _("Jours et heures")],
        "rows": selectors.station_rows(poll),
        "desk": _("Vote"),
    }
    return render(request, "voting/stations.html", context, status=422 if form.errors else 200)


def station(request: MemberRequest, pk: int, station: int) -> HttpResponse:
    """Change one place."""
    now = timezone.now()
    poll = policies.poll_at_desk(request.user, pk, now)
    found = policies.station_of(poll, station)
    known = {"name": found.name, "postal_address": found.postal_address, "hours": found.hours}
    form = StationForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid() and _is_saved(request, poll, form, found):
        messages.success(request, _("%(place)s est enregistré.") % {"place": form.cleaned_data["name"]})
        return see_other("voting:stations", pk)
    context = {
        "poll": poll,
        "station": found,
        "form": form,
        "may_edit": bool(policies.can_edit_stations(request.user, poll, now)),
        "may_remove": bool(policies.can_remove_station(request.user, found, now)),
        "columns": [_("Ouvert"), _("Scellé"), _("Fermé"), _("Scellé posé"), _("Émargements")],
        "sessions": selectors.session_rows(found),
        "desk": _("Vote"),
    }
    return render(request, "voting/station.html", context, status=422 if form.errors else 200)


@require_POST
def remove(request: MemberRequest, pk: int, station: int) -> HttpResponse:
    """Remove a place that never opened."""
    now = timezone.now()
    found = policies.station_of(policies.poll_at_desk(request.user, pk, now), station)
    services.remove_station(found, by=request.user, at=now)
    messages.success(request, _("%(place)s est retiré des lieux de vote.") % {"place": found.name})
    return see_other("voting:stations", pk)


def _is_saved(request: MemberRequest, poll: Poll, form: StationForm, found: PollingStation | None = None) -> bool:
    try:
        services.save_station(
            poll, StationFacts(**form.cleaned_data), by=request.user, at=timezone.now(), station=found
        )
    except ValidationError as error:
        form.add_error(None, error)
    except Refused as refusal:
        form.add_error(None, str(refusal.decision.reason))
    else:
        return True
    return False
