"""Figures and findings of the frame, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def inhabitants(number: int | None) -> str:
    """« 4 210 », or « à écrire »."""
    return _("à écrire") if number is None else number_format(number, force_grouping=True)


def ground(m2: float) -> str:
    """« 850 m² », « 1,2 ha », « 3,4 km² »."""
    if m2 >= 1_000_000:
        return f"{number_format(m2 / 1_000_000, 1)}\u00a0km²"
    if m2 >= 10_000:
        return f"{number_format(m2 / 10_000, 1)}\u00a0ha"
    return f"{number_format(round(m2), 0, force_grouping=True)}\u00a0m²"


def finding(row: Mapping[str, Any]) -> str:
    """« Les Mariniers et Bel-Air se recouvrent sur 1,2 ha (3,4 % du plus petit). »"""
    words = {"ground": ground(row["m2"]), "percent": number_format(row["percent"], 2 if row["percent"] < 1 else 1)}
    names = [name for name in row["names"] if name]
    if row["kind"] == "overlap":
        return _("« %(one)s » et « %(two)s » se recouvrent sur %(ground)s (%(percent)s %% du plus petit).") % (
            words | {"one": names[0], "two": names[1]}
        )
    if names:
        return _("%(ground)s de « %(name)s » ne sont dans aucun de ses lieux (%(percent)s %%).") % (
            words | {"name": names[0]}
        )
    return _("Il reste un trou de %(ground)s entre les lieux (%(percent)s %%).") % words


def weeks(days: int) -> str:
    """« 3 semaines », « 10 jours »."""
    if days % 7 == 0:
        return ngettext("%(n)d semaine", "%(n)d semaines", days // 7) % {"n": days // 7}
    return ngettext("%(n)d jour", "%(n)d jours", days) % {"n": days}
