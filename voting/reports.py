"""Documents of the vote: the official record (« procès-verbal »), to be printed and signed by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.selectors import public_body
from bp_platform.core.decisions import Decision, no
from bp_platform.core.registries import ReportSpec
from voting import canonical, policies, selectors
from voting.models import Poll

SEATS = 5  # lines for the signatures of the bureau


def record_data(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """`arguments`: {"poll": 12}. Facts from the kept record, words from the sealed text."""
    poll = Poll.objects.select_related("cycle", "record", "result").get(pk=arguments["poll"])
    record = canonical.load(bytes(poll.record.content))
    return {
        "body": public_body().name,
        "cycle": poll.cycle.title,
        "view": selectors.record_view(poll),
        "closing": record["closing"],
        "withdrawn": record["withdrawn"],
        "paper": selectors.paper_record(selectors.sealed_of(poll), record.get("paper", {})),
        "record_digest": poll.record.digest,
        "opens_at": poll.opens_at,
        "closes_at": poll.closes_at,
        "closed_at": poll.closed_at,
        "counted_at": poll.counted_at,
        "seats": list(range(1, SEATS + 1)),
        "opening": selectors.opening_view(poll),
    }


def may_request(by: Any, arguments: Mapping[str, Any], at: datetime) -> Decision:
    poll = Poll.objects.filter(pk=arguments.get("poll", 0)).first()
    return policies.can_read_record(by, poll, at) if poll else no(_("Ce vote n’existe pas."))


def file_name(arguments: Mapping[str, Any]) -> str:
    return f"proces-verbal-{Poll.objects.select_related('cycle').get(pk=arguments['poll']).cycle.slug}.pdf"


OFFICIAL_RECORD = ReportSpec(
    "official_record", _("Procès-verbal du vote"), "voting/pdf/record.html", record_data, may_request, file_name
)
