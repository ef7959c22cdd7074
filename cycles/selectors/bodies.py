"""Bodies as pages and desks read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bp_platform.core import calendar
from bp_platform.core.components import Cell, Row, Tone
from cycles import lots
from cycles.models import (
    AgeBand,
    Area,
    Body,
    BodyDecision,
    BodyOpinion,
    College,
    Draw,
    Gender,
    LotOutcome,
    Meeting,
    MeetingState,
    Member,
)
from cycles.selectors.meetings import Turnout, turnout

CRITERION_WORDS = {"gender": gettext_lazy("le genre"), "age": gettext_lazy("l’âge"), "area": gettext_lazy("le lieu")}


# The draw by lot


def entries_of(draw: Draw) -> tuple[lots.Entry, ...]:
    """The published list."""
    return tuple(
        lots.Entry(row["rank"], {name: value for name, value in row.items() if name != "rank"}) for row in draw.listing
    )


def quotas_of(draw: Draw) -> tuple[lots.Quota, ...]:
    """What the draw must respect."""
    return tuple(lots.Quota(**row) for row in draw.quotas)


def gap_words(gap: lots.Gap, seats: int) -> str:
    """Why a draw is impossible, by name and with the gap."""
    values = {"name": gap.label, "needed": gap.needed, "there": gap.available, "gap": gap.missing}
    match gap.kind:
        case "people":
            return _("Il faut %(needed)d candidatures et il y en a %(there)d : il en manque %(gap)d.") % values
        case "quota":
            return (
                _("« %(name)s » : le quota est de %(needed)d, la liste en compte %(there)d. Il en manque %(gap)d.")
                % values
            )
        case "criterion":
            values["name"] = str(CRITERION_WORDS.get(gap.label, gap.label))
            return (
                _("Les quotas sur %(name)s demandent %(needed)d sièges pour %(there)d à pourvoir : retirez-en %(gap)d.")
                % values
            )
    return _(
        "« %(name)s » (au moins %(needed)d) ne tient pas avec les autres quotas : abaissez-le, il y a %(seats)d sièges."
    ) % {**values, "seats": seats}


def quota_choices(areas: Sequence[Area]) -> list[tuple[str, str, str]]:
    """Criterion, value, label of each quota that may be asked."""
    return [
        *(("gender", str(value), str(label)) for value, label in Gender.choices),
        *(("age", str(value), str(label)) for value, label in AgeBand.choices),
        *(("area", area.code, area.name) for area in areas),
    ]


@dataclass(frozen=True, slots=True)
class DrawLine:
    """A rank in the published result."""

    rank: int
    order: int | None
    outcome: str
    tone: Tone
    replaces: int | None


@dataclass(frozen=True, slots=True)
class DrawPage:
    """What anybody needs to do the draw again."""

    draw: Draw
    quotas: tuple[str, ...]
    lines: tuple[DrawLine, ...]
    is_right: bool | None  # recomputed now, from what is published; None before the draw


OUTCOME_TONES: dict[str, Tone] = {
    LotOutcome.SEATED: "accent",
    LotOutcome.ACCEPTED: "success",
    LotOutcome.REFUSED: "error",
}


def draw_page(draw: Draw) -> DrawPage:
    """The published draw, and whether its result follows from its seed. One query."""
    rows = draw.entries.select_related("replaces").order_by("order", "rank")
    lines = tuple(
        DrawLine(
            row.rank,
            row.order,
            row.get_outcome_display(),
            OUTCOME_TONES.get(row.outcome, ""),
            row.replaces.rank if row.replaces else None,
        )
        for row in rows
    )
    quotas = tuple(_("au moins %(n)d : %(label)s") % {"n": q.least, "label": q.label} for q in quotas_of(draw))
    return DrawPage(draw, quotas, lines, None if draw.drawn_at is None else is_right(draw))


def is_right(draw: Draw) -> bool:
    """Recompute everything from what is published: digest, seed, order."""
    listing = lots.listing(entries_of(draw))
    if lots.digest(listing) != draw.list_digest:
        return False
    seed = lots.seed_of(draw.value, draw.list_digest)
    result = drawn_again(listing, draw.seats, quotas_of(draw), seed)
    kept = {"seated": list(result.seated), "substitutes": list(result.substitutes)}
    return seed == draw.seed and kept == draw.result


@lru_cache(maxsize=64)
def drawn_again(listing: str, seats: int, quotas: tuple[lots.Quota, ...], seed: str) -> lots.Result:
    """The draw, computed once a process for the same data: many quotas take seconds, and anybody may ask."""
    return lots.draw(lots.read_listing(listing), seats, quotas, seed)


# The public page


@dataclass(frozen=True, slots=True)
class CollegeLine:
    """A college as it is today: the names of who agreed, how many more sit, how many seats are empty."""

    name: str
    how: str
    seats: int
    sitting: int
    named: tuple[str, ...]
    unnamed: int

    @property
    def words(self) -> str:
        return ngettext(
            "%(sitting)d siège pourvu sur %(seats)d", "%(sitting)d sièges pourvus sur %(seats)d", self.sitting
        ) % {"sitting": self.sitting, "seats": self.seats}


@dataclass(frozen=True, slots=True)
class OpinionLine:
    """An opinion with where its answer stands."""

    opinion: BodyOpinion
    status: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session of the body, with who came."""

    meeting: Meeting
    turnout: Turnout | None
    has_minutes: bool


