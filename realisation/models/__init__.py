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
from realisation.models.imports import LedgerImport
from realisation.models.ledger import EntryKind, LedgerEntry
from realisation.models.papers import MoneyPaper
from realisation.models.reallocations import Destination, Reallocation, ReallocationState
from realisation.models.reviews import OneYearReview
from realisation.models.transfers import EnvelopeTransfer

__all__ = [
    "DONE",
    "MOVING",
    "OWING_NEWS",
    "SAID",
    "STOPPED",
    "Delivery",
    "DeliveryQuerySet",
    "DeliveryState",
    "Destination",
    "EntryKind",
    "EnvelopeTransfer",
    "LedgerEntry",
    "LedgerImport",
    "Milestone",
    "MilestoneKind",
    "MoneyPaper",
    "OneYearReview",
    "ProgressUpdate",
    "Reallocation",
    "ReallocationState",
]
