"""Fields and refusals that the forms of the return share."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bp_platform.core import fields
from bp_platform.core.decisions import Refused
from bp_platform.core.fields import FrenchDecimalField

FIELDS = {"on_date": "on", "forecast_on": "on"}  # what a model calls otherwise than its form


def refuse(form: forms.Form, error: Refused | ValidationError, *, beside: str | None = None) -> None:
    """`core.fields.refuse`, with the names of the return."""
    fields.refuse(form, error, beside=beside, names=FIELDS)


def amount_field(label: Any, help_text: Any = "") -> FrenchDecimalField:
    """An amount in euros, as people type it."""
    return FrenchDecimalField(
        label=label,
        help_text=help_text,
        min_value=Decimal("0.01"),
        max_digits=12,
        decimal_places=2,
        error_messages={
            "required": _("écrivez un montant."),
            "invalid": _("écrivez un montant en chiffres, par exemple 4 200,50."),
            "min_value": _("écrivez un montant supérieur à zéro."),
            "max_decimal_places": _("écrivez deux décimales au plus."),
        },
    )


def photo_field(label: Any, *, capture: bool = False, help_text: Any = "") -> forms.FileField:
    """A photograph; `capture` opens the phone's camera at once."""
    attrs = {"accept": "image/jpeg,image/png,image/webp"} | ({"capture": "environment"} if capture else {})
    return forms.FileField(label=label, required=False, widget=forms.FileInput(attrs=attrs), help_text=help_text)


def alt_field(label: Any) -> forms.CharField:
    """What a photograph shows, for who does not see it."""
    return forms.CharField(label=label, required=False, max_length=200)
