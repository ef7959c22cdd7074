"""The return: what is being built, and every euro from the envelope to the payment."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import Department
from bp_platform.core.money import EuroField
from bp_platform.documents.models import StoredFile
from cycles.models import Cycle, Envelope
from proposals.models import Proposal

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class DeliveryState(models.TextChoices):
    SCHEDULED = "scheduled", _("programmé")
    DESIGN = "design", _("en conception")
    PROCUREMENT = "procurement", _("marché en cours")
    WORKS = "works", _("en travaux")
    DELIVERED = "delivered", _("livré")
    INAUGURATED = "inaugurated", _("inauguré")
    SUSPENDED = "suspended", _("suspendu")
    ABANDONED = "abandoned", _("abandonné")


MOVING = (DeliveryState.SCHEDULED, DeliveryState.DESIGN, DeliveryState.PROCUREMENT, DeliveryState.WORKS)
DONE = (DeliveryState.DELIVERED, DeliveryState.INAUGURATED)
STOPPED = (DeliveryState.SUSPENDED, DeliveryState.ABANDONED)
OWING_NEWS = (*MOVING, DeliveryState.SUSPENDED)
SAID = r"\S"  # a text that is more than blanks


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def owing_news(self) -> Self:
        """Neither delivered nor abandoned: a suspended project still owes its news."""
        return self.filter(state__in=OWING_NEWS)


class Delivery(models.Model):
    """A laureate being built (« réalisation »), after the council's resolution. One per project."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="delivery")
    envelope = models.ForeignKey(Envelope, on_delete=models.PROTECT, related_name="deliveries")
    resolution = models.CharField(_("délibération"), max_length=160)
    lead_department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="deliveries")
    contact_name = models.CharField(_("personne à contacter"), max_length=120)
    promised_on = models.DateField(_("promis pour le"))
    state = models.CharField(_("avancement"), max_length=12, choices=DeliveryState, default=DeliveryState.SCHEDULED)
    resumes_to = models.CharField(max_length=12, choices=DeliveryState, blank=True)
    public_reason = models.TextField(_("motif public"), max_length=1000, blank=True)
    created_at = models.DateTimeField()
    delivered_on = models.DateField(_("livré le"), null=True, blank=True)
    inaugurated_on = models.DateField(_("inauguré le"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    if TYPE_CHECKING:
        updates: RelatedManager[ProgressUpdate]
        milestones: RelatedManager[Milestone]
        entries: RelatedManager[LedgerEntry]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["suspended", "abandoned"], public_reason__regex=SAID)
                | ~Q(state__in=["suspended", "abandoned"]) & Q(public_reason=""),
                name="delivery_stopped_says_why",
                violation_error_message=_("Un projet suspendu ou abandonné dit publiquement pourquoi, et lui seul."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["delivered", "inaugurated"], delivered_on__isnull=False)
                | ~Q(state__in=["delivered", "inaugurated"]) & Q(delivered_on=None),
                name="delivery_delivered_iff_dated",
                violation_error_message=_("Un projet livré porte sa date de livraison, et lui seul."),
            ),
            models.CheckConstraint(
                condition=Q(state="inaugurated", inaugurated_on__isnull=False, inaugurated_on__gte=F("delivered_on"))
                | ~Q(state="inaugurated") & Q(inaugurated_on=None),
                name="delivery_inaugurated_iff_dated",
                violation_error_message=_("L’inauguration ne précède pas la livraison."),
            ),
            models.CheckConstraint(
                condition=Q(state="suspended", resumes_to__in=MOVING) | ~Q(state="suspended") & Q(resumes_to=""),
                name="delivery_suspended_knows_where_it_resumes",
            ),
        ]

    def __str__(self) -> str:
        return f"delivery {self.proposal_id}"

    @property
    def journal_chain(self) -> str:
        return f"cycle:{self.proposal.cycle_id}"


class MilestoneKind(models.TextChoices):
    DESIGN = "design", _("Plans validés")
    PROCUREMENT = "procurement", _("Entreprise choisie")
    WORKS = "works", _("Début des travaux")
    DELIVERY = "delivery", _("Livraison")
    INAUGURATION = "inauguration", _("Inauguration")


class Milestone(models.Model):
    """A dated step of a delivery: planned once, forecast again when it moves (and why), actual when it happened."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="milestones")
    kind = models.CharField(_("étape"), max_length=12, choices=MilestoneKind)
    planned_on = models.DateField(_("prévu le"))
    forecast_on = models.DateField(_("attendu le"), null=True, blank=True)
    actual_on = models.DateField(_("fait le"), null=True, blank=True)
    delay_reason = models.CharField(_("raison du retard"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "kind"], name="milestone_once_per_delivery"),
            models.CheckConstraint(
                condition=Q(forecast_on=None) | Q(forecast_on__lte=F("planned_on")) | Q(delay_reason__regex=SAID),
                name="milestone_delay_is_explained",
                violation_error_message=_("Une date qui recule s’explique : dites pourquoi, en une phrase publique."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.kind}"

    @property
    def expected_on(self) -> date:
        return self.actual_on or self.forecast_on or self.planned_on


class ProgressUpdate(models.Model):
    """News of a delivery, as the public reads it. Append-only by trigger; `key` makes the same news sent twice one."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="updates")
    text = models.TextField(_("nouvelle"), max_length=1000)
    state = models.CharField(_("avancement"), max_length=12, choices=DeliveryState)
    next_on = models.DateField(_("prochaine date"), null=True, blank=True)
    next_text = models.CharField(_("ce qui se passe ce jour-là"), max_length=120, blank=True)
    photo = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    author_label = models.CharField(_("signature"), max_length=120)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(text__regex=SAID),
                name="update_says_something",
                violation_error_message=_("Écrivez la nouvelle en une phrase."),
            ),
            models.CheckConstraint(
                condition=Q(next_text="") | Q(next_on__isnull=False),
                name="update_next_step_is_dated",
                violation_error_message=_("Indiquez la date de cette prochaine étape."),
            ),
        ]
        indexes = [models.Index(fields=["delivery", "-published_at"], name="update_latest")]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.published_at:%Y-%m-%d}"


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


class OneYearReview(models.Model):
    """The review (« bilan à un an »), scheduled with the deliveries; a cycle cannot close before it is published."""

    cycle = models.OneToOneField(Cycle, on_delete=models.PROTECT, related_name="one_year_review")
    scheduled_on = models.DateField(_("prévu le"))
    text = models.TextField(_("texte"), blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(text__regex=SAID),
                name="review_published_says_something",
                violation_error_message=_("Un bilan publié ne peut pas être vide."),
            )
        ]

    def __str__(self) -> str:
        return f"review {self.cycle_id}"
