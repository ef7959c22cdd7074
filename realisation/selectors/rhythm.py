"""What the clock asks of the builders: news, a date that has passed, a launch. All its delays are here.

The rhythm of news is the règlement's (`delivery.update_every_days`); the others are the house's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, Min, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.core import calendar
from cycles import selectors as cycle_selectors
from cycles.models import Cycle, PhaseKind
from realisation.models import (
    ANSWERS,
    LAUNCH,
    NEWS,
    OWING_NEWS,
    Delivery,
    EnquiryState,
    MilestoneKind,
    Reminder,
    ReminderStep,
)
from realisation.selectors import wording
from voting.models import Poll

REMIND_BEFORE = timedelta(days=10)
HEAD_AFTER = timedelta(days=15)
TEAM_AFTER = timedelta(days=30)
LIMIT = 200
LAUNCH_AFTER = timedelta(days=60)  # from the proclamation to the council's resolution


@dataclass(frozen=True, slots=True)
class Asked:
    """What is due of one delivery (or, for the launch, of one edition), since when, and how far it has gone.

    `since_on`: the day that starts the round, which news or a new date changes. `words` completes « Projet … : ».
    """

    cycle: Cycle
    delivery: Delivery | None
    about: str
    step: ReminderStep
    since_on: date
    due_on: date
    words: str

    @property
    def key(self) -> tuple[int, int | None, str, str, date]:
        return (self.cycle.pk, self.delivery.pk if self.delivery else None, self.about, str(self.step), self.since_on)

    @property
    def escalated(self) -> str:
        """« la direction est prévenue », once somebody above the agents has been told."""
        return str(self.step.label) if self.step in (ReminderStep.HEAD, ReminderStep.TEAM) else ""

    @property
    def is_date(self) -> bool:
        """A milestone that has passed, rather than news."""
        return self.about not in (NEWS, ANSWERS, LAUNCH)

    @property
    def url(self) -> str:
        """The page of the desk where it is answered."""
        if self.delivery is None:
            return reverse("realisation:launch", args=[self.cycle.slug])
        if self.about == ANSWERS:
            return reverse("realisation:my_enquiries")
        page = "follow_up" if self.about == NEWS else "milestone"
        return reverse(f"realisation:{page}", args=[self.delivery.proposal.number])


def rhythms(cycles: Iterable[Cycle]) -> dict[int, int]:
    """The days between two pieces of news, by cycle; two queries per cycle."""
    return {cycle.pk: cycle_selectors.rules_of(cycle).delivery.update_every_days for cycle in cycles}


def with_clock(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """What `asked_of` reads: the last news, the first answer promised, the dates; two queries."""
    unanswered = Q(enquiries__state=EnquiryState.PUBLISHED)
    rows = deliveries.annotate(
        last=Max("updates__published_at"), answer_due=Min("enquiries__due_on", filter=unanswered)
    ).filter(Q(state__in=OWING_NEWS) | Q(answer_due__isnull=False))
    joined = rows.select_related("proposal__cycle", "lead_department").prefetch_related("milestones")
    return joined.order_by("pk")


def waiting(deliveries: QuerySet[Delivery], at: datetime) -> list[Asked]:
    """« Ce qui attend »: what is due of these deliveries, whether or not its reminder has left."""
    rows = list(with_clock(deliveries)[:LIMIT])
    every = rhythms({row.proposal.cycle for row in rows})
    return [one for one in asked_of(rows, every, at) if one.step != ReminderStep.SOON]


def behind(deliveries: QuerySet[Delivery], at: datetime) -> tuple[int, int]:
    """How many are silent beyond the règlement's rhythm, how many dates have passed; the queries of `with_clock`."""
    rows = list(with_clock(deliveries)[:LIMIT])
    every = rhythms({row.proposal.cycle for row in rows})
    silent = [row for row in rows if wording.silence(row, getattr(row, "last", None), at, every[row.proposal.cycle_id])]
    passed = [one for one in asked_of(rows, every, at) if one.is_date and one.step != ReminderStep.SOON]
    return len(silent), len(passed)


def asked_of(deliveries: Sequence[Delivery], every: Mapping[int, int], at: datetime) -> list[Asked]:
    """All that is due of these rows `with_clock`, the oldest due first; what is only soon due comes last."""
    found = [one for row in deliveries for one in _asked(row, every[row.proposal.cycle_id], at)]
    return sorted(found, key=lambda one: (one.due_on, one.delivery.pk if one.delivery else 0, one.about))


