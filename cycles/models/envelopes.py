"""How much, for what: themes and sums of money."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bp_platform.core import drawings
from bp_platform.core.money import EuroField
from cycles.models.editions import Cycle
from cycles.models.places import Area


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


class EnvelopePublic(models.TextChoices):
    EVERYBODY = "everybody", _("tout le monde")
    CHILDREN = "children", _("enfants")
    YOUTH = "youth", _("jeunes")
    SCHOOLS = "schools", _("écoles et collèges")
    SENIORS = "seniors", _("personnes âgées")
    ASSOCIATIONS = "associations", _("associations")


class Envelope(models.Model):
    """Money set aside for a set of projects of the cycle, in euros all taxes included."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="envelopes")
    name = models.CharField(_("nom"), max_length=80)
    amount_eur = EuroField(_("montant"))
    announced_eur = EuroField(_("montant annoncé, s’il diffère du montant voté"), null=True, blank=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="envelopes")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="envelopes")
    section = models.CharField(_("section"), max_length=12, choices=BudgetSection, default=BudgetSection.INVESTMENT)
    public = models.CharField(_("public"), max_length=20, choices=EnvelopePublic, default=EnvelopePublic.EVERYBODY)
    minimum_eur = EuroField(_("coût minimal d’un projet"), null=True, blank=True)
    maximum_eur = EuroField(_("coût maximal d’un projet"), null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(minimum_eur=None) | Q(maximum_eur=None) | Q(minimum_eur__lte=F("maximum_eur")),
                name="envelope_tranche_is_ordered",
                violation_error_message=_("Le coût minimal d’un projet dépasse son coût maximal : échangez-les."),
            ),
            models.UniqueConstraint(fields=["cycle", "name"], name="envelope_name_once_per_cycle"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_plain(self) -> bool:
        """Whether it is for every project of its place: no theme, no public, no tranche of cost."""
        return (self.theme_id, self.minimum_eur, self.maximum_eur) == (None, None, None) and (
            self.public == EnvelopePublic.EVERYBODY
        )
