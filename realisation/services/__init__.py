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
from realisation.services.held_news import ask_reading, publish_read, send_back_news
from realisation.services.imports import import_ledger, keep_for_import, preview_import, take_for_import, undo_import
from realisation.services.ledger import budget, commit, invoice, pay, release, reverse
from realisation.services.milestones import plan_milestone, reach_milestone
from realisation.services.news import Photo, post_update
from realisation.services.outside import Elsewhere, mark_done_outside, unmark_done_outside
from realisation.services.papers import attach, cycle_of, show_paper
from realisation.services.reallocations import Promise, decide_reallocation, propose_reallocation, refuse_reallocation
from realisation.services.reminders import remind
from realisation.services.review_blocks import (
    Overtaken,
    add_block,
    hide_block,
    move_block,
    remove_picture,
    restore_block,
    show_block,
    write_block,
)
from realisation.services.reviews import (
    open_review,
    publish_review,
    rectify_review,
    remind_review,
    schedule_review,
    send_back_review,
    submit_review,
    validate_review,
)
from realisation.services.transfers import reverse_transfer, transfer

__all__ = [
    "AsBuilt",
    "Asking",
    "Elsewhere",
    "Overtaken",
    "Photo",
    "Pledge",
    "Promise",
    "abandon",
    "add_block",
    "advance",
    "answer_enquiry",
    "ask",
    "ask_reading",
    "attach",
    "budget",
    "change",
    "commit",
    "create_deliveries",
    "create_delivery",
    "cycle_of",
    "decide_reallocation",
    "deliver",
    "hide_block",
    "import_ledger",
    "inaugurate",
    "invoice",
    "keep_for_import",
    "mark_done_outside",
    "move_block",
    "open_review",
    "pay",
    "plan_milestone",
    "post_update",
    "preview_import",
    "propose_reallocation",
    "publish_enquiry",
    "publish_read",
    "publish_review",
    "reach_milestone",
    "rectify_review",
    "refuse_enquiry",
    "refuse_reallocation",
    "release",
    "remind",
    "remind_review",
    "remove_picture",
    "restore_block",
    "resume",
    "reverse",
    "reverse_transfer",
    "schedule_review",
    "send_back_news",
    "send_back_review",
    "show_block",
    "show_paper",
    "submit_review",
    "suspend",
    "take_for_import",
    "tell_sequel",
    "transfer",
    "undo_delivered",
    "undo_import",
    "unmark_done_outside",
    "validate_review",
    "write_block",
]
