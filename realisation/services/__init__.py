"""The acts of the return."""

from __future__ import annotations

from realisation.services.deliveries import (
    Pledge,
    abandon,
    advance,
    create_deliveries,
    create_delivery,
    deliver,
    inaugurate,
    resume,
    suspend,
)
from realisation.services.imports import import_ledger, keep_for_import, preview_import, take_for_import, undo_import
from realisation.services.ledger import budget, commit, invoice, pay, release, reverse
from realisation.services.news import Photo, plan_milestone, post_update
from realisation.services.papers import attach, cycle_of, show_paper
from realisation.services.reallocations import Promise, decide_reallocation, propose_reallocation, refuse_reallocation
from realisation.services.review import publish_review, write_review
from realisation.services.transfers import reverse_transfer, transfer

__all__ = [
    "Photo",
    "Pledge",
    "Promise",
    "abandon",
    "advance",
    "attach",
    "budget",
    "commit",
    "create_deliveries",
    "create_delivery",
    "cycle_of",
    "decide_reallocation",
    "deliver",
    "import_ledger",
    "inaugurate",
    "invoice",
    "keep_for_import",
    "pay",
    "plan_milestone",
    "post_update",
    "preview_import",
    "propose_reallocation",
    "publish_review",
    "refuse_reallocation",
    "release",
    "resume",
    "reverse",
    "reverse_transfer",
    "show_paper",
    "suspend",
    "take_for_import",
    "transfer",
    "undo_import",
    "write_review",
]
