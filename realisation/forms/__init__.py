"""What those who build, pay and look back fill in. Forms parse; services act."""

from __future__ import annotations

from realisation.forms.changes import ChangeForm, OutsideForm, ReachForm, SequelForm, UndoForm, UnmarkForm
from realisation.forms.deliveries import MilestoneForm, StopForm, UpdateForm
from realisation.forms.enquiries import EnquiryAnswerForm, EnquiryCodeForm, EnquiryForm, EnquiryRefusalForm
from realisation.forms.fields import DATE, FIELDS, WHOLE_DATE, amount_field, day_field, refuse
from realisation.forms.launch import LaunchForm, PledgeForm
from realisation.forms.ledger import EntryForm, ReversalForm, TransferForm
from realisation.forms.reviews import ReviewForm

__all__ = [
    "DATE",
    "FIELDS",
    "WHOLE_DATE",
    "ChangeForm",
    "EnquiryAnswerForm",
    "EnquiryCodeForm",
    "EnquiryForm",
    "EnquiryRefusalForm",
    "EntryForm",
    "LaunchForm",
    "MilestoneForm",
    "OutsideForm",
    "PledgeForm",
    "ReachForm",
    "ReversalForm",
    "ReviewForm",
    "SequelForm",
    "StopForm",
    "TransferForm",
    "UndoForm",
    "UnmarkForm",
    "UpdateForm",
    "amount_field",
    "day_field",
    "refuse",
]
