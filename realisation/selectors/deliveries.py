"""Where each delivery stands, for the public and for the project's sheet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.urls import reverse

from bp_platform.core import calendar
from bp_platform.core.components import Event, Station, Tone
from bp_platform.documents import publication
from bp_platform.documents.models import StoredFile
from cycles import selectors as cycle_selectors
from cycles.models import Cycle, PhaseKind
from instruction import selectors as instruction
from proposals import selectors as proposal_selectors
from proposals.models import Proposal, Stage
from realisation.models import (
    OWING_NEWS,
    Delivery,
    DeliveryState,
    DoneOutside,
    Milestone,
    MilestoneKind,
    ProgressUpdate,
)
from realisation.selectors import wording
from realisation.selectors.accounts import Account
from realisation.selectors.facts import Facts, facts_of
from realisation.selectors.history import Changed, changed, events
from realisation.selectors.wording import TONES, Outcome
from voting import selectors as voting


@dataclass(frozen=True, slots=True)
class Picture:
    """A public photograph, and what it shows."""

    url: str
    alt: str


@dataclass(frozen=True, slots=True)
class News:
    """The latest news of a delivery, as the public reads it."""

    on: date
    text: str
    by: str
    photos: Sequence[Picture] = ()


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
    area_code: str
    address: str
    outcome: Outcome
    quick_win: str = ""
    scope: str = ""
    cost: str = ""
    sequel: str = ""
    changes: Sequence[Changed] = ()
    enquiries_url: str = ""
    enquiries: str = ""
    late_enquiries: str = ""

    @property
    def last_changes(self) -> Sequence[Changed]:
        """The last one, for a sheet of paper that has one page."""
        return self.changes[-1:]

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
    """Every laureate of the cycle, whatever its news: none ever vanishes. The same queries, whatever their number."""
    rows = _whole(Delivery.objects.filter(proposal__cycle=cycle))
    return _summaries(cycle, list(rows.order_by("proposal__area__name", "proposal__number")), at)


def delivery_summary(proposal: Proposal, at: datetime) -> DeliverySummary | None:
    """None before the council's resolution."""
    rows = _whole(Delivery.objects.filter(proposal=proposal))
    return next(iter(_summaries(proposal.cycle, list(rows), at)), None)


@dataclass(frozen=True, slots=True)
class PublicWorks:
    """The works as their project's sheet tells them: where they stand, and their part of the history."""

    summary: DeliverySummary | None
    events: Sequence[Event]


JOINED = ("delivery__lead_department", "done_outside")
"""What a proposal's row is joined to, for `public_works` not to read the delivery again."""


def public_works(proposal: Proposal, at: datetime) -> PublicWorks:
    """Nothing before the council's resolution; then four queries, the delivery's own apart if it is joined."""
    row: Delivery | None = getattr(proposal, "delivery", None)
    if row is None:
        return PublicWorks(None, ())
    updates = Prefetch("updates", ProgressUpdate.objects.with_pictures().order_by("published_at", "pk"))
    prefetch_related_objects([row], updates, "milestones")
    told = list(row.updates.all())
    news = {row.pk: told[-1]} if told else {}
    [summary] = _summaries(proposal.cycle, [row], at, news)
    return PublicWorks(summary, events(row, told, summary.changes))


def _whole(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    return rows.select_related("proposal__area", "proposal__theme", "lead_department").prefetch_related("milestones")


def _summaries(
    cycle: Cycle, rows: Sequence[Delivery], at: datetime, news: Mapping[int, ProgressUpdate] | None = None
) -> list[DeliverySummary]:
    """The summaries of these deliveries of one cycle, in their order; `news`: the last ones, if they are known."""
    if not rows:
        return []
    ids = [row.pk for row in rows]
    last = latest_news(ids) if news is None else news
    owing = any(row.state in OWING_NEWS for row in rows)
    every = cycle_selectors.rules_of(cycle).delivery.update_every_days if owing else 0
    chosen = chosen_on(cycle) if any(row.delivered_on for row in rows) else None
    facts = facts_of(ids, at)
    return [_summary(cycle, row, last.get(row.pk), facts[row.pk], at, every, chosen) for row in rows]


def chosen_on(cycle: Cycle) -> date | None:
    """The last day of the vote, or the day of the proclamation where there was none; one query."""
    phases = [p for p in cycle.phases.all() if p.kind in {PhaseKind.VOTE, PhaseKind.PROCLAMATION}]
    vote = next((p for p in phases if p.kind == PhaseKind.VOTE), None)
    if vote is not None:
        return calendar.local_day(calendar.last_instant(vote.closes_at))
    return calendar.local_day(phases[0].opens_at) if phases else None


def latest_news(deliveries: Sequence[int]) -> dict[int, ProgressUpdate]:
    """The last update of each of these deliveries, with its photographs; one query."""
    rows = ProgressUpdate.objects.with_pictures().filter(delivery__in=deliveries)
    newest = rows.order_by("delivery", "-published_at", "-pk").distinct("delivery")
    return {update.delivery_id: update for update in newest}


def _summary(
    cycle: Cycle,
    row: Delivery,
    update: ProgressUpdate | None,
    facts: Facts,
    at: datetime,
    every: int,
    chosen: date | None,
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
        area_code=proposal.area.code,
        address=row.place,
        outcome=wording.outcome(row, at),
        quick_win=wording.quick_win(row, chosen),
        scope=row.scope,
        cost=wording.cost(row, proposal.price_eur),
        sequel=row.sequel,
        changes=changed(facts.changes),
        enquiries_url=reverse("realisation:enquiries", args=[cycle.slug, proposal.number]),
        enquiries=wording.questions(facts.asked),
        late_enquiries=wording.late_questions(facts.late),
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
        account=facts.account,
        money_url=reverse("realisation:money", args=[cycle.slug]) + f"#{proposal.number}",
    )


def _news(update: ProgressUpdate) -> News:
    shown = [StoredFile(**picture) for picture in update.pictures]
    return News(
        on=calendar.local_day(update.published_at),
        text=update.text,
        by=update.author_label,
        photos=[Picture(publication.public_url(file), file.alt_text) for file in shown],
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


def expected_stage(proposal_ids: Collection[int]) -> dict[int, Expected]:
    """Which stage each delivery implies for its proposal."""
    stages = {
        DeliveryState.DELIVERED: Stage.DELIVERED,
        DeliveryState.INAUGURATED: Stage.DELIVERED,
        DeliveryState.ABANDONED: Stage.ABANDONED,
    }
    rows = Delivery.objects.filter(proposal__in=list(proposal_ids)).values_list("proposal", "state").order_by("pk")
    found = {pk: Expected(stages.get(DeliveryState(state), Stage.DELIVERY)) for pk, state in rows}
    outside = DoneOutside.objects.filter(proposal__in=list(proposal_ids)).order_by("pk")
    return found | {pk: Expected(Stage.DONE_OUTSIDE) for pk in outside.values_list("proposal", flat=True)}


def stage_without_us(proposal: Proposal) -> str:
    """The stage of a project that is not marked as done outside: its delivery's, else its vote's, else its study's."""
    ids = [proposal.pk]
    of_delivery = expected_stage(ids).get(proposal.pk)
    of_study = instruction.expected_stage(ids).get(proposal.pk)
    if of_delivery:
        return of_delivery.stage
    return voting.expected_stage(ids).get(proposal.pk) or (of_study.stage if of_study else Stage.IDEA)
