"""The follow-up, place by place and edition by edition: promised, delivered, late, abandoned, money."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from bp_platform.core import money
from bp_platform.core.components import Count
from cycles.models import Area, Cycle
from proposals.models import Proposal, ProposalState, Stage
from realisation.models import Delivery, DoneOutside
from realisation.selectors import wording
from realisation.selectors.deliveries import DeliverySummary, delivery_lines

MOST_LISTED = 60


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of some promises: `late` was delivered late, `overdue` is not delivered and past its day."""

    promised: int = 0
    kept: int = 0
    late: int = 0
    overdue: int = 0
    to_come: int = 0
    abandoned: int = 0
    voted_eur: Decimal = money.ZERO
    paid_eur: Decimal = money.ZERO

    @property
    def delivered(self) -> int:
        return self.kept + self.late


@dataclass(frozen=True, slots=True)
class TallyLine:
    """A place, or an edition, and what its promises became; `code` is the place's."""

    name: str
    url: str
    tally: Tally
    code: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A laureate that the council has still to vote."""

    title: str
    number: str
    url: str
    place: str
    price_eur: Decimal | None


@dataclass(frozen=True, slots=True)
class Outside:
    """A project done without the participatory budget."""

    title: str
    number: str
    url: str
    place: str
    words: str
    text: str
    link: str


def outside_of(proposal: Proposal) -> Outside | None:
    """For the project's sheet; no query when the row is joined."""
    row: DoneOutside | None = getattr(proposal, "done_outside", None)
    return _outside(row, proposal) if row else None


def _outside(row: DoneOutside, proposal: Proposal) -> Outside:
    return Outside(
        title=proposal.title,
        number=proposal.number,
        url=reverse("pages:project", args=[proposal.cycle.slug, proposal.number]),
        place=proposal.area.name,
        words=wording.outside(row.done_by, row.done_on),
        text=row.text,
        link=row.link,
    )


def tally(lines: Iterable[DeliverySummary]) -> Tally:
    """The sums of these lines."""
    rows = list(lines)
    return Tally(
        promised=len(rows),
        kept=sum(row.outcome == "kept" for row in rows),
        late=sum(row.outcome == "late" for row in rows),
        overdue=sum(row.outcome == "overdue" for row in rows),
        to_come=sum(row.outcome == "to_come" for row in rows),
        abandoned=sum(row.outcome == "abandoned" for row in rows),
        voted_eur=sum((row.voted_eur for row in rows), money.ZERO),
        paid_eur=sum((row.paid_eur for row in rows), money.ZERO),
    )


def by_place(cycle: Cycle, areas: Sequence[Area], lines: Sequence[DeliverySummary]) -> list[TallyLine]:
    """Each place that got something, by name."""
    of_place: dict[str, list[DeliverySummary]] = {}
    for line in lines:
        of_place.setdefault(line.area_code, []).append(line)
    return [
        TallyLine(area.name, place_url(cycle, area.code), tally(of_place[area.code]), code=area.code)
        for area in areas
        if area.code in of_place
    ]


def place_url(cycle: Cycle, code: str) -> str:
    """What a place got, on its own page."""
    return reverse("realisation:place", args=[cycle.slug, code])


def counts(found: Tally) -> list[Count]:
    """The figures of a tally, for the head of a page."""
    return [
        Count(_("Promis"), found.promised),
        Count(_("Livrés"), found.delivered),
        Count(_("En retard"), found.overdue, is_late=found.overdue > 0),
        Count(_("Abandonnés"), found.abandoned),
        Count(
            _("Payés"), money.in_words(found.paid_eur), _("sur %(voted)s") % {"voted": money.in_words(found.voted_eur)}
        ),
    ]


@dataclass(frozen=True, slots=True)
class Beside:
    """What is not built, or not by us: none of it vanishes from the follow-up. At most `MOST_LISTED` of each."""

    waiting: Sequence[Waiting]
    outside: Sequence[Outside]


def beside(cycle: Cycle, area: Area | None = None) -> Beside:
    """The laureates that wait for the council, by place; what was done without us, the latest first. One query."""
    waits = Q(stage=Stage.WINNER, delivery=None)
    rows = Proposal.objects.filter(waits | Q(done_outside__isnull=False), cycle=cycle, state=ProposalState.PUBLISHED)
    rows = rows.filter(area=area) if area else rows
    found = list(rows.select_related("area", "delivery", "done_outside").order_by("area__name", "number"))
    for proposal in found:
        proposal.cycle = cycle
    waiting = [p for p in found if p.stage == Stage.WINNER and not hasattr(p, "delivery")]
    outside = sorted(
        (p for p in found if hasattr(p, "done_outside")), key=lambda p: (p.done_outside.done_on, -p.pk), reverse=True
    )
    return Beside(
        [_waiting(p) for p in waiting[:MOST_LISTED]], [_outside(p.done_outside, p) for p in outside[:MOST_LISTED]]
    )


def _waiting(proposal: Proposal) -> Waiting:
    return Waiting(
        title=proposal.title,
        number=proposal.number,
        url=reverse("pages:project", args=[proposal.cycle.slug, proposal.number]),
        place=proposal.area.name,
        price_eur=proposal.price_eur,
    )


def promises(at: datetime, *, area_code: str = "") -> list[TallyLine]:
    """« Parole tenue »: what every visible edition promised and did, the latest first; one query."""
    rows = Delivery.objects.filter(proposal__cycle__in=Cycle.objects.visible()).select_related("proposal__cycle")
    if area_code:
        rows = rows.filter(proposal__area__code=area_code)
    found: dict[int, list[Delivery]] = {}
    for row in rows.order_by("-proposal__cycle_id", "pk"):
        found.setdefault(row.proposal.cycle_id, []).append(row)
    return [_edition(deliveries, at, area_code) for deliveries in found.values()]


def _edition(rows: Sequence[Delivery], at: datetime, area_code: str) -> TallyLine:
    cycle = rows[0].proposal.cycle
    said = [wording.outcome(row, at) for row in rows]
    sums = Tally(
        promised=len(rows),
        kept=said.count("kept"),
        late=said.count("late"),
        overdue=said.count("overdue"),
        to_come=said.count("to_come"),
        abandoned=said.count("abandoned"),
    )
    url = place_url(cycle, area_code) if area_code else reverse("realisation:deliveries", args=[cycle.slug])
    return TallyLine(cycle.title, url, sums, words=wording.promise_kept(sums.kept, sums.promised))


@dataclass(frozen=True, slots=True)
class PlacePage:
    """What a place got from one edition, and from the others."""

    area: Area
    lines: Sequence[DeliverySummary]
    tally: Tally
    waiting: Sequence[Waiting]
    outside: Sequence[Outside]
    editions: Sequence[TallyLine]


def place_page(cycle: Cycle, area: Area, at: datetime) -> PlacePage:
    """The page of a resident's own place."""
    lines = [line for line in delivery_lines(cycle, at) if line.area_code == area.code]
    others = beside(cycle, area)
    return PlacePage(
        area=area,
        lines=lines,
        tally=tally(lines),
        waiting=others.waiting,
        outside=others.outside,
        editions=promises(at, area_code=area.code),
    )
