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
from realisation.services.ledger import budget, commit, invoice, pay, release, reverse
from realisation.services.news import Photo, plan_milestone, post_update
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
from realisation.services.transfers import transfer

__all__ = [
    "Overtaken",
    "Photo",
    "Pledge",
    "abandon",
    "add_block",
    "advance",
    "budget",
    "commit",
    "create_deliveries",
    "create_delivery",
    "deliver",
    "hide_block",
    "inaugurate",
    "invoice",
    "move_block",
    "open_review",
    "pay",
    "plan_milestone",
    "post_update",
    "publish_review",
    "rectify_review",
    "release",
    "remind_review",
    "remove_picture",
    "restore_block",
    "resume",
    "reverse",
    "schedule_review",
    "send_back_review",
    "show_block",
    "submit_review",
    "suspend",
    "transfer",
    "validate_review",
    "write_block",
]
