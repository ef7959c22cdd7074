"""Documents of this app: the sheet for the neighbourhood board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.selectors import public_body
from bp_platform.core import calendar
from bp_platform.core.components import Slice
from bp_platform.core.decisions import YES, Decision, no
from bp_platform.core.registries import ReportSpec
from proposals.models import Proposal
from realisation import selectors
from realisation.models import Delivery
from realisation.selectors import DeliverySummary


@dataclass(frozen=True, slots=True)
class Sheet:
    """One delivery on A4, to be pinned up: where it stands, what it costs, its last news, whom to call."""

    proposal: Proposal
    delivery: DeliverySummary
    slices: list[Slice]
    address: str


def delivery_sheet(number: str, at: datetime) -> Sheet:
    """The sheet of a delivery as it is at that moment."""
    proposal = Proposal.objects.select_related("cycle", "area", "theme").get(number=number)
    summary = selectors.delivery_summary(proposal, at)
    if summary is None:
        raise Delivery.DoesNotExist(number)
    account = summary.account
    slices = [
        Slice("paid", _("Payé"), account.paid_eur),
        Slice("committed", _("Engagé"), account.to_pay_eur),
        Slice("planned", _("À engager"), account.to_commit_eur),
    ]
    return Sheet(proposal, summary, slices, settings.BASE_URL + summary.url)


def build(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """`arguments`: {"number": "BP26-0143", "on": the day it is drawn for, ISO 8601}."""
    day, body = date.fromisoformat(arguments["on"]), public_body()
    sheet = delivery_sheet(arguments["number"], calendar.at_midnight(day, body.zone))
    return {"sheet": sheet, "body": body, "page_url": sheet.delivery.url, "on": day}


def may_request(by: Any, arguments: Mapping[str, Any], at: datetime) -> Decision:
    """All of it is public: anybody may print it for their own wall."""
    if Delivery.objects.filter(proposal__number=arguments.get("number", "")).exists():
        return YES
    return no(_("Ce projet n’a pas encore de réalisation à afficher."))


def file_name(arguments: Mapping[str, Any]) -> str:
    return f"avancement-{arguments['number']}.pdf"


DELIVERY_SHEET = ReportSpec(
    "delivery_sheet", _("Avancement d’un projet"), "realisation/pdf/delivery.html", build, may_request, file_name
)
