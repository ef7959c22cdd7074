"""The campaign kit on paper: the booklet of all projects, and one poster per project, the same for each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bp_platform.core.decisions import Decision, no
from bp_platform.core.registries import ReportSpec
from cycles.models import Cycle
from voting import policies, selectors
from voting.models import Poll


def _poll(arguments: Mapping[str, Any]) -> Poll | None:
    cycle = Cycle.objects.filter(slug=arguments.get("cycle", "")).first()
    return policies.poll_of(cycle) if cycle else None


def _sealed(arguments: Mapping[str, Any]) -> Poll:
    poll = _poll(arguments)
    if poll is None:
        raise Poll.DoesNotExist(arguments)
    return poll


def booklet_data(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """`arguments`: {"cycle": its slug}."""
    poll = _sealed(arguments)
    projects = selectors.kit_projects(poll)
    return {
        "kit": selectors.kit(poll),
        "cover": projects[0].scene,
        "projects": projects,
        "places": selectors.stations_of(poll),
        "page_url": reverse("voting:campaign", args=[poll.cycle.slug]),
    }


def poster_data(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """`arguments`: {"cycle": its slug, "number": "BP26-0143"}."""
    poll = _sealed(arguments)
    project = selectors.kit_projects(poll, arguments["number"])[0]
    return {
        "kit": selectors.kit(poll),
        "project": project,
        "page_url": reverse("pages:project", args=[poll.cycle.slug, project.number]),
    }


def may_request_booklet(by: Any, arguments: Mapping[str, Any], at: datetime) -> Decision:
    return policies.can_print_kit(by, _poll(arguments), at)


def may_request_poster(by: Any, arguments: Mapping[str, Any], at: datetime) -> Decision:
    return policies.can_print_poster(by, _poll(arguments), str(arguments.get("number", "")), at)


def booklet_name(arguments: Mapping[str, Any]) -> str:
    return f"livret-du-vote-{arguments['cycle']}.pdf"


def poster_name(arguments: Mapping[str, Any]) -> str:
    return f"affiche-{arguments['number']}.pdf"


VOTING_BOOKLET = ReportSpec(
    "voting_booklet", _("Livret du vote"), "voting/pdf/booklet.html", booklet_data, may_request_booklet, booklet_name
)
CAMPAIGN_POSTER = ReportSpec(
    "campaign_poster", _("Affiche d’un projet"), "voting/pdf/poster.html", poster_data, may_request_poster, poster_name
)


# The paper ballot


def ballot_data(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """`arguments`: {"poll": 12}."""
    poll = Poll.objects.get(pk=arguments["poll"])
    return {"sheets": selectors.paper_ballots(poll), "poll_title": poll.title}


def may_request_ballot(by: Any, arguments: Mapping[str, Any], at: datetime) -> Decision:
    poll = Poll.objects.filter(pk=arguments.get("poll", 0)).first()
    return policies.can_print_ballots(by, poll, at) if poll else no(_("Ce vote n’existe pas."))


def ballot_name(arguments: Mapping[str, Any]) -> str:
    return f"bulletin-papier-{Poll.objects.select_related('cycle').get(pk=arguments['poll']).cycle.slug}.pdf"


PAPER_BALLOT = ReportSpec(
    "paper_ballot", _("Bulletin papier"), "voting/pdf/paper_ballot.html", ballot_data, may_request_ballot, ballot_name
)
