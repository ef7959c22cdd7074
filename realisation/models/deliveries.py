"""A laureate being built: its stage, its dated steps, its news."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import Department
from bp_platform.core.checks import Checked
from bp_platform.core.money import EuroField
from bp_platform.documents.models import StoredFile
from cycles.models import Envelope
from proposals.models import Proposal

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from realisation.models.changes import DeliveryChange
    from realisation.models.enquiries import Enquiry
    from realisation.models.held import HeldNews
    from realisation.models.ledger import LedgerEntry


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


class Delivery(Checked):
    """A laureate being built (« réalisation »), after the council's resolution. One per project.

    `promised_on` never changes (trigger of migration 0004). `place`, `scope` and `expected_cost_eur` are empty while
    the project is built as it was voted; each change of them is a public `DeliveryChange`.
    """

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="delivery")
    envelope = models.ForeignKey(Envelope, on_delete=models.PROTECT, related_name="deliveries")
    resolution = models.CharField(_("délibération"), max_length=160)
    lead_department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="deliveries")
    contact_name = models.CharField(_("personne à contacter"), max_length=120)
    promised_on = models.DateField(_("promis pour le"))
    state = models.CharField(_("avancement"), max_length=12, choices=DeliveryState, default=DeliveryState.SCHEDULED)
    resumes_to = models.CharField(max_length=12, choices=DeliveryState, blank=True)
    public_reason = models.TextField(_("motif public"), max_length=1000, blank=True)
    place = models.CharField(_("lieu du chantier"), max_length=160, blank=True)
    scope = models.TextField(_("ce qui est construit"), max_length=1000, blank=True)
    expected_cost_eur = EuroField(_("coût attendu"), null=True, blank=True)
    sequel = models.TextField(_("ce qui a suivi"), max_length=1000, blank=True)
    created_at = models.DateTimeField()
    delivered_on = models.DateField(_("livré le"), null=True, blank=True)
    inaugurated_on = models.DateField(_("inauguré le"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    if TYPE_CHECKING:
        updates: RelatedManager[ProgressUpdate]
        milestones: RelatedManager[Milestone]
        entries: RelatedManager[LedgerEntry]
        changes: RelatedManager[DeliveryChange]
        enquiries: RelatedManager[Enquiry]
        held_news: RelatedManager[HeldNews]

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
            models.CheckConstraint(
                condition=Q(expected_cost_eur=None) | Q(expected_cost_eur__gt=0),
                name="delivery_expected_cost_is_positive",
                violation_error_message=_("Le coût attendu est supérieur à zéro."),
            ),
            models.CheckConstraint(
                condition=Q(sequel="") | Q(state__in=["delivered", "inaugurated"]),
                name="delivery_sequel_follows_delivery",
                violation_error_message=_("« Ce qui a suivi » se raconte une fois le projet livré."),
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


class ProgressUpdateQuerySet(models.QuerySet["ProgressUpdate"]):
    def with_pictures(self) -> Self:
        """Each with its `pictures`: the public files of its photographs, in their order, without a query more."""
        public = UpdatePhoto.objects.filter(update=OuterRef("pk"), file__is_public=True).order_by("position")
        names = ("uid", "original_name", "path", "alt_text")
        file = JSONObject(**{name: f"file__{name}" for name in names})
        return self.annotate(pictures=ArraySubquery(public.values(shown=file)))


class ProgressUpdate(models.Model):
    """News of a delivery, as the public reads it. Append-only by trigger; `key` makes the same news sent twice one."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="updates")
    text = models.TextField(_("nouvelle"), max_length=1000)
    state = models.CharField(_("avancement"), max_length=12, choices=DeliveryState)
    next_on = models.DateField(_("prochaine date"), null=True, blank=True)
    next_text = models.CharField(_("ce qui se passe ce jour-là"), max_length=120, blank=True)
    author_label = models.CharField(_("signature"), max_length=120)
    published_at = models.DateTimeField()

    objects = ProgressUpdateQuerySet.as_manager()

    if TYPE_CHECKING:
        photos: RelatedManager[UpdatePhoto]
        pictures: list[dict[str, str]]  # of rows `with_pictures`

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


MOST_PHOTOS = 4


class UpdatePhoto(models.Model):
    """A photograph of a piece of news; what it shows is its file's `alt_text`. Append-only by trigger."""

    update = models.ForeignKey(ProgressUpdate, on_delete=models.PROTECT, related_name="photos")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["update", "position"], name="update_photo_has_its_place"),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=MOST_PHOTOS),
                name="update_holds_four_photos",
                violation_error_message=_("Une nouvelle porte quatre photos au plus."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.update_id} {self.position}"
