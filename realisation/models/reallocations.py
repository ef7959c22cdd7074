"""What becomes of a leftover: somebody proposes, a named body decides."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bp_platform.core.checks import Checked
from bp_platform.core.money import EuroField
from cycles.models import Envelope
from proposals.models import Proposal
from realisation.models.deliveries import SAID, Delivery
from realisation.models.ledger import LedgerEntry
from realisation.models.transfers import EnvelopeTransfer

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from realisation.models.papers import MoneyPaper


class Destination(models.TextChoices):
    PROJECT = "project", _("un projet en difficulté")
    NEXT = "next", _("le projet suivant au vote")
    EDITION = "edition", _("une autre enveloppe")
    ELSEWHERE = "elsewhere", _("hors du budget participatif")


class ReallocationState(models.TextChoices):
    PROPOSED = "proposed", _("proposée")
    DECIDED = "decided", _("décidée")
    REFUSED = "refused", _("refusée")


class Reallocation(Checked):
    """A part of an envelope's leftover and where it would go (« affectation du reliquat »).

    Proposed, then decided or refused by a named body. The decision makes the movement in the same act: a transfer, an
    entry, or both when the project is on another envelope. Trigger: once closed, nothing changes; the movement is its.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    envelope = models.ForeignKey(Envelope, on_delete=models.PROTECT, related_name="reallocations")
    amount_eur = EuroField(_("montant"))
    destination = models.CharField(_("destination"), max_length=10, choices=Destination)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    target = models.ForeignKey(Envelope, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    elsewhere = models.CharField(_("vers"), max_length=120, blank=True)
    reason = models.CharField(_("pourquoi"), max_length=300)
    proposed_at = models.DateTimeField()
    state = models.CharField(_("état"), max_length=10, choices=ReallocationState, default=ReallocationState.PROPOSED)
    decided_by = models.CharField(_("décidé par"), max_length=160, blank=True)
    decided_on = models.DateField(_("date de la décision"), null=True, blank=True)
    decision = models.CharField(_("décision"), max_length=160, blank=True)
    refusal = models.CharField(_("motif du refus"), max_length=300, blank=True)
    entry = models.OneToOneField(
        LedgerEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="reallocation"
    )
    transfer = models.OneToOneField(
        EnvelopeTransfer, on_delete=models.PROTECT, null=True, blank=True, related_name="reallocation"
    )

    if TYPE_CHECKING:
        papers: RelatedManager[MoneyPaper]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_eur__gt=0, reason__regex=SAID),
                name="reallocation_has_amount_and_reason",
                violation_error_message=_("Une affectation porte un montant et dit pourquoi."),
            ),
            models.CheckConstraint(
                condition=Q(destination="project", delivery__isnull=False, proposal=None, target=None, elsewhere="")
                | Q(destination="next", delivery=None, proposal__isnull=False, target=None, elsewhere="")
                | Q(destination="edition", delivery=None, proposal=None, target__isnull=False, elsewhere="")
                | Q(destination="elsewhere", delivery=None, proposal=None, target=None, elsewhere__regex=SAID),
                name="reallocation_goes_where_it_says",
                violation_error_message=_("Une affectation a une destination, et une seule."),
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by="", decided_on=None, decision="", refusal="")
                & Q(entry=None, transfer=None)
                | Q(state="decided", decided_by__regex=SAID, decided_on__isnull=False, decision__regex=SAID, refusal="")
                & (Q(entry__isnull=False) | Q(transfer__isnull=False))
                | Q(state="refused", decided_by__regex=SAID, decided_on__isnull=False, refusal__regex=SAID)
                & Q(entry=None, transfer=None),
                name="reallocation_state_says_its_facts",
                violation_error_message=_("Une affectation décidée porte sa décision ; refusée, son motif."),
            ),
        ]
        indexes = [models.Index(fields=["envelope", "state"], name="reallocation_by_envelope")]

    def __str__(self) -> str:
        return f"{self.envelope_id} {self.destination} {self.amount_eur}"

    @property
    def journal_chain(self) -> str:
        return f"cycle:{self.envelope.cycle_id}"
