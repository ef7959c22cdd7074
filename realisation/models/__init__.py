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
from realisation.models.ledger import EntryKind, EnvelopeTransfer, LedgerEntry
from realisation.models.outside import DoneOutside
from realisation.models.reminders import ANSWERS, LAUNCH, NEWS, Reminder, ReminderStep
from realisation.models.reviews import OneYearReview

__all__ = [
    "ANSWERS",
    "DONE",
    "LAUNCH",
    "MOST_PHOTOS",
    "MOVING",
    "NEWS",
    "OWING_NEWS",
    "SAID",
    "STOPPED",
    "ChangeKind",
    "Delivery",
    "DeliveryChange",
    "DeliveryQuerySet",
    "DeliveryState",
    "DoneOutside",
    "Enquiry",
    "EnquiryKind",
    "EnquiryState",
    "EntryKind",
    "EnvelopeTransfer",
    "LedgerEntry",
    "Milestone",
    "MilestoneKind",
    "OneYearReview",
    "ProgressUpdate",
    "Reminder",
    "ReminderStep",
    "UpdatePhoto",
]
