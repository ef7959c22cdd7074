"""What those who build, pay and look back fill in. Forms parse; services act."""

from __future__ import annotations

from realisation.forms.changes import ChangeForm, OutsideForm, ReachForm, SequelForm, UndoForm, UnmarkForm
from realisation.forms.deliveries import MilestoneForm, ReadingForm, StopForm, UpdateForm
from realisation.forms.enquiries import EnquiryAnswerForm, EnquiryCodeForm, EnquiryForm, EnquiryRefusalForm
from realisation.forms.fields import FIELDS, amount_field, refuse
from realisation.forms.imports import ApplyForm, ExportForm
from realisation.forms.launch import LaunchForm, PledgeForm
from realisation.forms.ledger import EntryForm, ReversalForm, TransferForm
from realisation.forms.papers import PaperFields, PaperForm
from realisation.forms.reallocations import DecisionForm, ReallocationForm, RefusalForm
from realisation.forms.reviews import BlockForm, HideForm, NewBlockForm, RectifyForm, SendBackForm, SubmitForm

__all__ = [
    "FIELDS",
    "ApplyForm",
    "BlockForm",
    "ChangeForm",
    "DecisionForm",
    "EnquiryAnswerForm",
    "EnquiryCodeForm",
    "EnquiryForm",
    "EnquiryRefusalForm",
    "EntryForm",
    "ExportForm",
    "HideForm",
    "LaunchForm",
    "MilestoneForm",
    "NewBlockForm",
    "OutsideForm",
    "PaperFields",
    "PaperForm",
    "PledgeForm",
    "ReachForm",
    "ReadingForm",
    "ReallocationForm",
    "RectifyForm",
    "RefusalForm",
    "ReversalForm",
    "SendBackForm",
    "SequelForm",
    "StopForm",
    "SubmitForm",
    "TransferForm",
    "UndoForm",
    "UnmarkForm",
    "UpdateForm",
    "amount_field",
    "refuse",
]
