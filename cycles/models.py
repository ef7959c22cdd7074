"""The frame of a participatory budget: the cycle, its phases, its rulebook, its money, its places."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from bp_platform.core import drawings
from bp_platform.core.money import EuroField

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

RESERVED_SLUGS = frozenset(
    {
        "bureau", "suivi", "agenda", "donnees", "accessibilite", "mentions-legales", "confidentialite", "compte",
        "sante", "static", "media", "apparence.css", "documents", "fichiers", "desinscription", "langue",
        "logo", "api", "aide", "editions",
    }
)  # fmt: skip


class CycleKind(models.TextChoices):
    RESIDENTS = "residents", _("habitant·es")
    INTERNAL = "internal", _("agents de la collectivité")
    THEMATIC = "thematic", _("thématique")


class CycleState(models.TextChoices):
    PREPARED = "prepared", _("en préparation")
    PUBLIC = "public", _("publique")
    CLOSED = "closed", _("terminée")


class CycleQuerySet(models.QuerySet["Cycle"]):
    def visible(self) -> Self:
        """What anybody may see: neither in preparation nor hidden (an internal cycle, a replayed election)."""
        return self.filter(state__in=[CycleState.PUBLIC, CycleState.CLOSED], is_hidden=False)


class Cycle(models.Model):
    """An edition (« édition ») of the participatory budget. Its slug is immutable once public."""

    title = models.CharField(_("titre"), max_length=120)
    slug = models.SlugField(_("adresse"), max_length=40, unique=True)
    kind = models.CharField(_("nature"), max_length=20, choices=CycleKind, default=CycleKind.RESIDENTS)
    state = models.CharField(_("état"), max_length=20, choices=CycleState, default=CycleState.PREPARED)
    is_hidden = models.BooleanField(_("cachée du public"), default=False)
    number_prefix = models.CharField(
        _("préfixe des numéros"),
        max_length=8,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{2,4}\d{0,4}$", _("Le préfixe s’écrit en majuscules, par exemple BP26."))],
    )
    last_number = models.PositiveIntegerField(default=0, editable=False)
    stamp = models.PositiveBigIntegerField(default=0, editable=False)
    promise = models.CharField(_("promesse en une phrase"), max_length=160, blank=True)
    council_resolution = models.CharField(_("délibération"), max_length=160, blank=True)
    prior = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="following")

    objects = CycleQuerySet.as_manager()

    if TYPE_CHECKING:
        phases: RelatedManager[Phase]
        envelopes: RelatedManager[Envelope]
        areas: RelatedManager[Area]
        themes: RelatedManager[Theme]
        rulebook_versions: RelatedManager[RulebookVersion]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(slug__in=sorted(RESERVED_SLUGS)),
                name="cycle_slug_is_not_reserved",
                violation_error_message=_("Cette adresse est réservée : choisissez-en une autre, par exemple l’année."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def journal_chain(self) -> str:
        return f"cycle:{self.pk}"


class PhaseKind(models.TextChoices):
    PREPARATION = "preparation", _("Préparation")
    DIAGNOSIS = "diagnosis", _("Diagnostic partagé")
    CALL = "call", _("Appel à idées")
    INSTRUCTION = "instruction", _("Étude")
    PRESELECTION = "preselection", _("Présélection")
    CAMPAIGN = "campaign", _("Campagne")
    VOTE = "vote", _("Vote")
    PROCLAMATION = "proclamation", _("Résultats")
    REALISATION = "realisation", _("Réalisation")
    REVIEW = "review", _("Bilan")


class PhaseQuerySet(models.QuerySet["Phase"]):
    def open_at(self, at: datetime) -> Self:
        return self.filter(opens_at__lte=at, closes_at__gt=at)


class Phase(models.Model):
    """A dated phase, `[opens_at, closes_at)`. Open or closed is read from the clock, never stored."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="phases")
    kind = models.CharField(_("phase"), max_length=20, choices=PhaseKind)
    opens_at = models.DateTimeField(_("ouverture"))
    closes_at = models.DateTimeField(_("clôture"))
    public_text = models.CharField(_("texte public"), max_length=200, blank=True)

    objects = PhaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="phase_closes_after_it_opens",
                violation_error_message=_("La clôture de la phase doit suivre son ouverture."),
            ),
            ExclusionConstraint(
                name="phase_of_a_kind_once_at_a_time",
                expressions=[
                    ("cycle", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (
                        Func(F("opens_at"), F("closes_at"), function="TSTZRANGE", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("Cette phase existe déjà à ces dates."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}"

    def is_open(self, at: datetime) -> bool:
        return self.opens_at <= at < self.closes_at

    def is_past(self, at: datetime) -> bool:
        return at >= self.closes_at


class AreaKind(models.TextChoices):
    COMMUNE = "commune", _("commune")
    ASSOCIATED_COMMUNE = "associated_commune", _("commune associée")
    SECTOR = "sector", _("secteur")
    DISTRICT = "district", _("quartier")
    PRIORITY = "priority", _("quartier prioritaire (QPV)")
    CUSTOM = "custom", _("périmètre")


class Area(models.Model):
    """A place of the cycle: the whole town or a quartier, in a tree; its polygon if the town drew one."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="areas")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField(_("nature"), max_length=20, choices=AreaKind, default=AreaKind.DISTRICT)
    name = models.CharField(_("nom"), max_length=80)
    code = models.SlugField(_("code"), max_length=40)
    population = models.PositiveIntegerField(_("habitants"), null=True, blank=True)
    outline = models.JSONField(_("contour (GeoJSON, WGS 84)"), null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "code"], name="area_code_once_per_cycle")]

    def __str__(self) -> str:
        return self.name


class Theme(models.Model):
    """A theme of the cycle, and the drawing of its projects."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="themes")
    name = models.CharField(_("nom"), max_length=60)
    code = models.SlugField(_("code"), max_length=40)
    drawing = models.CharField(_("dessin"), max_length=12, choices=tuple(drawings.KINDS.items()), default="nature")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "code"], name="theme_code_once_per_cycle")]

    def __str__(self) -> str:
        return self.name


class BudgetSection(models.TextChoices):
    INVESTMENT = "investment", _("investissement")
    OPERATING = "operating", _("fonctionnement")


class Envelope(models.Model):
    """Money set aside for a set of projects of the cycle, in euros all taxes included."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="envelopes")
    name = models.CharField(_("nom"), max_length=80)
    amount_eur = EuroField(_("montant"))
    announced_eur = EuroField(_("montant annoncé, s’il diffère du montant voté"), null=True, blank=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="envelopes")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="envelopes")
    section = models.CharField(_("section"), max_length=12, choices=BudgetSection, default=BudgetSection.INVESTMENT)
    owner_department = models.ForeignKey(
        "accounts.Department", on_delete=models.PROTECT, null=True, blank=True, related_name="envelopes"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_eur__gt=Decimal(0)),
                name="envelope_is_positive",
                violation_error_message=_("Le montant de l’enveloppe doit être supérieur à zéro."),
            ),
            models.UniqueConstraint(fields=["cycle", "name"], name="envelope_name_once_per_cycle"),
        ]

    def __str__(self) -> str:
        return self.name


class RulebookState(models.TextChoices):
    DRAFT = "draft", _("projet")
    ADOPTED = "adopted", _("adopté")


class RulebookVersion(models.Model):
    """One version of the règlement: a validated `Rules` value (cycles.rules), as JSON with its schema version."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="rulebook_versions")
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("état"), max_length=10, choices=RulebookState, default=RulebookState.DRAFT)
    values = models.JSONField(_("règles"))
    adopted_at = models.DateTimeField(null=True, blank=True)
    adopted_by_resolution = models.CharField(_("délibération"), max_length=160, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="rulebook_version_number_once"),
            models.CheckConstraint(
                condition=Q(state="adopted", adopted_at__isnull=False) | Q(state="draft", adopted_at=None),
                name="rulebook_adopted_iff_dated",
                violation_error_message=_("Un règlement adopté porte sa date d’adoption, et lui seul."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle_id} v{self.number}"


class SectionFreeze(models.Model):
    """A section of the rulebook that no longer changes, from the day its phase opened. Append-only by trigger."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="section_freezes")
    section = models.CharField(max_length=30)
    version = models.ForeignKey(RulebookVersion, on_delete=models.PROTECT, related_name="freezes")
    frozen_at = models.DateTimeField()
    phase_opens_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "section"], name="section_frozen_once")]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.section}"
