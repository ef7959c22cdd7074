"""Euros are Decimal(12,2) everywhere; the count alone works in integer cents."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.formats import number_format
from django.utils.translation import get_language

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def round_eur(amount: Decimal) -> Decimal:
    """Half-up to the cent, as VAT is rounded line by line."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def to_cents(amount: Decimal) -> int:
    """Euros to whole cents; refuses an amount that is not whole cents."""
    cents = amount * 100
    if cents != cents.to_integral_value():
        msg = f"{amount} is not a whole number of cents."
        raise ValueError(msg)
    return int(cents)


def from_cents(cents: int) -> Decimal:
    """Whole cents to euros."""
    return (Decimal(cents) / 100).quantize(CENT)


def in_words(amount: Decimal, *, cents: bool | None = None) -> str:
    """« 62 000 € » or « 46 912,30 € », with no-break spaces. By default cents show only when there are some."""
    if cents is None:
        cents = amount != amount.to_integral_value()
    return _in(get_language() or "", amount, 2 if cents else 0)


@lru_cache(maxsize=4096)
def _in(language: str, amount: Decimal, decimals: int) -> str:
    return f"{number_format(amount, decimals, force_grouping=True)}\u00a0€"


if TYPE_CHECKING:
    DecimalField = models.DecimalField[Any, Any]
else:  # Django's class takes no parameter at run time
    DecimalField = models.DecimalField


class EuroField(DecimalField):
    """An amount in euros, 12 digits of which 2 are cents, never negative unless told."""

    def __init__(self, *args: object, signed: bool = False, **kwargs: object) -> None:
        self.signed = signed
        kwargs["max_digits"], kwargs["decimal_places"] = 12, 2
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # Django's own loose signature

    def deconstruct(self) -> tuple[str, str, list[object], dict[str, object]]:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        if self.signed:
            kwargs["signed"] = True
        return name, path, list(args), dict(kwargs)

    @property
    def validators(self) -> list[object]:  # type: ignore[override]
        own: list[object] = list(super().validators)
        return own if self.signed else [*own, MinValueValidator(0)]
