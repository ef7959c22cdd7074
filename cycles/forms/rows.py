"""A list of things typed one per line, its parts apart by « ; »: what cannot be read is said with its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.core import text
from cycles import settings_words
from cycles.forms.fields import AmountField
from cycles.settings_words import Column


class RowsField(forms.Field):
    """The lines of `columns`, in their order; the parts at the end of a line may be left out."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, *, columns: Sequence[Column], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.columns = columns

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return "\n".join(settings_words.line_words(self.columns, item) for item in value)
        return value

    def to_python(self, value: Any) -> Any:
        """A list of mappings, for pydantic to check."""
        lines = [line.strip() for line in str(value or "").splitlines() if line.strip()]
        rows, faults = [], []
        for number, line in enumerate(lines, start=1):
            try:
                rows.append(self._row(line))
            except ValueError as error:
                faults.append(_("ligne %(number)d : %(fault)s") % {"number": number, "fault": error})
        if faults:
            raise ValidationError(faults)
        return rows

    def _row(self, line: str) -> dict[str, Any]:
        parts = [part.strip() for part in line.split(";")]
        if len(parts) > len(self.columns):
            raise ValueError(
                _("il y a %(found)d parties, et %(most)d au plus sont attendues (%(names)s).")
                % {"found": len(parts), "most": len(self.columns), "names": self._names()}
            )
        row = {}
        for column, part in zip(self.columns, [*parts, *[""] * len(self.columns)], strict=False):
            if part:
                row[column.name] = _read(column, part)
            elif column.is_required:
                raise ValueError(
                    _("il manque « %(name)s » (dans l’ordre : %(names)s).")
                    % {"name": column.label, "names": self._names()}
                )
        return row

    def _names(self) -> str:
        return " ; ".join(str(column.label) for column in self.columns)


def _read(column: Column, part: str) -> Any:
    if column.kind == "number":
        return _number(column, part)
    if column.kind == "amount":
        return _amount(column, part)
    if column.kind == "choice":
        return _option(column, part)
    if column.kind == "choices":
        return [_option(column, one.strip()) for one in part.split(",") if one.strip()]
    return part


def _number(column: Column, part: str) -> int:
    digits = "".join(part.split())
    if not digits.isdecimal():
        raise ValueError(
            _("« %(part)s » n’est pas un nombre entier (%(name)s).") % {"part": part, "name": column.label}
        )
    return int(digits)


def _amount(column: Column, part: str) -> str:
    try:
        amount = AmountField().clean(part)
    except ValidationError as error:
        raise ValueError(
            _("« %(part)s » n’est pas un montant (%(name)s).") % {"part": part, "name": column.label}
        ) from error
    return f"{Decimal(amount).normalize():f}"


def _option(column: Column, part: str) -> str:
    known = _by_words(column.options)
    if part.casefold() not in known:
        listed = text.enumerate_fr([str(label) for label in column.options.values()], "ou")
        raise ValueError(_("« %(part)s » n’est pas connu, écrivez %(listed)s.") % {"part": part, "listed": listed})
    return known[part.casefold()]


def _by_words(options: Mapping[str, Any]) -> dict[str, str]:
    """The value of each option, by its words and by its code."""
    return {code.casefold(): code for code in options} | {
        str(label).casefold(): code for code, label in options.items()
    }
