"""When a one-year review is owed, and what the public is told of it while it waits."""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, Min, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.core import calendar
from cycles import selectors as cycle_selectors
from cycles.models import Cycle, CycleState, PhaseKind
from proposals.models import Proposal, Stage
from realisation.models import Delivery, OneYearReview
from voting import policies as voting_policies
from voting.models import Poll, PollKind

RHYTHM = timedelta(days=30)


def a_year_after(day: date) -> date:
    """The same day of the next year; 28 February after a 29."""
    if (day.month, day.day) == (2, 29) and not isleap(day.year + 1):
        return date(day.year + 1, 2, 28)
    return day.replace(year=day.year + 1)


def vote_of(cycle: Cycle) -> Poll | None:
    """The vote whose result is public; a practice vote promises nothing."""
    poll = voting_policies.result_of(cycle)
    return None if poll is None or poll.kind == PollKind.PRACTICE else poll


def review_due_on(cycle: Cycle) -> date | None:
    """One year after the proclamation; without a vote, after the designation; None while nothing is promised.

    A replayed election promises nothing by itself: it owes a review once its laureates are being built.
    """
    return _due_on(cycle, Delivery.objects.filter(proposal__cycle=cycle).aggregate(first=Min("created_at"))["first"])


def _due_on(cycle: Cycle, begun_at: datetime | None) -> date | None:
    """The same, for an edition whose first delivery is known; at most three queries."""
    poll = vote_of(cycle)
    if poll and poll.proclaimed_at and (begun_at or poll.kind == PollKind.BINDING):
        return a_year_after(calendar.local_day(poll.proclaimed_at))
    designated = None if poll else _designated_on(cycle)
    if designated:
        return a_year_after(designated)
    return a_year_after(calendar.local_day(begun_at)) if begun_at else None


def review_day(cycle: Cycle) -> date | None:
    """The day it is owed; before any result, the opening of the calendar's review phase."""
    phase = cycle_selectors.phase_of(cycle, PhaseKind.REVIEW)
    return review_due_on(cycle) or (calendar.local_day(phase.opens_at) if phase else None)


def cycles_to_review() -> list[Cycle]:
    """The public editions whose review may be begun: their calendar has one, and nobody has opened it."""
    planned = Cycle.objects.filter(state=CycleState.PUBLIC, one_year_review=None, phases__kind=PhaseKind.REVIEW)
    return list(planned.distinct().order_by("-pk"))


def _designated_on(cycle: Cycle) -> date | None:
    """The opening of the results' phase, for an edition without vote that has its laureates."""
    phases = cycle_selectors.last_phases(cycle)
    results = phases.get(PhaseKind.PROCLAMATION)
    if results is None or PhaseKind.VOTE in phases:
        return None
    chosen = Proposal.objects.filter(cycle=cycle, stage__in=[Stage.WINNER, Stage.DELIVERY, Stage.DELIVERED])
    return calendar.local_day(results.opens_at) if chosen.exists() else None


def cycles_owing_review() -> list[Cycle]:
    """The editions that may owe a review that is not out: voted, or with a laureate."""
    voted = Poll.objects.filter(cycle=OuterRef("pk"), kind=PollKind.BINDING).with_public_result()
    chosen = Proposal.objects.filter(cycle=OuterRef("pk"), stage=Stage.WINNER)
    cycles = Cycle.objects.filter(Exists(voted) | Exists(chosen), state=CycleState.PUBLIC)
    return list(cycles.exclude(one_year_review__published_at__isnull=False).order_by("pk"))


def reviews_to_remind(at: datetime) -> list[OneYearReview]:
    """Those that are due within a month, or late, and whose reminder of the day has not been sent."""
    soon = calendar.local_day(at) + RHYTHM
    waiting = OneYearReview.objects.filter(published_at=None, scheduled_on__lte=soon)
    rows = waiting.exclude(cycle__state=CycleState.CLOSED).select_related("cycle").order_by("pk")
    return [row for row in rows if reminder_of(row, at)]


def reminder_of(review: OneYearReview, at: datetime) -> date | None:
    """The day of the last reminder that is due and was not sent: a month before, that day, each month after."""
    today = calendar.local_day(at)
    if review.published_at is not None or today < review.scheduled_on - RHYTHM:
        return None
    day = review.scheduled_on + RHYTHM * ((today - review.scheduled_on) // RHYTHM)
    return None if review.reminded_on and review.reminded_on >= day else day


@dataclass(frozen=True, slots=True)
class ReviewStanding:
    """What the public is told of a review: `awaited` is « » when none is owed, or once it is out."""

    awaited: str
    is_out: bool


def review_standing(cycle: Cycle, at: datetime) -> ReviewStanding:
    """« Bilan attendu pour le 4 octobre 2027 », « bilan en retard de 12 jours »; one query once it is scheduled."""
    row = Cycle.objects.filter(pk=cycle.pk).annotate(begun_at=Min("proposals__delivery__created_at"))
    scheduled_on, published_at, begun_at = row.values_list(
        "one_year_review__scheduled_on", "one_year_review__published_at", "begun_at"
    ).get()
    if published_at:
        return ReviewStanding("", is_out=True)
    due = scheduled_on or _due_on(cycle, begun_at)
    return ReviewStanding(_awaited(due, calendar.local_day(at)) if due else "", is_out=False)


def review_line(cycle: Cycle, at: datetime) -> str:
    """What the public is told of a review that is owed; « » when none is, or once it is out."""
    return review_standing(cycle, at).awaited


def _awaited(due: date, today: date) -> str:
    late = (today - due).days
    if late > 0:
        return ngettext("Bilan en retard de %(n)d jour", "Bilan en retard de %(n)d jours", late) % {"n": late}
    return _("Bilan attendu pour le %(day)s") % {"day": calendar.day_words(due)}


def is_designated_by_body(cycle: Cycle) -> bool:
    """Whether the règlement gives the choice to a body rather than to a vote: its members may validate the review."""
    return not cycle_selectors.rules_of(cycle).ballot.has_vote


def has_review(cycle: Cycle) -> bool:
    """Whether its review is out."""
    return OneYearReview.objects.filter(cycle=cycle, published_at__isnull=False).exists()
