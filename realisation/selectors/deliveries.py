"""Where each delivery stands, for the public and for desks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.core import calendar
from bp_platform.core.components import Cell, Event, Row, Station, StationState, Tone
from bp_platform.core.decisions import YES, Decision, no
from cycles import selectors as cycle_selectors
from cycles.models import Cycle
from proposals import selectors as proposal_selectors
from proposals.models import Proposal, Stage
from realisation.models import MOVING, STOPPED, Delivery, DeliveryState, OneYearReview, ProgressUpdate
from realisation.selectors.accounts import account_of, breaches

TONES: dict[str, Tone] = {
    DeliveryState.DELIVERED: "success",
    DeliveryState.INAUGURATED: "success",
    DeliveryState.SUSPENDED: "warning",
    DeliveryState.ABANDONED: "error",
}


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """A laureate in the public list."""

    title: str
    number: str
    url: str
    picture: str
    place: str
    stations: Sequence[Station]
    status: str
    tone: Tone
    promised: str
    news: str
    news_on: date | None
    silence: str
    reason: str
    price_eur: Decimal | None


@dataclass(frozen=True, slots=True)
class DeliverySummary:
    """The delivery's part of a project's sheet."""

    status: str
    tone: Tone
    promised: str
    is_late: bool
    silence: str
    reason: str
    department: str
    contact: str
    resolution: str
    voted_eur: Decimal
    paid_eur: Decimal
    money_url: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What the delivery implies for the proposal's projection."""

    stage: str
    price_eur: Decimal | None = None


def silent_days(delivery: Delivery, last: datetime | None, at: datetime) -> int:
    """Whole days without news, counted from the last update or from the start."""
    return (calendar.local_day(at) - calendar.local_day(last or delivery.created_at)).days


def _silence(delivery: Delivery, last: datetime | None, at: datetime, every: int) -> str:
    """« sans nouvelles depuis 91 jours », only for what still owes news and beyond what the règlement allows."""
    days = silent_days(delivery, last, at)
    if delivery.state not in MOVING or days <= every:
        return ""
    return ngettext("sans nouvelles depuis %(n)d jour", "sans nouvelles depuis %(n)d jours", days) % {"n": days}


def delivery_lines(cycle: Cycle, at: datetime) -> list[DeliveryLine]:
    """Every laureate of the cycle, whatever its news: none ever vanishes. Four queries."""
    every = cycle_selectors.rules_of(cycle).delivery.update_every_days
    rows = (
        Delivery.objects.filter(proposal__cycle=cycle)
        .select_related("proposal__area", "proposal__theme")
        .annotate(last=Max("updates__published_at"))
        .order_by("proposal__number")
    )
    newest = {
        update.delivery_id: update
        for update in ProgressUpdate.objects.filter(delivery__proposal__cycle=cycle).order_by("published_at", "pk")
    }
    lines = []
    for row in rows:
        row.proposal.cycle = cycle
        update = newest.get(row.pk)
        lines.append(
            DeliveryLine(
                title=row.proposal.title,
                number=row.proposal.number,
                url=reverse("pages:project", args=[cycle.slug, row.proposal.number]),
                picture=proposal_selectors.picture(row.proposal),
                place=row.proposal.area.name,
                stations=line_of(row),
                status=str(row.get_state_display()),
                tone=TONES.get(row.state, ""),
                promised=_promise(row, at),
                news=update.text if update else "",
                news_on=calendar.local_day(update.published_at) if update else None,
                silence=_silence(row, row.last, at, every),
                reason=row.public_reason,
                price_eur=row.proposal.price_eur,
            )
        )
    return lines


def line_of(delivery: Delivery) -> list[Station]:
    """The delivery's own line; one that stops shows where."""
    order = (*MOVING, DeliveryState.DELIVERED, DeliveryState.INAUGURATED)
    where = delivery.resumes_to or delivery.state
    reached = order.index(DeliveryState(where)) if where in order else 0
    stations = []
    for index, state in enumerate(order):
        is_here = index == reached
        shown: StationState = "past" if index < reached else "next"
        if is_here:
            shown = "stopped" if delivery.state in STOPPED else "past" if index == len(order) - 1 else "now"
        stations.append(Station(str(state.label).capitalize(), state=shown, progress=50, here=_here(delivery, is_here)))
    return stations


def _here(delivery: Delivery, is_here: bool) -> str:
    return str(delivery.get_state_display()).capitalize() if is_here else ""


