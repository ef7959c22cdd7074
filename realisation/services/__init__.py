"""The acts of the return."""

from __future__ import annotations

from realisation.services.deliveries import (
    abandon,
    advance,
    create_delivery,
    deliver,
    inaugurate,
    plan_milestone,
    post_update,
    resume,
    suspend,
)
from realisation.services.ledger import commit, invoice, pay, release, reverse, transfer
from realisation.services.review import publish_review, write_review

__all__ = [
    "abandon",
    "advance",
    "commit",
    "create_delivery",
    "deliver",
    "inaugurate",
    "invoice",
    "pay",
    "plan_milestone",
    "post_update",
    "publish_review",
    "release",
    "resume",
    "reverse",
    "suspend",
    "transfer",
    "write_review",
]
