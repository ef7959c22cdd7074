"""Fields that the forms of the frame share."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bp_platform.core.fields import FrenchDecimalField
from bp_platform.documents import uploads


class AmountField(FrenchDecimalField):
    """An amount of the règlement; its initial value may be JSON’s words."""

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

    def prepare_value(self, value: Any) -> Any:
        try:
            return f"{Decimal(str(value)).normalize():f}".replace(".", ",") if value not in (None, "") else value
        except ArithmeticError:
            return value


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
