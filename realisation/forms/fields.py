"""Fields and refusals that the forms of the return share."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bp_platform.core.decisions import Refused
from instruction.forms import FrenchDecimalField

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


WHOLE_DATE = _("écrivez une date complète, par exemple 18/06/2026.")


FIELDS = {"on_date": "on", "forecast_on": "on"}  # what a model calls otherwise than its form


def refuse(form: forms.Form, error: Refused | ValidationError, *, beside: str | None = None) -> None:
    """Say what a service refused: beside the field that the error names (or `beside`), else above the form."""
    if isinstance(error, Refused):
        form.add_error(beside, str(error))
        return
    named = getattr(error, "error_dict", {})
    for name, errors in named.items():
        field = FIELDS.get(name, name)
        form.add_error(field if field in form.fields else None, errors)
    if not named:
        form.add_error(None, error.messages)


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


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=DATE,
        error_messages={"required": _("indiquez le jour."), "invalid": WHOLE_DATE},
    )


def photo_field(label: Any, *, capture: bool = False, help_text: Any = "") -> forms.FileField:
    """A photograph; `capture` opens the phone's camera at once."""
    attrs = {"accept": "image/jpeg,image/png,image/webp"} | ({"capture": "environment"} if capture else {})
    return forms.FileField(label=label, required=False, widget=forms.FileInput(attrs=attrs), help_text=help_text)


def alt_field(label: Any) -> forms.CharField:
    """What a photograph shows, for who does not see it."""
    return forms.CharField(label=label, required=False, max_length=200)
