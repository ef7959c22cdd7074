"""What those who build, pay and look back fill in. Forms parse; services act."""

from __future__ import annotations

from realisation.forms.deliveries import MilestoneForm, StopForm, UpdateForm
from realisation.forms.fields import DATE, FIELDS, WHOLE_DATE, amount_field, day_field, refuse
from realisation.forms.imports import ApplyForm, ExportForm
from realisation.forms.launch import LaunchForm, PledgeForm
from realisation.forms.ledger import EntryForm, ReversalForm, TransferForm
from realisation.forms.papers import PaperFields, PaperForm
from realisation.forms.reallocations import DecisionForm, ReallocationForm, RefusalForm
from realisation.forms.reviews import ReviewForm

__all__ = [
    "DATE",
    "FIELDS",
    "WHOLE_DATE",
    "ApplyForm",
    "DecisionForm",
    "EntryForm",
    "ExportForm",
    "LaunchForm",
    "MilestoneForm",
    "PaperFields",
    "PaperForm",
    "PledgeForm",
    "ReallocationForm",
    "RefusalForm",
    "ReversalForm",
    "ReviewForm",
    "StopForm",
    "TransferForm",
    "UpdateForm",
    "amount_field",
    "day_field",
    "refuse",
]
