"""The return: what is being built, and every euro from the envelope to the payment."""

from __future__ import annotations

from realisation.models.deliveries import (
    DONE,
    MOVING,
    OWING_NEWS,
    SAID,
    STOPPED,
    Delivery,
    DeliveryQuerySet,
    DeliveryState,
    Milestone,
    MilestoneKind,
    ProgressUpdate,
)
from realisation.models.ledger import EntryKind, EnvelopeTransfer, LedgerEntry
from realisation.models.reviews import COMPULSORY, BlockKind, OneYearReview, Rectification, ReviewBlock, ReviewState

__all__ = [
    "COMPULSORY",
    "DONE",
    "MOVING",
    "OWING_NEWS",
    "SAID",
    "STOPPED",
    "BlockKind",
    "Delivery",
    "DeliveryQuerySet",
    "DeliveryState",
    "EntryKind",
    "EnvelopeTransfer",
    "LedgerEntry",
    "Milestone",
    "MilestoneKind",
    "OneYearReview",
    "ProgressUpdate",
    "Rectification",
    "ReviewBlock",
    "ReviewState",
]
