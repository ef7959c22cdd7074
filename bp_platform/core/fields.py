"""Form fields as people type them, and how a service's refusal is said in a form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bp_platform.core.decisions import Refused

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
WHOLE_DATE = _("écrivez une date complète, par exemple 18/06/2026.")


class FrenchDecimalField(forms.DecimalField):
    """« 1 234,50 € » as people type it: spaces, comma, euro and per cent signs are read."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "".join(value.replace("€", "").replace("%", "").split()).replace(",", ".")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            return f"{value.normalize():f}".replace(".", ",")
        return value


def day_field(label: Any, *, required: bool = True, help_text: Any = "", missing: Any = "") -> forms.DateField:
    """A day, typed or picked; `missing`: what is said when it is required and empty."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=DATE,
        error_messages={"required": missing or _("indiquez le jour."), "invalid": WHOLE_DATE},
        validators=[check_year],
    )


def check_year(day: date) -> None:
    """A year typed by halves is no date: what is counted from it would leave the calendar."""
    if not 1900 <= day.year < 2200:
        raise ValidationError(WHOLE_DATE)


def refuse(
    form: forms.Form,
    error: Refused | ValidationError,
    *,
    beside: str | None = None,
    names: Mapping[str, str] | None = None,
) -> None:
    """Say what a service refused: beside the field that the error names (or `beside`), else above the form.

    `names`: what the service calls otherwise than the form."""
    if isinstance(error, Refused):
        form.add_error(beside, str(error))
        return
    named = getattr(error, "error_dict", {})
    for name, errors in named.items():
        field = (names or {}).get(name, name)
        form.add_error(field if field in form.fields else None, errors)
    if not named:
        form.add_error(None, error.messages)
