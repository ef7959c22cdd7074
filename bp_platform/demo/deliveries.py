"""What became of the finished edition: works, news, orders, bills, payments, and the review."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bp_platform.accounts.models import Department
from bp_platform.core import calendar, money
from bp_platform.demo.town import DEMO
from cycles.models import Cycle
from proposals.models import Proposal, Stage
from realisation import services
from realisation.models import Delivery, DeliveryState, LedgerEntry

ROAD = (
    DeliveryState.DESIGN,
    DeliveryState.PROCUREMENT,
    DeliveryState.WORKS,
    DeliveryState.DELIVERED,
    DeliveryState.INAUGURATED,
)
COMMITTED_DURING_WORKS = Decimal("0.82")


def build_all(
    ideas: Sequence[Mapping[str, Any]],
    filed: Sequence[Proposal],
    departments: Mapping[str, Department],
    *,
    resolved_at: datetime,
    until: datetime,
    resolution: str,
) -> None:
    """Every laureate goes its own way, from the council's resolution to the moment of loading."""
    for proposal, idea in zip(filed, ideas, strict=True):
        proposal.refresh_from_db()
        if proposal.stage != Stage.WINNER:
            continue
        told = idea["delivery"]
        delivery = services.create_delivery(
            proposal,
            by=DEMO,
            at=resolved_at,
            resolution=resolution,
            lead_department=departments[told["lead"]],
            contact_name=told["contact"],
            promised_on=calendar.local_day(resolved_at) + timedelta(days=30 * told["months"]),
        )
        _go(delivery, told, resolved_at, until)


def _go(delivery: Delivery, told: Mapping[str, Any], start: datetime, until: datetime) -> None:
    """Through the stages up to the one told; news and money follow."""
    goal = told["state"]
    road = ROAD[: ROAD.index(goal) + 1] if goal in ROAD else ROAD[:1]
    span = min(timedelta(days=30 * int(told["took"])), until - start - timedelta(days=told["quiet_days"]))
    step = span / (len(road) + 1)
    news = list(told["news"])
    for number, state in enumerate(road, start=1):
        at = start + step * number
        if state == DeliveryState.WORKS:
            _commit(delivery, told, at)
        if state == DeliveryState.DELIVERED:
            _pay(delivery, told, at - timedelta(days=2))
        text = news.pop(0) if news else ""
        if text:
            services.post_update(delivery, by=DEMO, at=at, text=text, to=state)
        elif state == DeliveryState.INAUGURATED:
            services.inaugurate(delivery, by=DEMO, at=at, on=calendar.local_day(at))
        elif state == DeliveryState.DELIVERED:
            services.deliver(delivery, by=DEMO, at=at, on=calendar.local_day(at))
        else:
            services.advance(delivery, by=DEMO, at=at, to=state)
    end = start + span
    for text in news:
        services.post_update(delivery, by=DEMO, at=end, text=text)
    if goal == DeliveryState.WORKS:
        _pay(delivery, told, end)
    if goal == DeliveryState.ABANDONED:
        services.abandon(delivery, by=DEMO, at=end, reason=told["reason"])
        _enter(services.release, delivery, _price(delivery), end, "CR", "Projet abandonné")


def _price(delivery: Delivery) -> Decimal:
    return delivery.proposal.price_eur or money.ZERO


def _final(delivery: Delivery, told: Mapping[str, Any]) -> Decimal:
    """What the finished project cost, all taxes included."""
    return money.round_eur(_price(delivery) * Decimal(str(told["cost_share"])))


def _commit(delivery: Delivery, told: Mapping[str, Any], at: datetime) -> None:
    is_done = told["state"] != DeliveryState.WORKS
    amount = _final(delivery, told) if is_done else money.round_eur(_price(delivery) * COMMITTED_DURING_WORKS)
    _enter(services.commit, delivery, amount, at, "BC", told["order"])


def _pay(delivery: Delivery, told: Mapping[str, Any], at: datetime) -> None:
    """Two bills, two payments; what is not needed goes back."""
    total = _final(delivery, told)
    first = money.round_eur(total * Decimal("0.4"))
    for number, amount in enumerate((first, total - first), start=1):
        _enter(services.invoice, delivery, amount, at, f"F{number}", f"Situation n° {number}")
        _enter(services.pay, delivery, amount, at, f"M{number}", f"Paiement de la situation n° {number}")
    if told["state"] != DeliveryState.WORKS and total < _price(delivery):
        _enter(services.release, delivery, _price(delivery) - total, at, "CR", "Solde non dépensé")


def _enter(
    act: Callable[..., LedgerEntry], delivery: Delivery, amount: Decimal, at: datetime, paper: str, label: str
) -> None:
    day = calendar.local_day(at)
    document = f"{paper} {day:%Y}-{delivery.pk:04d}"
    act(delivery, by=DEMO, at=at, amount_eur=amount, on=day, document=document, label=label)


def review(cycle: Cycle, *, text: str, at: datetime) -> None:
    """The one-year review, published when it was due."""
    services.write_review(cycle, by=DEMO, at=at - timedelta(days=10), text=text)
    services.publish_review(cycle, by=DEMO, at=at)
