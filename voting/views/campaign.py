"""The campaign: the projects put to the vote in a fair order, the public draw, and the printed kit."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bp_platform.accounts.models import User
from bp_platform.core import limits
from bp_platform.core.actors import RESIDENT
from bp_platform.core.decisions import Refused, demand
from bp_platform.core.http import Request, see_other
from bp_platform.core.network import network_of
from bp_platform.documents import selectors as documents_selectors
from bp_platform.documents import services as documents
from cycles import policies as cycle_policies
from cycles.models import Cycle
from proposals.filters import PlacesFilter
from voting import campaign, policies, selectors

PAGE_SIZE = 24
SEED_LIFE = timedelta(days=60)


@login_not_required
@never_cache
@require_safe
def projects(request: Request, cycle: str) -> HttpResponse:
    """The projects put to the vote, in an order of one's own."""
    now = timezone.now()
    edition = cycle_policies.cycle_for(request.user, cycle, now)
    poll = policies.poll_of(edition)
    seed = campaign.seed_of(request.COOKIES.get(campaign.COOKIE, "")) or secrets.token_hex(campaign.SEED_BYTES)
    ordered = selectors.on_the_list(edition, poll).order_by(*campaign.drawn_by(seed))
    found = PlacesFilter(request.GET, queryset=ordered, cycle=edition)
    page = Paginator(found.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    window = selectors.window(poll, selectors.sealed_of(poll), now) if poll else None
    context = {
        "cycle": edition,
        "window": window,
        "state": window.state if window else "draft",
        "draw": selectors.draw(poll) if poll else None,
        "page": page,
        "total": page.paginator.count,
        "tickets": selectors.campaign_tickets(edition, poll, page.object_list),
        "filter": found,
    }
    response = render(request, "voting/campaign.html", context)
    _keep_seed(response, seed, edition)
    return response


@login_not_required
@require_POST
def booklet(request: Request, cycle: str) -> HttpResponse:
    """Order the voting booklet."""
    now = timezone.now()
    edition = cycle_policies.cycle_for(request.user, cycle, now)
    return _ordered(request, "voting_booklet", {"cycle": edition.slug}, edition, now)


@login_not_required
@never_cache
def kit(request: Request, cycle: str, number: str) -> HttpResponse:
    """One project's kit: what there is to print, and the order of its poster."""
    now = timezone.now()
    edition = cycle_policies.cycle_for(request.user, cycle, now)
    poll = policies.poll_for_kit(edition, number)
    if request.method == "POST":
        return _ordered(request, "campaign_poster", {"cycle": edition.slug, "number": number}, edition, now)
    project = selectors.kit_projects(poll, number)[0]
    return render(request, "voting/campaign_kit.html", {"cycle": edition, "project": project})


def _ordered(request: Request, kind: str, arguments: Mapping[str, str], edition: Cycle, now: datetime) -> HttpResponse:
    by = request.user if isinstance(request.user, User) else RESIDENT
    try:
        demand(limits.spend("kit", network_of(request), limit=60, per=timedelta(hours=1), at=now))
        job = documents.request_job(kind, arguments=arguments, by=by, at=now)
    except Refused as refusal:
        messages.error(request, str(refusal.decision.reason))
        return see_other("voting:campaign", edition.slug)
    return see_other(documents_selectors.job_url(job, with_key=True))


def _keep_seed(response: HttpResponse, seed: str, edition: Cycle) -> None:
    """Two bytes, for these pages only: they name an order, not a visitor."""
    response.set_cookie(
        campaign.COOKIE,
        seed,
        max_age=SEED_LIFE,
        path=reverse("voting:campaign", args=[edition.slug]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