def _asked(row: Delivery, every: int, at: datetime) -> list[Asked]:
    today = calendar.local_day(at)
    answer: date | None = getattr(row, "answer_due", None)
    asked = [_one(row, ANSWERS, answer, answer, today, _answer_words(answer))] if answer else []
    if row.state in OWING_NEWS:
        asked += _of_works(row, every, today)
    return [one for one in asked if one is not None]


def _of_works(row: Delivery, every: int, today: date) -> list[Asked | None]:
    """What a delivery owes as long as it is neither delivered nor abandoned: news, and its dates."""
    last: datetime | None = getattr(row, "last", None)
    since = calendar.local_day(last or row.created_at)
    due = since + timedelta(days=every)
    asked = [_one(row, NEWS, since, due, today, _news_words(due, today))]
    asked += [
        _one(
            row,
            m.kind,
            m.expected_on,
            m.expected_on + timedelta(days=1),
            today,
            _date_words(str(m.get_kind_display()), m.expected_on),
        )
        for m in row.milestones.all()
        if m.actual_on is None and m.expected_on < today and m.kind != MilestoneKind.INAUGURATION
    ]
    return asked


def _answer_words(due: date) -> str:
    return _("une réponse est promise à un habitant pour le %(day)s") % {"day": calendar.day_words(due)}


def _one(row: Delivery, about: str, since: date, due: date, today: date, words: str) -> Asked | None:
    step = _step(due, today)
    return Asked(row.proposal.cycle, row, about, step, since, due, words) if step else None


def _step(due: date, today: date) -> ReminderStep | None:
    """How far an escalation has gone on that day; None before it begins."""
    for delay, step in (
        (TEAM_AFTER, ReminderStep.TEAM),
        (HEAD_AFTER, ReminderStep.HEAD),
        (timedelta(0), ReminderStep.DUE),
    ):
        if today >= due + delay:
            return step
    return ReminderStep.SOON if today >= due - REMIND_BEFORE else None


def _news_words(due: date, today: date) -> str:
    day = calendar.day_words(due)
    if today < due:
        return _("des nouvelles sont attendues pour le %(day)s") % {"day": day}
    return (
        _("des nouvelles étaient attendues le %(day)s") % {"day": day}
        if today > due
        else _("des nouvelles sont attendues aujourd’hui")
    )


def _date_words(kind: str, on: date) -> str:
    words = {"kind": kind, "day": calendar.day_words(on)}
    return _("« %(kind)s » était prévu le %(day)s : est-ce fait, ou quelle est la nouvelle date ?") % words


def launches(waiting: Sequence[tuple[Cycle, int]], at: datetime) -> list[Asked]:
    """Of the editions whose laureates wait for the council, those that do long after the proclamation; for the team."""
    return [one for cycle, number in reversed(waiting) if (one := _launch(cycle, number, at))]


def _launch(cycle: Cycle, number: int, at: datetime) -> Asked | None:
    proclaimed = proclaimed_on(cycle)
    if proclaimed is None or calendar.local_day(at) < proclaimed + LAUNCH_AFTER:
        return None
    said = ngettext(
        "%(n)d lauréat attend la délibération du conseil depuis le %(day)s",
        "%(n)d lauréats attendent la délibération du conseil depuis le %(day)s",
        number,
    )
    words = said % {"n": number, "day": calendar.day_words(proclaimed)}
    return Asked(cycle, None, LAUNCH, ReminderStep.TEAM, proclaimed, proclaimed + LAUNCH_AFTER, words)


def proclaimed_on(cycle: Cycle) -> date | None:
    """The day of the results: the vote's own proclamation, else the calendar's."""
    done = Poll.objects.filter(cycle=cycle).aggregate(proclaimed=Max("proclaimed_at"))
    proclaimed: datetime | None = done["proclaimed"]
    if proclaimed is None:
        phase = cycle_selectors.phase_of(cycle, PhaseKind.PROCLAMATION)
        proclaimed = phase.opens_at if phase else None
    return calendar.local_day(proclaimed) if proclaimed else None


def already_sent(asked: Sequence[Asked]) -> set[tuple[int, int | None, str, str, date]]:
    """Which of these reminders have left; one query."""
    rows = Reminder.objects.filter(cycle__in={one.cycle.pk for one in asked})
    return set(rows.values_list("cycle_id", "delivery_id", "about", "step", "since_on"))
