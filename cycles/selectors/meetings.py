"""Meetings as pages, calendars and desks read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.core import calendar, text
from bp_platform.core.components import Cell, Row, Tone
from cycles.models import (
    Cycle,
    Meeting,
    MeetingQuerySet,
    MeetingState,
    MinutesState,
    Presence,
    Registration,
    RegistrationState,
)


@dataclass(frozen=True, slots=True)
class FeedMeeting:
    """A meeting as calendar feeds tell it; `uid`, `sequence` and `stamp` come from the data, never from the clock."""

    uid: UUID
    sequence: int
    stamp: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    kind: str
    place: str
    text: str
    url: str
    is_cancelled: bool


def meetings_feed(cycle: Cycle | None = None) -> list[FeedMeeting]:
    """The public meetings of a cycle, or of all, by date: what an iCal feed holds. Cancelled ones are told as such."""
    rows = Meeting.objects.public().select_related("cycle").order_by("starts_at", "pk")
    return [feed_meeting(meeting) for meeting in (rows.filter(cycle=cycle) if cycle else rows)]


def feed_meeting(meeting: Meeting) -> FeedMeeting:
    return FeedMeeting(
        uid=meeting.uid,
        sequence=meeting.sequence,
        stamp=meeting.changed_at,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        title=meeting.title,
        kind=str(meeting.get_kind_display()),
        place=", ".join(part for part in (meeting.place, meeting.postal_address) if part),
        text=meeting.text,
        url=reverse("cycles:meeting", args=[meeting.cycle.slug, meeting.slug]),
        is_cancelled=meeting.is_cancelled,
    )


# Seats


def seats_left(meeting: Meeting) -> int | None:
    """None where everybody fits."""
    return None if meeting.capacity is None else max(0, meeting.capacity - seats_taken(meeting))


def seats_taken(meeting: Meeting) -> int:
    """The seats given; those who wait have none."""
    confirmed = meeting.registrations.filter(state=RegistrationState.CONFIRMED)
    return confirmed.aggregate(total=Sum("seats"))["total"] or 0


def seats_held(meeting: Meeting, *, name: str, email: str, phone: str) -> int:
    """The seats that this address, or this name at this number, holds or waits for already."""
    same = Q(contact__email__iexact=email.strip()) if email.strip() else Q(pk=None)
    if text.tidy(phone):
        same |= Q(contact__phone=text.tidy(phone), contact__name__iexact=text.tidy(name))
    active = meeting.registrations.filter(same).exclude(state=RegistrationState.CANCELLED)
    return active.aggregate(total=Sum("seats"))["total"] or 0


def rank_of(registration: Registration) -> int:
    """The place on the waiting list, from 1."""
    before = Q(registered_at__lt=registration.registered_at) | Q(
        registered_at=registration.registered_at, pk__lte=registration.pk
    )
    waiting = Registration.objects.filter(meeting=registration.meeting_id, state=RegistrationState.WAITING)
    return waiting.filter(before).count()


# Words


def hours_words(meeting: Meeting) -> str:
    """« jeudi 12 mars 2026, de 18 h à 20 h »."""
    start, end = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
    if start.date() != end.date():
        return _("du %(start)s au %(end)s") % {
            "start": calendar.moment_words(meeting.starts_at),
            "end": calendar.moment_words(meeting.ends_at),
        }
    return _("%(weekday)s %(day)s, de %(start)s à %(end)s") % {
        "weekday": date_format(start, "l"),
        "day": calendar.day_words(start.date()),
        "start": calendar.hour_words(start.time()),
        "end": calendar.hour_words(end.time()),
    }


def access_words(meeting: Meeting) -> list[str]:
    """What makes it possible to come, in a few words each."""
    said = (
        (meeting.is_step_free, _("accessible en fauteuil roulant")),
        (meeting.has_hearing_loop, _("boucle magnétique")),
        (meeting.has_sign_language, _("interprète en langue des signes")),
        (meeting.has_childcare, _("garde d’enfants sur place")),
        (bool(meeting.languages), _("on y parle : %(languages)s") % {"languages": meeting.languages}),
    )
    return [words for is_so, words in said if is_so]


def seats_words(meeting: Meeting, left: int | None) -> str:
    """« Il reste 12 places sur 40 », « Complet : on s’inscrit en liste d’attente »."""
    if left is None:
        return _("Sur inscription, sans limite de places")
    if left == 0:
        return _("Complet : on s’inscrit en liste d’attente")
    values = {"left": left, "all": meeting.capacity}
    return ngettext("Il reste %(left)d place sur %(all)d", "Il reste %(left)d places sur %(all)d", left) % values


# Lists


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """A meeting in the public agenda."""

    title: str
    url: str
    when: str
    where: str
    kind: str
    note: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class AgendaMonth:
    """A month of the agenda: « mars 2026 »."""

    name: str
    lines: tuple[AgendaLine, ...]


def agenda(at: datetime, *, cycle: str = "", area: str = "", kind: str = "", past: bool = False) -> QuerySet[Meeting]:
    """The public meetings to come (or past, the latest first), of one cycle, place or kind."""
    found = Meeting.objects.public().select_related("cycle", "area", "minutes")
    found = found.past(at).order_by("-starts_at", "-pk") if past else found.to_come(at).order_by("starts_at", "pk")
    if cycle:
        found = found.filter(cycle__slug=cycle)
    if area:
        found = found.filter(area__name=area)
    return found.filter(kind=kind) if kind else found


def agenda_areas() -> list[str]:
    """The places that have public meetings, by name."""
    names = Meeting.objects.public().exclude(area=None).order_by("area__name").values_list("area__name", flat=True)
    return list(dict.fromkeys(names))


def months(meetings: Sequence[Meeting]) -> list[AgendaMonth]:
    """In the order given, cut by month."""
    cut: dict[str, list[AgendaLine]] = {}
    for meeting in meetings:
        name = date_format(timezone.localtime(meeting.starts_at), "F Y")
        cut.setdefault(name, []).append(agenda_line(meeting))
    return [AgendaMonth(name, tuple(lines)) for name, lines in cut.items()]


def agenda_line(meeting: Meeting) -> AgendaLine:
    where = meeting.place if meeting.area is None else f"{meeting.place} · {meeting.area.name}"
    note: str = ""
    tone: Tone = ""
    if meeting.is_cancelled:
        note, tone = _("annulé"), "error"
    elif (minutes := getattr(meeting, "minutes", None)) is not None and minutes.state == MinutesState.PUBLISHED:
        note, tone = _("compte rendu en ligne"), "success"
    elif meeting.takes_registrations:
        note = _("sur inscription")
    return AgendaLine(
        meeting.title,
        reverse("cycles:meeting", args=[meeting.cycle.slug, meeting.slug]),
        hours_words(meeting),
        where,
        str(meeting.get_kind_display()),
        note,
        tone,
    )


STATE_TONES: dict[str, Tone] = {MeetingState.ANNOUNCED: "success", MeetingState.CANCELLED: "error"}


def with_counts(meetings: MeetingQuerySet) -> MeetingQuerySet:
    """Each with the seats given and the people who wait: `taken`, `waiting`."""
    confirmed, waiting = (
        Q(registrations__state=state) for state in (RegistrationState.CONFIRMED, RegistrationState.WAITING)
    )
    return meetings.select_related("minutes").annotate(
        taken=Sum("registrations__seats", filter=confirmed, default=0), waiting=Count("registrations", filter=waiting)
    )


def desk_rows(meetings: Sequence[Meeting], at: datetime) -> list[Row]:
    """The hosts' list; rows `with_counts`."""
    return [_desk_row(meeting, at) for meeting in meetings]