def _promise(delivery: Delivery, at: datetime) -> str:
    if delivery.delivered_on:
        return _("Livré le %(day)s") % {"day": calendar.day_words(delivery.delivered_on)}
    if delivery.state == DeliveryState.ABANDONED:
        return ""
    said = _("Promis pour le %(day)s") % {"day": calendar.day_words(delivery.promised_on)}
    late = (calendar.local_day(at) - delivery.promised_on).days
    return said if late <= 0 else f"{said} · {ngettext('%(n)d jour de retard', '%(n)d jours de retard', late) % {'n': late}}"


def delivery_summary(proposal: Proposal, at: datetime) -> DeliverySummary | None:
    """None before the council's resolution. Three queries."""
    row = (
        Delivery.objects.filter(proposal=proposal)
        .select_related("lead_department")
        .annotate(last=Max("updates__published_at"))
        .first()
    )
    if row is None:
        return None
    account = account_of(row)
    every = cycle_selectors.rules_of(proposal.cycle).delivery.update_every_days
    return DeliverySummary(
        status=str(row.get_state_display()).capitalize(),
        tone=TONES.get(row.state, "accent"),
        promised=_promise(row, at),
        is_late=row.state in MOVING and calendar.local_day(at) > row.promised_on,
        silence=_silence(row, row.last, at, every),
        reason=row.public_reason,
        department=row.lead_department.name,
        contact=row.contact_name,
        resolution=row.resolution,
        voted_eur=account.budgeted_eur,
        paid_eur=account.paid_eur,
        money_url=reverse("realisation:money", args=[proposal.cycle.slug]) + f"#{proposal.number}",
    )


def timeline_events(proposal: Proposal) -> list[Event]:
    """The delivery's part of the project's history."""
    row = Delivery.objects.filter(proposal=proposal).prefetch_related("updates").first()
    if row is None:
        return []
    events = [Event(calendar.local_day(row.created_at), _("Réalisation décidée par le conseil"), text=row.resolution)]
    events += [
        Event(calendar.local_day(u.published_at), str(u.get_state_display()).capitalize(), text=u.text, by=u.author_label)
        for u in row.updates.all()
    ]
    if row.delivered_on:
        events.append(Event(row.delivered_on, _("Livré"), tone="success"))
    if row.inaugurated_on:
        events.append(Event(row.inaugurated_on, _("Inauguré"), tone="success"))
    return events


def desk_rows(deliveries: QuerySet[Delivery], at: datetime, *, current: str = "") -> list[Row]:
    """The builder's queue: the quietest first."""
    rows = deliveries.annotate(last=Max("updates__published_at")).order_by("last", "promised_on", "pk")[:100]
    return [
        Row(
            [
                Cell(
                    row.proposal.title,
                    note=f"{row.proposal.number} · {row.proposal.area.name}",
                    url=reverse("realisation:follow_up", args=[row.proposal.number]),
                ),
                Cell(str(row.get_state_display()).capitalize(), note=_promise(row, at)),
                Cell(_since(row, at), is_late=row.state in MOVING and silent_days(row, row.last, at) > 90),
            ],
            is_current=row.proposal.number == current,
        )
        for row in rows
    ]


def _since(row: Delivery, at: datetime) -> str:
    if row.state not in MOVING:
        return "–"
    days = silent_days(row, getattr(row, "last", None), at)
    return ngettext("%(n)d jour", "%(n)d jours", days) % {"n": days} if days else _("aujourd’hui")


def expected_stage(proposal_ids: Iterable[int]) -> dict[int, Expected]:
    """Which stage each delivery implies for its proposal."""
    stages = {
        DeliveryState.DELIVERED: Stage.DELIVERED,
        DeliveryState.INAUGURATED: Stage.DELIVERED,
        DeliveryState.ABANDONED: Stage.ABANDONED,
    }
    rows = Delivery.objects.filter(proposal__in=list(proposal_ids)).values_list("proposal", "state").order_by("pk")
    return {pk: Expected(stages.get(DeliveryState(state), Stage.DELIVERY)) for pk, state in rows}


def objection_to_closing(cycle: Cycle, at: datetime) -> Decision:
    """A cycle with laureates closes only with its review published and its ledger sound."""
    if not Delivery.objects.filter(proposal__cycle=cycle).exists():
        return YES
    if not OneYearReview.objects.filter(cycle=cycle, published_at__isnull=False).exists():
        return no(_("L’édition ne peut pas être close : son bilan à un an n’est pas publié."))
    first = next(iter(breaches(cycle)), "")
    return no(_("L’édition ne peut pas être close : %(why)s") % {"why": first}) if first else YES
