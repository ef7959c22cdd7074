"""Public holidays and school holidays of the town, from two kept libraries, read only when a page asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

MAINLAND = frozenset({"A", "B", "C"})
SUBDIVISIONS: Mapping[str, str] = {
    "guadeloupe": "971", "martinique": "972", "guyane": "973", "reunion": "974", "mayotte": "976",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """Some days off, both ends included, and their name."""

    first: date
    last: date
    name: str


@lru_cache(maxsize=64)
def public_holidays(year: int, zone: str = "", *, is_alsace_moselle: bool = False) -> Mapping[date, str]:
    """The public holidays of a year by date, with their French names."""
    from holidays import country_holidays

    subdivision = "57" if is_alsace_moselle else SUBDIVISIONS.get(zone)
    found = country_holidays("FR", subdiv=subdivision, years=year, language="fr", observed=False)
    return {day: name.partition(";")[0].replace("'", "’") for day, name in sorted(found.items())}


@lru_cache(maxsize=64)
def school_holidays(first_year: int, last_year: int, zone: str) -> tuple[Span, ...]:
    """The school holidays of a mainland zone; nothing for the others, whose dates the team writes itself."""
    if zone not in MAINLAND:
        return ()
    from vacances_scolaires_france import SchoolHolidayDates  # type: ignore[import-untyped]

    known = SchoolHolidayDates()
    spans: list[Span] = []
    for year in range(first_year, last_year + 1):
        for day, facts in sorted(_year(known, year, zone).items()):
            name = str(facts["nom_vacances"]).replace("'", "’")
            if spans and spans[-1].name == name and spans[-1].last == day - timedelta(days=1):
                spans[-1] = Span(spans[-1].first, day, name)
            else:
                spans.append(Span(day, day, name))
    return tuple(spans)


def _year(known: object, year: int, zone: str) -> Mapping[date, Mapping[str, object]]:
    """Empty for a year that the library does not know yet."""
    try:
        found: Mapping[date, Mapping[str, object]] = known.holidays_for_year_and_zone(year, zone)  # type: ignore[attr-defined] # untyped library
    except Exception:
        return {}
    return found
