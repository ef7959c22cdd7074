"""Where each delivery stands, for the public and for the project's sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from bp_platform.core import calendar
from bp_platform.core.components import Event, Station, Tone
from bp_platform.documents import publication
from cycles import selectors as cycle_selectors
from cycles.models import Cycle
from proposals import selectors as proposal_selectors
from proposals.models import Proposal, Stage
from realisation.models import (
    OWING_NEWS,
    Delivery,
    DeliveryState,
    LedgerEntry,
    Milestone,
    MilestoneKind,
    ProgressUpdate,
)
from realisation.selectors import wording
from realisation.selectors.accounts import Account, accounts
from realisation.selectors.wording import TONES


@dataclass(frozen=True, slots=True)
class News:
    """The latest news of a delivery, as the public reads it."""

    on: date
    text: str
    by: str
    photo_url: str = ""
    photo_alt: str = ""


@dataclass(frozen=True, slots=True)
class DeliverySummary:
    """All that a page says of a delivery: in the list of laureates, on the project's sheet, on the A4 sheet."""

    title: str
    number: str
    url: str
    picture: str
    place: str
    stations: Sequence[Station]
    status: str
    tone: Tone
    promised: str
    late: str
    delay_reason: str
    next_on: date | None
    next_text: str
    news: News | None
    silence: str
    reason: str
    department: str
    phone: str
    contact: str
    resolution: str
    account: Account
    money_url: str

    @property
    def is_late(self) -> bool:
        return bool(self.late)

    @property
    def voted_eur(self) -> Decimal:
        """What the project may spend: voted, plus what it was given since, less what it gave back."""
        return self.account.available_eur

    @property
    def paid_eur(self) -> Decimal:
        return self.account.paid_eur


@dataclass(frozen=True, slots=True)
class Expected:
    """What the delivery implies for the proposal's projection."""

    stage: str
    price_eur: Decimal | None = None


def delivery_lines(cycle: Cycle, at: datetime) -> list[DeliverySummary]:
    """Every laureate of the cycle, whatever its news: none ever vanishes. Seven queries, whatever their number."""
    rows = _whole(Delivery.objects.filter(proposal__cycle=cycle)).order_by("proposal__number")
    return _summaries(cycle, list(rows), at)


def delivery_summary(proposal: Proposal, at: datetime) -> DeliverySummary | None:
    """None before the council's resolution."""
    rows = _whole(Delivery.objects.filter(proposal=proposal))
    return next(iter(_summaries(proposal.cycle, list(rows), at)), None)


@dataclass(frozen=True, slots=True)
class PublicWorks:
    """The works as their project's sheet tells them: where they stand, and their part of the history."""

    summary: DeliverySummary | None
    events: Sequence[Event]


JOINED = ("delivery__lead_department",)
"""What a proposal's row is joined to, for `public_works` not to read the delivery again."""


def public_works(proposal: Proposal, at: datetime) -> PublicWorks:
    """Nothing before the council's resolution; then five queries, the delivery's own apart if it is joined."""
    row: Delivery | None = getattr(proposal, "delivery", None)
    if row is None:
        return PublicWorks(None, ())
    updates = Prefetch("updates", ProgressUpdate.objects.select_related("photo").order_by("published_at", "pk"))
    prefetch_related_objects([row], updates, "milestones")
    told = list(row.updates.all())
    news = {row.pk: told[-1]} if told else {}
    return PublicWorks(_summaries(proposal.cycle, [row], at, news)[0], _events(row, told))


