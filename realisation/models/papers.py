"""The files that prove: an order, a bill, a decision."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bp_platform.documents.models import StoredFile
from realisation.models.deliveries import SAID
from realisation.models.ledger import LedgerEntry
from realisation.models.reallocations import Reallocation
from realisation.models.transfers import EnvelopeTransfer


class MoneyPaper(models.Model):
    """A file beside an entry, a transfer or a decision (« justificatif »): public, or kept for the desk.

    Trigger: its file and what it proves never change, and it is never deleted; only whether it is public.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="papers")
    transfer = models.ForeignKey(
        EnvelopeTransfer, on_delete=models.PROTECT, null=True, blank=True, related_name="papers"
    )
    reallocation = models.ForeignKey(
        Reallocation, on_delete=models.PROTECT, null=True, blank=True, related_name="papers"
    )
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("nom du justificatif"), max_length=120)
    is_public = models.BooleanField(_("public"), default=False)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(entry__isnull=False, transfer=None, reallocation=None)
                | Q(entry=None, transfer__isnull=False, reallocation=None)
                | Q(entry=None, transfer=None, reallocation__isnull=False),
                name="paper_proves_one_thing",
                violation_error_message=_("Un justificatif prouve une écriture, un transfert ou une décision."),
            ),
            models.CheckConstraint(
                condition=Q(title__regex=SAID),
                name="paper_has_a_title",
                violation_error_message=_("Donnez un nom à ce justificatif."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
