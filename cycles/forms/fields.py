"""Fields that the forms of the frame share, and how a refusal is said beside its field."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bp_platform.core.decisions import Refused
from bp_platform.documents import uploads

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AmountField(forms.DecimalField):
    """« 40 000 € » as people type it: spaces, comma and euro sign are read."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", Decimal(0))
        kwargs.setdefault(
            "error_messages",
            {
                "required": _("écrivez un montant."),
                "invalid": _("écrivez un montant en chiffres, par exemple 40 000."),
                "min_value": _("écrivez un montant positif."),
                "max_decimal_places": _("écrivez deux décimales au plus."),
            },
        )
        super().__init__(max_digits=12, decimal_places=2, **kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "".join(value.replace("€", "").split()).replace(",", ".")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        try:
            return f"{Decimal(str(value)).normalize():f}".replace(".", ",") if value not in (None, "") else value
        except ArithmeticError:
            return value


def day_field(label: Any, *, required: bool = True, help_text: Any = "", missing: Any = "") -> forms.DateField:
    """A day, typed or picked."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=DATE,
        error_messages={
            "required": missing or _("indiquez le jour."),
            "invalid": _("écrivez une date complète, par exemple 18/06/2026."),
        },
    )


class DocumentField(forms.FileField):
    """A PDF or a picture, checked by what its bytes say; nothing when left empty."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("help_text", _("PDF ou image, 10 Mo au plus. Publié tel quel."))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        found = super().clean(data, initial)
        if found:
            uploads.check(found)
            found.seek(0)
        return found


def refuse(form: forms.Form, error: Refused | ValidationError, names: dict[str, str] | None = None) -> None:
    """Say what a service refused: beside the field that the error names, else above the form."""
    if isinstance(error, Refused):
        form.add_error(None, str(error))
        return
    named = getattr(error, "error_dict", {})
    for name, errors in named.items():
        field = (names or {}).get(name, name)
        form.add_error(field if field in form.fields else None, errors)
    if not named:
        form.add_error(None, error.messages)
