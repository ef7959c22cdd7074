"""The tablet of a polling place: six digits given at the desk open the booth once."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from bp_platform.core.decisions import Refused
from bp_platform.core.http import Request, see_other
from bp_platform.core.network import network_of
from cycles import policies as cycle_policies
from voting import booth, policies, selectors, services
from voting.forms.places import TabletForm


@login_not_required
@never_cache
@sensitive_post_parameters("code")
def tablet(request: Request, cycle: str) -> HttpResponse:
    """Type the digits, enter the booth."""
    now = timezone.now()
    edition = cycle_policies.cycle_for(request.user, cycle, now)
    poll = policies.poll_of(edition)
    if poll is None:
        raise Http404
    window = selectors.window(poll, selectors.sealed_of(poll), now)
    form = TabletForm(request.POST or None)
    if request.method == "POST" and window.state == "open" and form.is_valid():
        try:
            entered = services.enter_tablet(poll, code=form.cleaned_data["code"], network=network_of(request), at=now)
        except Refused as refusal:
            form.add_error("code", str(refusal.decision.reason))
        else:
            response = see_other("voting:ballot", edition.slug)
            door = reverse("voting:entrance", args=[edition.slug])
            booth.enter(response, entered.entry, poll, path=door, place=entered.place)
            return response
    context = {"cycle": edition, "window": window, "form": form}
    return render(request, "voting/tablet.html", context, status=422 if form.errors else 200)
