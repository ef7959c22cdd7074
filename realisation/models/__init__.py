"""The return: what is being built, and every euro from the envelope to the payment."""

from __future__ import annotations

from realisation.models.changes import ChangeKind, DeliveryChange
from realisation.models.deliveries import (
    DONE,
    MOST_PHOTOS,
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
    UpdatePhoto,
)
from realisation.models.enquiries import Enquiry, EnquiryKind, EnquiryState
from realisation.models.held import HeldNews
from realisation.models.imports import LedgerImport
from realisation.models.ledger import EntryKind, LedgerEntry
from realisation.models.outside import DoneOutside
from realisation.models.papers import MoneyPaper
from realisation.models.reallocations import Destination, Reallocation, ReallocationState
from realisation.models.reminders import ANSWERS, LAUNCH, NEWS, Reminder, ReminderStep
from realisation.models.reviews import COMPULSORY, BlockKind, OneYearReview, Rectification, ReviewBlock, ReviewState
from realisation.models.transfers import EnvelopeTransfer

__all__ = [
    "ANSWERS",
    "COMPULSORY",
    "DONE",
    "LAUNCH",
    "MOST_PHOTOS",
    "MOVING",
    "NEWS",
    "OWING_NEWS",
    "SAID",
    "STOPPED",
    "BlockKind",
    "ChangeKind",
    "Delivery",
    "DeliveryChange",
    "DeliveryQuerySet",
    "DeliveryState",
    "Destination",
    "DoneOutside",
    "Enquiry",
    "EnquiryKind",
    "EnquiryState",
    "EntryKind",
    "EnvelopeTransfer",
    "HeldNews",
    "LedgerEntry",
    "LedgerImport",
    "Milestone",
    "MilestoneKind",
    "MoneyPaper",
    "OneYearReview",
    "ProgressUpdate",
    "Reallocation",
    "ReallocationState",
    "Rectification",
    "Reminder",
    "ReminderStep",
    "ReviewBlock",
    "ReviewState",
    "UpdatePhoto",
]
