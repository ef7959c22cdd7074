"""Reads of the places where people vote: the public list, their desk, the register of incidents. No score is here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.accounts.models import User
from bp_platform.core import calendar
from bp_platform.core.components import Cell, Row
from voting.models import (
    EntryStatus,
    Incident,
    MarkChannel,
    Poll,
    PollingStation,
    PollState,
    RollEntry,
    RollMark,
    StationSession,
)
from voting.selectors.destruction import roll_figures
from voting.selectors.polls import sealed_of


def stations_of(poll: Poll) -> list[PollingStation]:
    """The places of a vote, by name."""
    return list(PollingStation.objects.filter(poll=poll).by_name())


def is_held(poll: Poll, code: str) -> bool:
    """Whether this place is open now."""
    return StationSession.objects.filter(station__poll=poll, station__code=code, closed_at=None).exists()


def open_session(station: PollingStation) -> StationSession | None:
    """The session under way in a place."""
    return station.sessions.select_related("opened_by").filter(closed_at=None).order_by("pk").first()


def last_session(station: PollingStation) -> StationSession | None:
    """The last session that was closed there: its seal must be unbroken when the place opens again."""
    return station.sessions.filter(closed_at__isnull=False).order_by("-closed_at", "-pk").first()


def marks_by_place(poll: Poll) -> dict[str, Counter[str]]:
    """For each station's code, how many marks by channel."""
    counted: dict[str, Counter[str]] = {}
    for (code, channel), number in roll_figures(poll).marks.items():
        if code:
            counted.setdefault(code, Counter())[channel] = number
    return counted


def turnout_by_place(poll: Poll) -> list[tuple[str, str]]:
    """« Halle : 12 sur papier, 3 sur tablette », for the team: marks, never a score."""
    counted = marks_by_place(poll)
    return [
        (_("Émargements, %(place)s") % {"place": station.name}, channel_words(counted.get(station.code, Counter())))
        for station in stations_of(poll)
    ]


def channel_words(marks: Counter[str]) -> str:
    """« 57 en ligne, 12 sur papier, 3 sur tablette »."""
    said = (
        (MarkChannel.WEB, _("%(number)s en ligne")),
        (MarkChannel.PAPER, _("%(number)s sur papier")),
        (MarkChannel.TABLET, _("%(number)s sur tablette")),
    )
    shares = [
        words % {"number": number_format(marks[channel], force_grouping=True)}
        for channel, words in said
        if marks[channel]
    ]
    return ", ".join(shares) or "0"


def station_rows(poll: Poll) -> list[Row]:
    """The team's list of a vote's places."""
    return [
        Row(
            [
                Cell(station.name, note=station.code, url=reverse("voting:station", args=[poll.pk, station.pk])),
                Cell(station.postal_address or "–"),
                Cell(station.hours or "–"),
            ]
        )
        for station in stations_of(poll)
    ]


def places_at_desk() -> list[PollingStation]:
    """The places of the votes that are sealed or have just closed, by name."""
    held = PollingStation.objects.of_sealed_polls().filter(poll__state__in=[PollState.SEALED, PollState.CLOSED])
    return list(held.defer("poll__sealed", "poll__plan").by_name())


def place_rows(stations: Sequence[PollingStation]) -> list[Row]:
    """The desk of places: where one goes, whether it is open, how many people were marked there."""
    polls = {station.poll_id for station in stations}
    opened = dict(
        StationSession.objects.filter(station__in=stations, closed_at=None)
        .order_by("pk")
        .values_list("station_id", "opened_at")
    )
    marks = {
        (poll, code): number
        for poll, code, number in RollMark.objects.filter(poll_id__in=polls)
        .exclude(station="")
        .order_by("poll_id", "station")
        .values_list("poll_id", "station")
        .annotate(Count("pk"))
    }
    return [
        Row(
            [
                Cell(station.name, note=station.postal_address, url=reverse("voting:place", args=[station.pk])),
                Cell(station.poll.title),
                _state_cell(opened.get(station.pk)),
                Cell(number_format(marks.get((station.poll_id, station.code), 0), force_grouping=True), is_number=True),
            ]
        )
        for station in stations
    ]


def _state_cell(opened_at: datetime | None) -> Cell:
    if opened_at is None:
        return Cell("", tag=_("fermé"))
    return Cell(
        "", tag=_("ouvert"), tone="success", note=_("depuis le %(when)s") % {"when": calendar.moment_words(opened_at)}
    )


