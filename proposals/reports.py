"""Documents of this app: the receipt of an idea."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.selectors import public_body
from bp_platform.core.decisions import YES, Decision
from bp_platform.core.registries import ReportSpec
from proposals.models import Proposal


def receipt_data(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """`arguments`: {"number": "BP26-0143"}. The secret code is never in a document that is kept."""
    proposal = Proposal.objects.select_related("cycle", "area", "theme").get(number=arguments["number"])
    return {"proposal": proposal, "body": public_body()}


def may_request(by: Any, arguments: Mapping[str, Any], at: datetime) -> Decision:
    """The receipt repeats what its reader knows already: whoever reaches the status page may have it."""
    return YES


def file_name(arguments: Mapping[str, Any]) -> str:
    return f"recepisse-{arguments['number']}.pdf"


RECEIPT = ReportSpec(
    "proposal_receipt", _("Récépissé de dépôt"), "proposals/pdf/receipt.html", receipt_data, may_request, file_name
)
