"""Every euro from the envelope to the payment."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bp_platform.core.money import EuroField
from cycles.models import Envelope
from realisation.models.deliveries import SAID, Delivery


class EntryKind(models.TextChoices):
    BUDGETED = "budgeted", _("voté pour ce projet")
    COMMITTED = "committed", _("engagé")
    INVOICED = "invoiced", _("facturé")
    PAID = "paid", _("payé")
    RELEASED = "released", _("rendu à l’enveloppe")


class LedgerEntry(models.Model):
    """A dated movement (« écriture »). Never changed: a mistake is corrected by its reversal, which is negative.

    `key` makes the same entry sent twice one. `decided_by` names the body that gave a project its money.
    The triggers of migration 0002 hold: envelope of the delivery; reversal = the opposite; paid ≤ invoiced ≤
    committed ≤ budgeted − released; and no envelope gives more than it has.
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
    entered_at = models.DateTimeField()

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
        ]
        indexes = [models.Index(fields=["envelope", "delivery", "kind"], name="entry_sums")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_eur}"


class EnvelopeTransfer(models.Model):
    """Money moved to another envelope, or out of all of them, as a named body decided. Append-only by trigger."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.ForeignKey(Envelope, on_delete=models.PROTECT, related_name="transfers_out")
    target = models.ForeignKey(Envelope, on_delete=models.PROTECT, null=True, blank=True, related_name="transfers_in")
    elsewhere = models.CharField(_("hors enveloppe, vers"), max_length=120, blank=True)
    amount_eur = EuroField(_("montant"))
    on_date = models.DateField(_("date"))
    decided_by = models.CharField(_("décidé par"), max_length=160)
    decision = models.CharField(_("décision"), max_length=160)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_eur__gt=0),
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
