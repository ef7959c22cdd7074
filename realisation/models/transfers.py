"""Money that moves between envelopes, or out of all of them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bp_platform.core.checks import Checked
from bp_platform.core.money import EuroField
from cycles.models import Envelope
from realisation.models.deliveries import SAID

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from realisation.models.papers import MoneyPaper


class EnvelopeTransfer(Checked):
    """Money moved to another envelope, or out of all of them, as a named body decided. Append-only by trigger.

    A mistake is corrected by its reversal: the same way, a negative amount, once, and `reason` says why.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.ForeignKey(Envelope, on_delete=models.PROTECT, related_name="transfers_out")
    target = models.ForeignKey(Envelope, on_delete=models.PROTECT, null=True, blank=True, related_name="transfers_in")
    elsewhere = models.CharField(_("hors enveloppe, vers"), max_length=120, blank=True)
    amount_eur = EuroField(_("montant"), signed=True)
    on_date = models.DateField(_("date"))
    decided_by = models.CharField(_("décidé par"), max_length=160)
    decision = models.CharField(_("décision"), max_length=160)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversal")
    reason = models.CharField(_("pourquoi"), max_length=160, blank=True, default="", db_default="")
    entered_at = models.DateTimeField()

    if TYPE_CHECKING:
        papers: RelatedManager[MoneyPaper]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses=None, amount_eur__gt=0)
                | Q(reverses__isnull=False, amount_eur__lt=0, reason__regex=SAID),
                name="transfer_is_positive",
                violation_error_message=_("Le montant d’un transfert est supérieur à zéro."),
            ),
            models.CheckConstraint(
                condition=Q(target__isnull=False, elsewhere="") & ~Q(source=F("target"))
                | Q(target=None, elsewhere__regex=SAID),
                name="transfer_goes_somewhere",
                violation_error_message=_("Un transfert va vers une autre enveloppe, ou dit en toutes lettres où."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by__regex=SAID, decision__regex=SAID),
                name="transfer_names_its_decision",
                violation_error_message=_("Un transfert nomme qui l’a décidé et la pièce qui le prouve."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id} {self.amount_eur}"
