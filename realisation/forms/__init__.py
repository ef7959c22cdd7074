"""What those who build, pay and look back fill in. Forms parse; services act."""

from __future__ import annotations

from realisation.forms.deliveries import MilestoneForm, StopForm, UpdateForm
from realisation.forms.fields import DATE, FIELDS, WHOLE_DATE, amount_field, day_field, refuse
from realisation.forms.launch import LaunchForm, PledgeForm
from realisation.forms.ledger import EntryForm, ReversalForm, TransferForm
from realisation.forms.reviews import BlockForm, HideForm, NewBlockForm, RectifyForm, SendBackForm, SubmitForm

__all__ = [
    "DATE",
    "FIELDS",
    "WHOLE_DATE",
    "BlockForm",
    "EntryForm",
    "HideForm",
    "LaunchForm",
    "MilestoneForm",
    "NewBlockForm",
    "PledgeForm",
    "RectifyForm",
    "ReversalForm",
    "SendBackForm",
    "StopForm",
    "SubmitForm",
    "TransferForm",
    "UpdateForm",
    "amount_field",
    "day_field",
    "refuse",
]
