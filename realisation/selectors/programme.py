"""The deliveries of a department as a programme: each laureate, each month of a quarter, what is due in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bp_platform.core import calendar, money
from bp_platform.core.components import Cell, Row
from realisation.models import OWING_NEWS, Delivery, Milestone, MilestoneKind
from realisation.selectors import wording

LIMIT = 200
MONTHS = 3


@dataclass(frozen=True, slots=True)
class Quarter:
    """Three months: « 2026-T4 » in addresses."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(day.year, (day.month - 1) // MONTHS + 1)

    @classmethod
    def read(cls, written: str, today: date) -> Quarter:
        """« 2026-T4 »; this quarter when it is written otherwise."""
        year, _sep, number = written.partition("-T")
        is_one = year.isdecimal() and len(year) == 4 and number in {"1", "2", "3", "4"} and int(year) > 1999
        return cls(int(year), int(number)) if is_one else cls.of(today)

    @property
    def months(self) -> list[date]:
        return [date(self.year, MONTHS * (self.number - 1) + step, 1) for step in (1, 2, 3)]

    def shifted(self, by: int) -> Quarter:
        rank = self.year * 4 + self.number - 1 + by
        return Quarter(rank // 4, rank % 4 + 1)

    @property
    def code(self) -> str:
        return f"{self.year}-T{self.number}"

    @property
    def words(self) -> str:
        """« octobre à décembre 2026 »."""
        first, _second, last = self.months
        names = {"first": date_format(first, "F"), "last": date_format(last, "F Y")}
        return _("%(first)s à %(last)s") % names


@dataclass(frozen=True, slots=True)
class Due:
    """A milestone in the programme."""

    kind: str
    on: date
    is_done: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class Programmed:
    """One delivery of the programme: what is due each month, and what is overdue from before."""

    delivery: Delivery
    months: Sequence[Sequence[Due]]
    before: Sequence[Due]


def programme(deliveries: QuerySet[Delivery], quarter: Quarter, at: datetime) -> list[Programmed]:
    """What is being built, and whatever has a date in the quarter; two queries, at most 200 deliveries."""
    rows = deliveries.prefetch_related("milestones").order_by("promised_on", "pk")[:LIMIT]
    found = [_programmed(row, quarter, calendar.local_day(at)) for row in rows]
    return [one for one in found if one.delivery.state in OWING_NEWS or any(one.months)]


def _programmed(row: Delivery, quarter: Quarter, today: date) -> Programmed:
    owes = row.state in OWING_NEWS
    dues = sorted((_due(m, today, owes=owes) for m in row.milestones.all()), key=lambda due: (due.on, due.kind))
    months = [[due for due in dues if (due.on.year, due.on.month) == (m.year, m.month)] for m in quarter.months]
    return Programmed(row, months, [due for due in dues if due.is_late and due.on < quarter.months[0]])


def _due(milestone: Milestone, today: date, *, owes: bool) -> Due:
    is_done = milestone.actual_on is not None
    may_be_late = owes and milestone.kind != MilestoneKind.INAUGURATION
    is_late = may_be_late and not is_done and milestone.expected_on < today
    return Due(str(milestone.get_kind_display()), milestone.expected_on, is_done, is_late)


def programme_rows(lines: Sequence[Programmed]) -> list[Row]:
    """The programme as a queue: a project, three months."""
    return [
        Row(
            [
                Cell(
                    line.delivery.proposal.title,
                    note=f"{line.delivery.proposal.number} · {wording.status(line.delivery)}",
                    url=reverse("realisation:follow_up", args=[line.delivery.proposal.number]),
                ),
                Cell(_said(line.before), is_late=bool(line.before)),
                *(Cell(_said(month), is_late=any(due.is_late for due in month)) for month in line.months),
            ]
        )
        for line in lines
    ]


def _said(dues: Sequence[Due]) -> str:
    return " · ".join(
        _("%(kind)s, %(day)s") % {"kind": due.kind, "day": date_format(due.on, "j N")}
        + (f" ({_('fait')})" if due.is_done else "")
        for due in dues
    )


def programme_columns(quarter: Quarter) -> list[str]:
    return [_("Projet"), _("En retard d’avant"), *(date_format(month, "F").capitalize() for month in quarter.months)]


def programme_headings() -> list[str]:
    """The columns of its CSV."""
    return [
        _("numéro"), _("projet"), _("lieu"), _("direction"), _("avancement"), _("promis pour le"), _("étape"),
        _("attendue le"), _("faite le"), _("raison du retard"), _("montant voté"),
    ]  # fmt: skip


def programme_lines(deliveries: QuerySet[Delivery], quarter: Quarter) -> Iterator[list[object]]:
    """One line per milestone of the quarter, for a spreadsheet or a plan of work; ISO dates, euros with a point."""
    first, last = quarter.months[0], quarter.shifted(1).months[0]
    for row in deliveries.prefetch_related("milestones").order_by("promised_on", "pk")[:LIMIT]:
        for milestone in sorted(row.milestones.all(), key=lambda m: (m.expected_on, m.kind)):
            is_overdue = milestone.actual_on is None and milestone.expected_on < first and row.state in OWING_NEWS
            if first <= milestone.expected_on < last or is_overdue:
                yield _line(row, milestone)


def _line(row: Delivery, milestone: Milestone) -> list[object]:
    proposal = row.proposal
    return [
        proposal.number,
        proposal.title,
        proposal.area.name,
        row.lead_department.name,
        row.get_state_display(),
        row.promised_on.isoformat(),
        milestone.get_kind_display(),
        milestone.expected_on.isoformat(),
        milestone.actual_on.isoformat() if milestone.actual_on else "",
        milestone.delay_reason,
        proposal.price_eur or money.ZERO,
    ]
