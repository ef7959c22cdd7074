"""Every euro from the envelope to the payment."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bp_platform.core.checks import Checked
from bp_platform.core.money import EuroField
from cycles.models import Envelope
from realisation.models.deliveries import SAID, Delivery
from realisation.models.imports import LedgerImport

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from realisation.models.papers import MoneyPaper


class EntryKind(models.TextChoices):
    BUDGETED = "budgeted", _("voté pour ce projet")
    COMMITTED = "committed", _("engagé")
    INVOICED = "invoiced", _("facturé")
    PAID = "paid", _("payé")
    RELEASED = "released", _("rendu à l’enveloppe")


class LedgerEntry(Checked):
    """A dated movement (« écriture »). Never changed: a mistake is corrected by its reversal, which is negative.

    `key` makes the same entry sent twice one. `decided_by` names the body that gave a project its money.
    `origin` is the line of the finance software that it comes from, and `turn` how many times that line was entered:
    again only once what it had given is reversed.
    The triggers of migrations 0002 and 0003 hold: envelope of the delivery; reversal = the opposite; paid ≤ invoiced ≤
    committed ≤ budgeted − released; no envelope gives more than it has; a line of an export counts once.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    envelope = models.ForeignKey(Envelope, on_delete=models.PROTECT, related_name="entries")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(_("nature"), max_length=10, choices=EntryKind)
    amount_eur = EuroField(_("montant"), signed=True)
    on_date = models.DateField(_("date"))
    document = models.CharField(_("pièce"), max_length=120)
    label = models.CharField(_("objet"), max_length=160)
    decided_by = models.CharField(_("décidé par"), max_length=160, blank=True)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversal")
    batch = models.ForeignKey(LedgerImport, on_delete=models.PROTECT, null=True, blank=True, related_name="entries")
    origin = models.CharField(_("ligne du logiciel financier"), max_length=160, blank=True, default="", db_default="")
    turn = models.PositiveSmallIntegerField(default=0, db_default=0)
    entered_at = models.DateTimeField()

    if TYPE_CHECKING:
        papers: RelatedManager[MoneyPaper]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses=None, amount_eur__gt=0) | Q(reverses__isnull=False, amount_eur__lt=0),
                name="entry_is_positive_unless_it_reverses",
                violation_error_message=_("Le montant d’une écriture est supérieur à zéro."),
            ),
            models.CheckConstraint(
                condition=Q(document__regex=SAID, label__regex=SAID),
                name="entry_has_its_document",
                violation_error_message=_("Une écriture porte son objet et le numéro de sa pièce."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="budgeted") | Q(decided_by__regex=SAID),
                name="entry_of_budget_is_decided",
                violation_error_message=_("Dites qui a décidé : le conseil municipal, le comité de suivi…"),
            ),
            models.CheckConstraint(
                condition=Q(origin="", turn=0) | (~Q(origin="") & Q(turn__gte=1)), name="entry_turn_iff_origin"
            ),
            models.CheckConstraint(condition=Q(batch=None) | ~Q(origin=""), name="entry_of_a_batch_says_its_line"),
            models.UniqueConstraint(
                fields=["origin", "turn"],
                condition=~Q(origin=""),
                name="entry_once_per_line_of_export",
                violation_error_message=_("Cette ligne du logiciel financier est déjà dans les comptes."),
            ),
        ]
        indexes = [models.Index(fields=["envelope", "delivery", "kind"], name="entry_sums")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_eur}"