@dataclass(frozen=True, slots=True)
class BodyPage:
    """A body, for everybody."""

    body: Body
    span: str
    colleges: tuple[CollegeLine, ...]
    sessions: tuple[SessionLine, ...]
    opinions: tuple[OpinionLine, ...]
    decisions: tuple[BodyDecision, ...]
    draws: tuple[Draw, ...]
    report_years: tuple[int, ...]


def colleges_of(body: Body, day: date) -> tuple[CollegeLine, ...]:
    """Two queries: the colleges, and who sits in them on that day."""
    sitting = Member.objects.sitting(day).select_related("contact").order_by("seated_at", "pk")
    rows = body.colleges.prefetch_related(Prefetch("members", sitting)).order_by("position", "pk")
    return tuple(_college(college) for college in rows)


def _college(college: College) -> CollegeLine:
    members = list(college.members.all())
    named = tuple(_named(member) for member in members if member.public_name)
    how = str(college.get_recruitment_display())
    return CollegeLine(college.name, how, college.seats, len(members), named, len(members) - len(named))


def _named(member: Member) -> str:
    return f"{member.public_name}, {member.office}" if member.office else member.public_name


def opinion_line(opinion: BodyOpinion, day: date) -> OpinionLine:
    late = opinion.days_late(day)
    if opinion.answered_at is not None:
        said = _("répondu avec %(n)d jours de retard") if late > 1 else _("répondu avec un jour de retard")
        return OpinionLine(
            opinion, said % {"n": late} if late else _("répondu à temps"), "warning" if late else "success"
        )
    if late:
        said = ngettext("réponse en retard de %(n)d jour", "réponse en retard de %(n)d jours", late)
        return OpinionLine(opinion, said % {"n": late}, "error")
    waited = _("réponse attendue le %(day)s") % {"day": calendar.day_words(opinion.due_on)}
    return OpinionLine(opinion, waited, "")


def body_page(body: Body, at: datetime) -> BodyPage:
    """The whole public page; seven queries, whatever the body did."""
    day = calendar.local_day(at)
    sessions = (
        body.meetings.filter(state__in=[MeetingState.ANNOUNCED, MeetingState.CANCELLED])
        .select_related("minutes", "body", "cycle")
        .prefetch_related("attendances")
        .order_by("-starts_at", "-pk")[:50]
    )
    opinions = body.opinions.select_related("department", "body").order_by("-given_on", "-pk")[:100]
    published = body.reports.exclude(published_at=None).order_by("-year")
    return BodyPage(
        body=body,
        span=calendar.span_words(body.mandate_from, body.mandate_until),
        colleges=colleges_of(body, day),
        sessions=tuple(SessionLine(one, turnout(one), _has_minutes(one)) for one in sessions),
        opinions=tuple(opinion_line(opinion, day) for opinion in opinions),
        decisions=tuple(body.decisions.order_by("-decided_on", "-pk")[:100]),
        draws=tuple(body.draws.select_related("college").order_by("-announced_at", "-pk")),
        report_years=tuple(published.values_list("year", flat=True)),
    )


