"""What a project costs, line by line. Versions are never rewritten: a new costing is a new row."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import Department, User
from bp_platform.core.checks import Checked
from bp_platform.core.money import EuroField
from instruction.models.case import Case

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

# French VAT rates in per cent, the overseas ones included; 0 for internal work and what is exempt.
VAT_RATES = tuple(Decimal(rate) for rate in ("20.00", "10.00", "8.50", "5.50", "2.10", "0.00"))


def rate_words(rate: Decimal) -> str:
    """« 5,5 % »."""
    return f"{rate.normalize():f}".replace(".", ",") + "\u00a0%"


class CostKind(models.TextChoices):
    STUDY = "study", _("études")
    WORKS = "works", _("travaux")
    SUPPLY = "supply", _("fournitures")
    INTERNAL = "internal", _("travail des services")
    CONTINGENCY = "contingency", _("aléas")


class Costing(Checked):
    """One version of the costing of a case; the last one counts. Append-only; none is added after the decision."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="costings")
    version = models.PositiveSmallIntegerField()
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="costings")
    confidence_percent = models.PositiveSmallIntegerField(_("précision, en % de plus ou de moins"))
    price_on = models.DateField(_("prix à la date du"))
    running_cost_eur = EuroField(_("coût de fonctionnement par an"), default=Decimal("0.00"))
    funded_eur = EuroField(_("apporté par d’autres financeurs"), default=Decimal("0.00"))
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    set_at = models.DateTimeField()

    if TYPE_CHECKING:
        items: RelatedManager[CostItem]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="costing_version_once_per_case"),
            models.CheckConstraint(
                condition=Q(confidence_percent__lte=100),
                name="costing_confidence_is_a_percentage",
                violation_error_message=_("La précision s’écrit entre 0 et 100 %."),
            ),
            models.CheckConstraint(condition=Q(running_cost_eur__gte=0), name="costing_running_cost_is_positive"),
            models.CheckConstraint(
                condition=Q(funded_eur__gte=0),
                name="costing_funds_are_positive",
                violation_error_message=_("Ce que d’autres apportent est positif ou nul."),
            ),
        ]

    def __str__(self) -> str:
        return f"chiffrage {self.case_id} v{self.version}"


_NET = Round(F("quantity") * F("unit_price_eur"), precision=2)
_VAT = Round(Round(F("quantity") * F("unit_price_eur"), precision=2) * F("vat_percent") / Decimal(100), precision=2)


class CostItem(Checked):
    """A line of a costing. Totals are computed by the database, rounded half-up line by line, and cannot lie."""

    costing = models.ForeignKey(Costing, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("nature"), max_length=12, choices=CostKind)
    label = models.CharField(_("libellé"), max_length=160)
    quantity = models.DecimalField(
        _("quantité"), max_digits=9, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    unit_price_eur = EuroField(_("prix unitaire hors taxes"))
    vat_percent = models.DecimalField(
        _("TVA"), max_digits=4, decimal_places=2, choices=[(rate, rate_words(rate)) for rate in VAT_RATES]
    )
    net_eur = models.GeneratedField(expression=_NET, output_field=EuroField(), db_persist=True)
    vat_eur = models.GeneratedField(expression=_VAT, output_field=EuroField(), db_persist=True)
    total_eur = models.GeneratedField(expression=_NET + _VAT, output_field=EuroField(), db_persist=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["costing", "position"], name="cost_item_position_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="cost_item_quantity_is_positive"),
            models.CheckConstraint(condition=Q(unit_price_eur__gte=0), name="cost_item_price_is_positive"),
            models.CheckConstraint(
                condition=Q(vat_percent__in=VAT_RATES),
                name="cost_item_vat_is_a_french_rate",
                violation_error_message=_("Choisissez un taux de TVA en vigueur."),
            ),
            models.CheckConstraint(condition=~Q(label=""), name="cost_item_is_named"),
        ]

    def __str__(self) -> str:
        return self.label
