"""What is published of a vote while it is open, once a night: the references, the turnout. Nothing here reads the box
or the marks of the day, except to publish them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.core import calendar, codes
from voting import turnout
from voting.models import NightlyStatement, Poll, PollingStation
from voting.turnout import Cell

REF_BYTES = 32
FETCH = 5000


@dataclass(frozen=True, slots=True)
class Place:
    """A place's line: how many, and the width of its bar, in percent of the longest."""

    name: str
    number: int
    share: int


@dataclass(frozen=True, slots=True)
class NightView:
    """Last night's statement as the public reads it. `days`: (day, place, how many more), the latest first."""

    words: str
    note: str
    places: Sequence[Place]
    days: Sequence[tuple[str, str, int]]
    refs: int
    refs_digest: str
    day: date
    is_last: bool


@dataclass(frozen=True, slots=True)
class FoundRef:
    """A reference of the published list, and the day of the list where it first appeared."""

    ref: bytes
    day: date


def box_refs(poll: Poll) -> Iterator[bytes]:
    """All references of the box, sorted: for the acts that publish them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ref FROM voting_sealedballot WHERE poll_id = %s ORDER BY ref", [poll.pk])
        while rows := cursor.fetchmany(FETCH):
            for (ref,) in rows:
                yield bytes(ref)


def published_refs(poll: Poll) -> list[bytes]:
    """The whole list so far, sorted."""
    parts = NightlyStatement.objects.filter(poll=poll).order_by("day").values_list("added", flat=True)
    return sorted(bytes(part[place : place + REF_BYTES]) for part in parts for place in range(0, len(part), REF_BYTES))


def find_ref(poll: Poll, start: bytes) -> FoundRef | None:
    """The published reference that begins so. One that is in the box and not published yet is not found."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT substring(added FROM place FOR %s), day FROM (SELECT added, day, position(%s IN added) AS place "
            "FROM voting_nightlystatement WHERE poll_id = %s) AS found WHERE place %% %s = 1 ORDER BY day LIMIT 1",
            [REF_BYTES, start, poll.pk, REF_BYTES],
        )
        row = cursor.fetchone()
    return FoundRef(bytes(row[0]), row[1]) if row else None


def grouped(ref: bytes) -> str:
    """A reference for the eye: « 4F0A 11BC … »."""
    return codes.grouped(ref.hex().upper())


def last_statement(poll: Poll) -> NightlyStatement | None:
    """The latest night's, without its references."""
    return NightlyStatement.objects.filter(poll=poll).defer("added").order_by("-day").first()


def told_cells(poll: Poll) -> tuple[Cell, ...]:
    """The turnout told so far."""
    last = last_statement(poll)
    return turnout.cells_of(last.turnout["cells"]) if last else ()


def last_night(poll: Poll, stations: Sequence[PollingStation]) -> NightView | None:
    """What the page of an open or closed vote says of the turnout; None before its first night. `stations`: its own."""
    last = last_statement(poll)
    if last is None:
        return None
    names = {station.code: station.name for station in stations} | {"": _("En ligne")}
    cells = turnout.cells_of(last.turnout["cells"])
    is_last = "places" in last.turnout
    if is_last:
        numbers = {names.get(code, code): number for code, number in last.turnout["places"].items()}
        total = sum(numbers.values()) + last.turnout["others"]
        if numbers and last.turnout["others"]:
            numbers[_("Ailleurs")] = last.turnout["others"]
    else:
        numbers = {names.get(code, code): number for code, number in turnout.by_place(cells).items()}
        total = sum(numbers.values())
    return NightView(
        words=_closing_words(total) if is_last else _night_words(total, last.day),
        note="" if is_last else _night_note(),
        places=_places(numbers),
        days=[
            (calendar.day_words(cell.day, year=False), names.get(cell.place, cell.place), cell.number)
            for cell in reversed(cells)
        ],
        refs=last.total,
        refs_digest=last.refs_digest,
        day=last.day,
        is_last=is_last,
    )


def _places(numbers: dict[str, int]) -> list[Place]:
    longest = max(numbers.values(), default=0)
    ordered = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
    return [Place(name, number, round(100 * number / longest)) for name, number in ordered]


def _night_words(total: int, day: date) -> str:
    if not total:
        return _("La participation paraît chaque nuit, dès que vingt personnes ont voté au même endroit.")
    return _("Au soir du %(day)s, plus de %(number)s personnes avaient voté.") % {
        "day": calendar.day_words(day, year=False),
        "number": number_format(total, force_grouping=True),
    }


def _night_note() -> str:
    return _(
        "Compté dans la nuit, par dizaines, et par lieu quand assez de personnes y ont voté : aucun chiffre ne désigne "
        "quelqu’un."
    )


def _closing_words(total: int) -> str:
    if total < turnout.LEAST:
        return _("Moins de dix personnes ont voté.")
    return ngettext("%(number)s personne a voté.", "%(number)s personnes ont voté.", total) % {
        "number": number_format(total, force_grouping=True)
    }
