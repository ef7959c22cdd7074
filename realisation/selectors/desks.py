"""The queues of those who build and of those who pay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.core import calendar, money
from bp_platform.core.components import Cell, Row
from cycles import selectors as cycle_selectors
from cycles.models import Cycle
from instruction.models import Assignment, AssignmentKind
from proposals.models import Proposal
from realisation.models import OWING_NEWS, Delivery, LedgerEntry
from realisation.selectors import wording
from realisation.selectors.money import EnvelopeLine

LIMIT = 100


def desk_rows(deliveries: QuerySet[Delivery], at: datetime, *, current: str = "") -> list[Row]:
    """The builder's queue: what owes news first, the quietest at the top, then what is over."""
    rows = list(deliveries.annotate(last=Max("updates__published_at")).order_by("promised_on", "pk")[:LIMIT])
    rhythm: dict[int, int] = {}
    for row in rows:
        cycle = row.proposal.cycle
        if cycle.pk not in rhythm:
            rhythm[cycle.pk] = cycle_selectors.rules_of(cycle).delivery.update_every_days
    rows.sort(key=lambda r: (r.state not in OWING_NEWS, _last(r) or r.created_at, r.pk))
    return [_desk_row(row, at, rhythm[row.proposal.cycle_id], current) for row in rows]


def _desk_row(row: Delivery, at: datetime, every: int, current: str) -> Row:
    silence = wording.silence(row, _last(row), at, every)
    late = wording.lateness(row, at)
    return Row(
        [
            Cell(
                row.proposal.title,
                note=f"{row.proposal.number} · {row.proposal.area.name}",
                url=reverse("realisation:follow_up", args=[row.proposal.number]),
            ),
            Cell(wording.status(row), note=late or wording.promise(row)),
            Cell(silence or wording.since(row, _last(row), at), is_late=bool(silence)),
        ],
        is_current=row.proposal.number == current,
    )


def _last(row: Delivery) -> datetime | None:
    last: datetime | None = getattr(row, "last", None)
    return last


def desk_heading(rows: Sequence[Row]) -> str:
    """« 4 chantiers, 1 sans nouvelles »."""
    silent = sum(1 for row in rows if row.cells[-1].is_late)
    said = ngettext("%(n)d chantier", "%(n)d chantiers", len(rows)) % {"n": len(rows)}
    return _("%(all)s, %(silent)d sans nouvelles") % {"all": said, "silent": silent} if silent else said


def study_leads(proposals: Sequence[Proposal]) -> dict[int, dict[str, Any]]:
    """What the study knows of who would build each project, to fill the form in."""
    parts = Assignment.objects.filter(case__proposal__in=[p.pk for p in proposals], kind=AssignmentKind.LEAD)
    return {
        part.case.proposal_id: {
            "lead_department": part.department_id,
            "contact_name": part.person.shown_name if part.person else "",
        }
        for part in parts.select_related("case", "person").order_by("pk")
    }


def deadline(cycle: Cycle, at: datetime) -> date:
    """The day that the règlement's delay gives, counted from that moment."""
    return calendar.months_after(calendar.local_day(at), cycle_selectors.rules_of(cycle).delivery.deadline_months)


def envelope_rows(lines: Sequence[EnvelopeLine]) -> list[Row]:
    """Each envelope, and what is left on it."""
    return [
        Row(
            [
                Cell(line.envelope.name),
                *(
                    Cell(money.in_words(amount, cents=True), is_number=True)
                    for amount in (
                        line.balance.voted_eur,
                        line.balance.moved_eur,
                        line.balance.allotted_eur,
                        line.account.committed_eur,
                        line.account.invoiced_eur,
                        line.account.paid_eur,
                        line.balance.left_eur,
                    )
                ),
            ]
        )
        for line in lines
    ]


def entry_rows(entries: Sequence[LedgerEntry], *, may_write: bool = True) -> list[Row]:
    """The last lines of the ledger; each that the reader may reverse says so."""
    return [
        Row(
            [
                Cell(entry.label, note=f"{entry.delivery.proposal.number} · {entry.delivery.proposal.title}"),
                Cell(str(entry.get_kind_display()).capitalize(), note=_fate(entry)),
                Cell(money.in_words(entry.amount_eur, cents=True), is_number=True),
                Cell(entry.document, note=entry.on_date.strftime("%d/%m/%Y"), url=_papers_url(entry)),
                *([Cell("") if _fate(entry) else _reversal(entry)] if may_write else []),
            ]
        )
        for entry in entries
    ]


def _fate(entry: LedgerEntry) -> str:
    if entry.reverses_id:
        return _("annulation")
    return _("annulée depuis") if hasattr(entry, "reversal") else ""


def _reversal(entry: LedgerEntry) -> Cell:
    return Cell(_("Annuler"), url=reverse("realisation:reverse", args=[entry.pk]))


def _papers_url(entry: LedgerEntry) -> str:
    return reverse("realisation:papers", args=["ecriture", entry.pk])
