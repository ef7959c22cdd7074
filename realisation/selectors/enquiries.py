"""What residents ask about the works, for the public and for the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.core import calendar
from bp_platform.core.components import Cell, Row, Tone
from realisation.models import Delivery, Enquiry, EnquiryState

LIMIT = 100
TONES: dict[str, Tone] = {
    EnquiryState.ANSWERED: "success",
    EnquiryState.PUBLISHED: "accent",
    EnquiryState.REFUSED: "error",
}


@dataclass(frozen=True, slots=True)
class AskedLine:
    """An enquiry as it is read: by all once it is published, by its author before."""

    kind: str
    text: str
    language: str
    by: str
    on: date
    state: str
    status: str
    tone: Tone
    due: str
    late: str
    answer: str
    answered_by: str
    answered_on: date | None
    refusal: str


def public_enquiries(delivery: Delivery) -> QuerySet[Enquiry]:
    """What anybody may read of a delivery: what waits longest first, then the answers, the latest first."""
    rows = Enquiry.objects.public().filter(delivery=delivery)
    return rows.order_by(F("answered_at").desc(nulls_first=True), "due_on", "pk")


def asked_line(enquiry: Enquiry, at: datetime) -> AskedLine:
    """Its words, its answer, and whether the answer is late."""
    waits = enquiry.state in {EnquiryState.RECEIVED, EnquiryState.PUBLISHED}
    days = (calendar.local_day(at) - enquiry.due_on).days if waits else 0
    late = ngettext("%(n)d jour de retard", "%(n)d jours de retard", days) % {"n": days} if days > 0 else ""
    due = _("Réponse promise pour le %(day)s") % {"day": calendar.day_words(enquiry.due_on)} if waits else ""
    return AskedLine(
        kind=str(enquiry.get_kind_display()).capitalize(),
        text=enquiry.text,
        language=enquiry.language if enquiry.language != "fr" else "",
        by=enquiry.public_name,
        on=calendar.local_day(enquiry.received_at),
        state=enquiry.state,
        status=str(enquiry.get_state_display()).capitalize(),
        tone=TONES.get(enquiry.state, ""),
        due=due,
        late=late,
        answer=enquiry.answer,
        answered_by=enquiry.answered_by,
        answered_on=calendar.local_day(enquiry.answered_at) if enquiry.answered_at else None,
        refusal=enquiry.refusal,
    )


def enquiry_rows(enquiries: QuerySet[Enquiry], at: datetime) -> list[Row]:
    """The desk's queue: what is to be read or answered, the nearest promise first; one query."""
    waiting = enquiries.filter(state__in=[EnquiryState.RECEIVED, EnquiryState.PUBLISHED]).exclude(text="")
    return [_row(enquiry, at) for enquiry in waiting.order_by("due_on", "pk")[:LIMIT]]


def answered_rows(enquiries: QuerySet[Enquiry], at: datetime) -> list[Row]:
    """What was answered last."""
    return [_row(e, at) for e in enquiries.filter(state=EnquiryState.ANSWERED).order_by("-answered_at", "-pk")[:20]]


def _row(enquiry: Enquiry, at: datetime) -> Row:
    line, proposal = asked_line(enquiry, at), enquiry.delivery.proposal
    shown = enquiry.text if len(enquiry.text) <= 90 else f"{enquiry.text[:88].rstrip()}…"
    return Row(
        [
            Cell(
                shown,
                note=f"{proposal.number} · {proposal.title}",
                url=reverse("realisation:enquiry", args=[enquiry.uid]),
            ),
            Cell(line.status, note=enquiry.delivery.lead_department.name),
            Cell(line.late or calendar.day_words(enquiry.due_on), is_late=bool(line.late)),
        ]
    )


def enquiries_heading(rows: Sequence[Row]) -> str:
    """« 3 demandes attendent, 1 en retard »."""
    if not rows:
        return _("Aucune demande n’attend")
    late = sum(1 for row in rows if row.cells[-1].is_late)
    said = ngettext("%(n)d demande attend", "%(n)d demandes attendent", len(rows)) % {"n": len(rows)}
    return _("%(all)s, %(late)d en retard") % {"all": said, "late": late} if late else said