def _has_minutes(meeting: Meeting) -> bool:
    minutes = getattr(meeting, "minutes", None)
    return minutes is not None and minutes.published_at is not None


# The annual report


@dataclass(frozen=True, slots=True)
class YearFigures:
    """A body's year, from what was recorded."""

    sessions: int
    attendance_percent: int | None
    opinions: int
    answered: int
    in_time: int
    late: int
    longest_delay_days: int
    decisions: int
    session_lines: tuple[SessionLine, ...]
    opinion_lines: tuple[OpinionLine, ...]
    decision_lines: tuple[BodyDecision, ...]


def year_figures(body: Body, year: int, day: date) -> YearFigures:
    """Meetings, attendance, opinions, answers and delays of a calendar year, as known on that day."""
    held = body.meetings.filter(starts_at__year=year, state=MeetingState.ANNOUNCED, starts_at__date__lte=day)
    sessions = [
        SessionLine(one, turnout(one), _has_minutes(one))
        for one in held.select_related("minutes", "body", "cycle")
        .prefetch_related("attendances")
        .order_by("starts_at", "pk")
    ]
    marked = [line.turnout for line in sessions if line.turnout]
    expected = sum(one.expected for one in marked)
    given = body.opinions.filter(given_on__year=year).select_related("department", "body").order_by("given_on", "pk")
    opinions = [opinion_line(opinion, day) for opinion in given]
    delays = [line.opinion.days_late(day) for line in opinions]
    answered = [line for line in opinions if line.opinion.answered_at is not None]
    decisions = tuple(body.decisions.filter(decided_on__year=year).order_by("decided_on", "pk"))
    return YearFigures(
        sessions=len(sessions),
        attendance_percent=round(100 * sum(one.present for one in marked) / expected) if expected else None,
        opinions=len(opinions),
        answered=len(answered),
        in_time=sum(1 for line in answered if not line.opinion.days_late(day)),
        late=sum(1 for delay in delays if delay),
        longest_delay_days=max(delays, default=0),
        decisions=len(decisions),
        session_lines=tuple(sessions),
        opinion_lines=tuple(opinions),
        decision_lines=decisions,
    )


# The desk


def bodies_rows(bodies: Sequence[Body], day: date) -> list[Row]:
    """The team's list of bodies; rows with `members` and `opinions` prefetched."""
    rows = []
    for body in bodies:
        sitting = sum(1 for member in body.members.all() if member.is_sitting(day))
        seats = sum(college.seats for college in body.colleges.all())
        waiting = [opinion for opinion in body.opinions.all() if opinion.answered_at is None]
        late = sum(1 for opinion in waiting if opinion.due_on < day)
        state = _("publiée") if body.published_at else _("en préparation")
        rows.append(
            Row(
                [
                    Cell(
                        body.name,
                        note=f"{body.get_kind_display()} · {body.cycle.title}",
                        url=reverse("cycles:body_desk", args=[body.pk]),
                    ),
                    Cell(f"{sitting}/{seats}", is_number=True),
                    Cell(late_words(len(waiting), late), is_late=bool(late)),
                    Cell("", tag=state, tone="success" if body.published_at else ""),
                ]
            )
        )
    return rows


def late_words(waiting: int, late: int) -> str:
    """« 3 avis attendent une réponse, 1 en retard »."""
    if not waiting:
        return _("aucun avis en attente")
    said = ngettext("%(n)d avis attend sa réponse", "%(n)d avis attendent leur réponse", waiting) % {"n": waiting}
    return _("%(said)s, %(late)d en retard") % {"said": said, "late": late} if late else said