def _whole(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    return rows.select_related("proposal__area", "proposal__theme", "lead_department").prefetch_related("milestones")


def _summaries(
    cycle: Cycle, rows: Sequence[Delivery], at: datetime, news: Mapping[int, ProgressUpdate] | None = None
) -> list[DeliverySummary]:
    """The summaries of these deliveries of one cycle, in their order; `news`: the last ones, if they are known."""
    if not rows:
        return []
    last = latest_news([row.pk for row in rows]) if news is None else news
    owing = any(row.state in OWING_NEWS for row in rows)
    every = cycle_selectors.rules_of(cycle).delivery.update_every_days if owing else 0
    sums = accounts(LedgerEntry.objects.filter(delivery__in=[row.pk for row in rows]))
    return [_summary(cycle, row, last.get(row.pk), sums.get(row.pk, Account()), at, every) for row in rows]


def latest_news(deliveries: Sequence[int]) -> dict[int, ProgressUpdate]:
    """The last update of each of these deliveries; one query."""
    rows = ProgressUpdate.objects.filter(delivery__in=deliveries).select_related("photo")
    newest = rows.order_by("delivery", "-published_at", "-pk").distinct("delivery")
    return {update.delivery_id: update for update in newest}


def _summary(
    cycle: Cycle, row: Delivery, update: ProgressUpdate | None, account: Account, at: datetime, every: int
) -> DeliverySummary:
    proposal, milestones = row.proposal, list(row.milestones.all())
    proposal.cycle = cycle
    opening = next((m for m in milestones if m.kind == MilestoneKind.DELIVERY), None)
    next_on, next_text = _next(row, update, milestones, at)
    return DeliverySummary(
        title=proposal.title,
        number=proposal.number,
        url=reverse("pages:project", args=[cycle.slug, proposal.number]),
        picture=proposal_selectors.picture(proposal),
        place=proposal.area.name,
        stations=wording.line_of(row),
        status=wording.status(row),
        tone=TONES.get(row.state, "accent"),
        promised=wording.promise(row, opening.forecast_on if opening else None),
        late=wording.lateness(row, at),
        delay_reason=opening.delay_reason if opening and row.state in OWING_NEWS else "",
        next_on=next_on,
        next_text=next_text,
        news=_news(update) if update else None,
        silence=wording.silence(row, update.published_at if update else None, at, every),
        reason=row.public_reason,
        department=row.lead_department.name,
        phone=row.lead_department.phone,
        contact=row.contact_name,
        resolution=row.resolution,
        account=account,
        money_url=reverse("realisation:money", args=[cycle.slug]) + f"#{proposal.number}",
    )


def _news(update: ProgressUpdate) -> News:
    photo = update.photo if update.photo and update.photo.is_public else None
    return News(
        on=calendar.local_day(update.published_at),
        text=update.text,
        by=update.author_label,
        photo_url=publication.public_url(photo) if photo else "",
        photo_alt=photo.alt_text if photo else "",
    )


def _next(
    row: Delivery, update: ProgressUpdate | None, milestones: Sequence[Milestone], at: datetime
) -> tuple[date | None, str]:
    """The nearest date to come: what the last news announced, else the next milestone."""
    if row.state not in OWING_NEWS or row.state == DeliveryState.SUSPENDED:
        return None, ""
    today = calendar.local_day(at)
    if update and update.next_on and update.next_on >= today:
        return update.next_on, update.next_text
    ahead = sorted(
        (m.expected_on, str(m.get_kind_display()))
        for m in milestones
        if m.actual_on is None and m.expected_on >= today and m.kind != MilestoneKind.DELIVERY  # said with the promise
    )
    return ahead[0] if ahead else (None, "")


def _events(row: Delivery, told: Sequence[ProgressUpdate]) -> list[Event]:
    """The delivery's part of the project's history."""
    events = [Event(calendar.local_day(row.created_at), _("Réalisation décidée par le conseil"), text=row.resolution)]
    events += [
        Event(
            calendar.local_day(u.published_at), str(u.get_state_display()).capitalize(), text=u.text, by=u.author_label
        )
        for u in told
    ]
    if row.delivered_on:
        events.append(Event(row.delivered_on, _("Livré"), tone="success"))
    if row.inaugurated_on:
        events.append(Event(row.inaugurated_on, _("Inauguré"), tone="success"))
    return events


def expected_stage(proposal_ids: Iterable[int]) -> dict[int, Expected]:
    """Which stage each delivery implies for its proposal."""
    stages = {
        DeliveryState.DELIVERED: Stage.DELIVERED,
        DeliveryState.INAUGURATED: Stage.DELIVERED,
        DeliveryState.ABANDONED: Stage.ABANDONED,
    }
    rows = Delivery.objects.filter(proposal__in=list(proposal_ids)).values_list("proposal", "state").order_by("pk")
    return {pk: Expected(stages.get(DeliveryState(state), Stage.DELIVERY)) for pk, state in rows}