def _desk_row(meeting: Meeting, at: datetime) -> Row:
    waiting: int = getattr(meeting, "waiting", 0)
    taken: int = getattr(meeting, "taken", 0)
    came = f"{taken}/{meeting.capacity}" if meeting.capacity else str(taken)
    note = ngettext("%(n)d en attente", "%(n)d en attente", waiting) % {"n": waiting} if waiting else ""
    return Row(
        [
            Cell(
                meeting.title,
                note=f"{meeting.get_kind_display()} · {meeting.cycle.title}",
                url=reverse("cycles:meeting_desk", args=[meeting.pk]),
            ),
            Cell(hours_words(meeting), note=meeting.place),
            Cell(came if meeting.takes_registrations else _("entrée libre"), note=note),
            _state_cell(meeting, at),
        ]
    )


def _state_cell(meeting: Meeting, at: datetime) -> Cell:
    minutes = getattr(meeting, "minutes", None)
    if meeting.state == MeetingState.ANNOUNCED and meeting.ends_at <= at:
        if minutes is None:
            return Cell(_("compte rendu à écrire"), is_late=True)
        return Cell("", tag=minutes.get_state_display(), tone="success" if minutes.published_at else "warning")
    return Cell("", tag=meeting.get_state_display(), tone=STATE_TONES.get(meeting.state, ""))


def minutes_owed(at: datetime) -> int:
    """Announced meetings that are over and whose minutes are not published."""
    over = Meeting.objects.filter(state=MeetingState.ANNOUNCED, ends_at__lte=at)
    return over.exclude(minutes__state=MinutesState.PUBLISHED).count()


@dataclass(frozen=True, slots=True)
class Turnout:
    """Who came to a session, against its quorum."""

    present: int
    expected: int
    quorum: int | None

    @property
    def is_quorate(self) -> bool:
        return self.quorum is None or self.present >= self.quorum

    @property
    def words(self) -> str:
        said = ngettext(
            "%(present)d membre présent sur %(all)d", "%(present)d membres présents sur %(all)d", self.present
        )
        said %= {"present": self.present, "all": self.expected}
        if self.quorum is None:
            return said
        rule = _("le quorum de %(n)d est atteint") if self.is_quorate else _("le quorum de %(n)d n’est pas atteint")
        return _("%(came)s : %(rule)s") % {"came": said, "rule": rule % {"n": self.quorum}}


def turnout(meeting: Meeting) -> Turnout | None:
    """None until the sheet is marked. One query."""
    marked = [row.presence for row in meeting.attendances.all()]
    if not marked or meeting.body is None:
        return None
    return Turnout(marked.count(Presence.PRESENT), len(marked), meeting.body.quorum)
