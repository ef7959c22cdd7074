"""Laureates, deliveries and money to stand on, made by the acts themselves."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from bp_platform.accounts.models import Department, User
from bp_platform.core.actors import importing
from cycles.models import Cycle
from proposals.models import Proposal, Stage
from realisation import services
from realisation.models import Delivery, LedgerEntry, OneYearReview
from tests.factories import proposals

HAND = importing("tests")
RESOLUTION = "Délibération 2026-031 du 2 mars 2026"


def laureate(cycle: Cycle, at: datetime, *, price: str = "40000.00", **facts) -> Proposal:
    """A project that won, at its voted price."""
    return proposals.published(at, cycle, **{"stage": Stage.WINNER, "price_eur": Decimal(price)} | facts)


def delivery(
    cycle: Cycle, at: datetime, *, price: str = "40000.00", lead: Department | None = None, **facts
) -> Delivery:
    """A laureate whose delivery the council has voted, promised for the end of 2027."""
    lead = (
        lead
        or Department.objects.get_or_create(
            name="Direction des espaces verts", defaults={"short_name": "Espaces verts"}
        )[0]
    )
    return services.create_delivery(
        laureate(cycle, at, price=price, **facts.pop("proposal", {})),
        **{
            "by": HAND,
            "at": at,
            "resolution": RESOLUTION,
            "lead_department": lead,
            "contact_name": "Nadia Lemaire",
            "promised_on": date(2027, 12, 31),
        }
        | facts,
    )


def enter(made: Delivery, kind: str, amount: str, at: datetime, **facts) -> LedgerEntry:
    """An entry of that kind, by its act: budget, commit, invoice, pay, release."""
    return getattr(services, kind)(
        made,
        **{
            "by": HAND,
            "at": at,
            "amount_eur": Decimal(amount),
            "on": at.date(),
            "document": f"Pièce {kind}",
            "label": "Plantation",
        }
        | facts,
    )


def spent(made: Delivery, at: datetime, *, committed: str, invoiced: str = "0", paid: str = "0") -> Delivery:
    """A delivery whose money has moved that far."""
    for kind, amount in (("commit", committed), ("invoice", invoiced), ("pay", paid)):
        if Decimal(amount):
            enter(made, kind, amount, at)
    return made


def validated(cycle: Cycle, at: datetime, *, by: User) -> OneYearReview:
    """The review of an edition that has a delivery, submitted by the town's hand and validated by somebody."""
    review = OneYearReview.objects.get(cycle=cycle)
    services.submit_review(review, by=HAND, at=at, validator=by)
    return services.validate_review(review, by=by, at=at)


def published(cycle: Cycle, at: datetime, *, by: User) -> OneYearReview:
    """The same, published."""
    return services.publish_review(validated(cycle, at, by=by), by=HAND, at=at)