def session_rows(station: PollingStation) -> list[Row]:
    """The openings and closings of a place, the last first: who, which seals, how many marks."""
    return [
        Row(
            [
                Cell(calendar.moment_words(session.opened_at), note=session.staff),
                Cell(session.seal_number),
                Cell(calendar.moment_words(session.closed_at) if session.closed_at else "–", note=session.remarks),
                Cell(session.closing_seal_number or "–"),
                Cell("–" if session.marks_at_closing is None else str(session.marks_at_closing), is_number=True),
            ]
        )
        for session in station.sessions.order_by("-opened_at", "-pk")[:20]
    ]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody found on the roll, as the desk tells them apart."""

    pk: int
    name: str
    details: str
    status: str
    tone: str
    may_vote: bool


def person(entry: RollEntry, places: dict[str, str]) -> Person:
    """`entry` with its mark; `places`: the names of the vote's places by code."""
    details = [
        _("né·e en %(year)d") % {"year": entry.birth_year} if entry.birth_year else "",
        ", ".join(entry.postal_address.split("\n")),
        _("n° %(number)s") % {"number": entry.number} if entry.number else "",
    ]
    status, tone = status_of(entry, places)
    is_free = entry.status == EntryStatus.ADMITTED and not hasattr(entry, "mark")
    return Person(entry.pk, entry.name, " · ".join(part for part in details if part), status, tone, is_free)


def ballots_to_hand(poll: Poll, entry: RollEntry) -> list[str]:
    """The paper ballots this person receives, one per scope; empty when the vote has only one kind."""
    text = sealed_of(poll)
    return [text.scope_names[scope] for scope in entry.scopes] if len(text.scopes) > 1 else []


def status_of(entry: RollEntry, places: dict[str, str]) -> tuple[str, str]:
    """« n’a pas voté », « a voté en ligne le 12 mai », « à vérifier », « mis·e à l’écart »; and its tone."""
    mark: RollMark | None = getattr(entry, "mark", None)
    if mark is not None:
        values = {"day": calendar.day_words(mark.day, year=False), "place": places.get(mark.station, mark.station)}
        said = {
            MarkChannel.WEB: _("a voté en ligne le %(day)s"),
            MarkChannel.TABLET: _("a voté sur une tablette le %(day)s, %(place)s"),
            MarkChannel.PAPER: _("a voté sur papier le %(day)s, %(place)s"),
        }
        return said[MarkChannel(mark.channel)] % values, "signal"
    if entry.status == EntryStatus.ADMITTED:
        return _("n’a pas voté"), "success"
    return str(EntryStatus(entry.status).label), "warning"


def is_marked_today_by(entry: RollEntry, station: PollingStation, agent: User, at: datetime) -> bool:
    """Whether this agent has just marked them here: a double click reads as one mark, not as a second voter."""
    mark: RollMark | None = getattr(entry, "mark", None)
    return mark is not None and (mark.channel, mark.station, mark.agent_id, mark.day) == (
        MarkChannel.PAPER,
        station.code,
        agent.pk,
        calendar.local_day(at),
    )


def incidents_to_rule(poll: Poll) -> int:
    return poll.incidents.filter(ruling="").count()


def incidents_words(waiting: int) -> str:
    """« 2 incidents à trancher », or that none waits."""
    if not waiting:
        return _("aucun incident à trancher")
    return ngettext("%(n)d incident à trancher", "%(n)d incidents à trancher", waiting) % {"n": waiting}


def incident_rows(poll: Poll, *, ruled: bool) -> list[Row]:
    """The register's lines: those to rule on, the oldest first; those ruled, the last first."""
    found = (
        poll.incidents.select_related("station").exclude(ruling="")
        if ruled
        else (poll.incidents.select_related("station").filter(ruling=""))
    )
    order = ("-ruled_at", "-pk") if ruled else ("reported_at", "pk")
    return [_incident_row(poll, incident) for incident in found.order_by(*order)[:200]]


def _incident_row(poll: Poll, incident: Incident) -> Row:
    where = incident.station.name if incident.station else "–"
    return Row(
        [
            Cell(
                _("N° %(number)d") % {"number": incident.pk},
                note=str(incident.get_kind_display()),
                url=reverse("voting:incident", args=[poll.pk, incident.pk]),
            ),
            Cell(incident.text),
            Cell(where, note=calendar.moment_words(incident.reported_at)),
            Cell(incident.ruling_reason, tag=incident.get_ruling_display())
            if incident.ruling
            else Cell("", tag=_("à trancher"), tone="signal"),
        ]
    )


def incident_facts(incident: Incident, *, with_name: bool) -> list[tuple[str, str]]:
    """One incident, as the bureau reads it; the person's name only for who rules."""
    rows = [
        (_("Nature"), str(incident.get_kind_display())),
        (_("Faits"), incident.text),
        (_("Lieu"), incident.station.name if incident.station else "–"),
        (_("Écrit par"), incident.reported_by.shown_name),
        (_("Le"), calendar.moment_words(incident.reported_at)),
    ]
    if incident.entry is not None and with_name:
        rows.insert(2, (_("Personne inscrite"), incident.entry.name))
    if incident.ruled_at is not None and incident.ruled_by is not None:
        rows.append((_("Décision du bureau"), str(incident.get_ruling_display())))
        rows.append((_("Motif"), incident.ruling_reason))
        rows.append((_("Tranché par"), incident.ruled_by.shown_name))
        rows.append((_("Tranché le"), calendar.moment_words(incident.ruled_at)))
    return rows
