"""The sheet that hangs in a polling place: how to open and close it, the seals to note, the vote's digest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import User
from bp_platform.accounts.selectors import public_body
from bp_platform.core.decisions import Decision, no
from bp_platform.core.registries import ReportSpec
from voting import policies, selectors
from voting.models import PollingStation

LINES = 6  # openings and closings to fill in by hand


def _station(arguments: Mapping[str, Any]) -> PollingStation | None:
    return PollingStation.objects.of_sealed_polls().filter(pk=arguments.get("station", 0)).first()


def sheet_data(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """`arguments`: {"station": its number}."""
    station = _station(arguments)
    if station is None:
        raise PollingStation.DoesNotExist(arguments)
    text = selectors.sealed_of(station.poll)
    return {
        "station": station,
        "body": public_body(),
        "title": text.title,
        "digest": text.digest,
        "opens_at": text.opens_at,
        "closes_at": text.closes_at,
        "tablet_address": settings.BASE_URL + reverse("voting:tablet", args=[station.poll.cycle.slug]),
        "lines": list(range(1, LINES + 1)),
    }


def may_request(by: Any, arguments: Mapping[str, Any], at: datetime) -> Decision:
    """Who holds a place prints its sheet."""
    if _station(arguments) is None or not isinstance(by, User):
        return no(_("Ce lieu de vote n’existe pas."))
    return policies.can_hold_place(by, at)


def file_name(arguments: Mapping[str, Any]) -> str:
    station = _station(arguments)
    return f"fiche-du-lieu-{station.code if station else arguments['station']}.pdf"


STATION_SHEET = ReportSpec(
    "station_sheet", _("Fiche du lieu de vote"), "voting/pdf/station.html", sheet_data, may_request, file_name
)
