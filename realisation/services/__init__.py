"""The acts of the return."""

from __future__ import annotations

from realisation.services.changes import AsBuilt, change, tell_sequel, undo_delivered
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
from realisation.services.enquiries import Asking, answer_enquiry, ask, publish_enquiry, refuse_enquiry
from realisation.services.ledger import budget, commit, invoice, pay, release, reverse
from realisation.services.milestones import plan_milestone, reach_milestone
from realisation.services.news import Photo, post_update
from realisation.services.outside import Elsewhere, mark_done_outside, unmark_done_outside
from realisation.services.reminders import remind
from realisation.services.review import publish_review, write_review
from realisation.services.transfers import transfer

__all__ = [
    "AsBuilt",
    "Asking",
    "Elsewhere",
    "Photo",
    "Pledge",
    "abandon",
    "advance",
    "answer_enquiry",
    "ask",
    "budget",
    "change",
    "commit",
    "create_deliveries",
    "create_delivery",
    "deliver",
    "inaugurate",
    "invoice",
    "mark_done_outside",
    "pay",
    "plan_milestone",
    "post_update",
    "publish_enquiry",
    "publish_review",
    "reach_milestone",
    "refuse_enquiry",
    "release",
    "remind",
    "resume",
    "reverse",
    "suspend",
    "tell_sequel",
    "transfer",
    "undo_delivered",
    "unmark_done_outside",
    "write_review",
]
