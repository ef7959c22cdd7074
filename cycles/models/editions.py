"""The edition and its dated phases."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from bp_platform.core.money import EuroField

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from cycles.models.consultations import Consultation
    from cycles.models.envelopes import Envelope, Theme
    from cycles.models.lessons import AcknowledgedWarning, Lesson
    from cycles.models.places import Area
    from cycles.models.rulebooks import Deviation, RulebookVersion, SectionFreeze

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
    total_eur = EuroField(_("montant total voté"), null=True, blank=True)
    contact = models.CharField(_("qui répond aux questions"), max_length=160, blank=True)
    setup_done = models.JSONField(default=list, editable=False)  # keys of cycles.setup.STEPS saved once
    prior = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="following")

    objects = CycleQuerySet.as_manager()

    if TYPE_CHECKING:
        phases: RelatedManager[Phase]
        envelopes: RelatedManager[Envelope]
        areas: RelatedManager[Area]
        themes: RelatedManager[Theme]
        rulebook_versions: RelatedManager[RulebookVersion]
        section_freezes: RelatedManager[SectionFreeze]
        deviations: RelatedManager[Deviation]
        consultations: RelatedManager[Consultation]
        lessons: RelatedManager[Lesson]
        acknowledged_warnings: RelatedManager[AcknowledgedWarning]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(slug__in=sorted(RESERVED_SLUGS)),
                name="cycle_slug_is_not_reserved",
                violation_error_message=_("Cette adresse est réservée : choisissez-en une autre, par exemple l’année."),
            ),
            models.CheckConstraint(
                condition=Q(total_eur=None) | Q(total_eur__gt=0),
                name="cycle_total_is_positive",
                violation_error_message=_("Le montant voté doit être supérieur à zéro."),
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


class CallKind(models.TextChoices):
    """What a call is, in law: whom it addresses, and what answering commits to."""

    IDEAS = "ideas", _("appel à idées")
    PROJECTS = "aap", _("appel à projets (AAP)")
    INTEREST = "ami", _("appel à manifestation d’intérêt (AMI)")
    SOLUTIONS = "aas", _("appel à solutions (AAS)")


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
    call_kind = models.CharField(_("nature de l’appel"), max_length=8, choices=CallKind, default=CallKind.IDEAS)
    revision = models.PositiveSmallIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PhaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="phase_closes_after_it_opens",
                violation_error_message=_("La clôture de la phase doit suivre son ouverture."),
            ),
            models.CheckConstraint(
                condition=Q(kind="call") | Q(call_kind="ideas"),
                name="phase_call_kind_is_the_calls",
                violation_error_message=_("Seul un appel est un appel à projets, à intérêt ou à solutions."),
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

    def clean(self) -> None:
        """Before the constraints: the database refuses to read a range that ends before it starts."""
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValidationError({"closes_at": _("La clôture de la phase doit suivre son ouverture.")})

    def is_open(self, at: datetime) -> bool:
        return self.opens_at <= at < self.closes_at

    def is_past(self, at: datetime) -> bool:
        return at >= self.closes_at
