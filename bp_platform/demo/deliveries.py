"""What became of the finished edition, day by day: works, news, orders, bills, payments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bp_platform.accounts.models import Department
from bp_platform.core import calendar
from bp_platform.demo import pictures
from bp_platform.demo.town import DEMO
from proposals.models import Proposal, Stage
from realisation import services
from realisation.models import Delivery, LedgerEntry, MilestoneKind

MONEY: dict[str, Callable[..., LedgerEntry]] = {
    "commit": services.commit, "invoice": services.invoice, "pay": services.pay, "release": services.release,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """Something that happened to a delivery, some days after the council's resolution."""

    day: int
    delivery: Delivery
    name: str
    said: Sequence[Any]


def launch(
    ideas: Sequence[Mapping[str, Any]],
    filed: Sequence[Proposal],
    departments: Mapping[str, Department],
    *,
    resolved_at: datetime,
    resolution: str,
) -> list[Act]:
    """The council votes the laureates; what then happened to all of them, in the order of the days."""
    found: list[Act] = []
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
        found += [Act(day, delivery, name, said) for day, name, *said in told["acts"]]
    return sorted(found, key=lambda act: act.day)


def play(acts: Sequence[Act], *, start: datetime, after: int = -1, until: int = 10_000) -> None:
    """What happened after one day and until another, both counted from the resolution at `start`."""
    for act in acts:
        if after < act.day <= until:
            _play(act, start, start + timedelta(days=act.day, hours=act.day % 7))


def _play(act: Act, start: datetime, at: datetime) -> None:
    if act.name in MONEY:
        amount, document, label = act.said
        day = calendar.local_day(at)
        MONEY[act.name](
            act.delivery, by=DEMO, at=at, amount_eur=Decimal(amount), on=day, document=document, label=label
        )
        return
    _STORY[act.name](act.delivery, act.said, start, at)


def _news(delivery: Delivery, said: Sequence[Any], _start: datetime, at: datetime) -> None:
    """Stage (« » when it stays), text; kind of picture and what it shows, if there is one."""
    to, text, *drawn = said
    photos = [services.Photo(pictures.picture(drawn[0]), alt_text=drawn[1])] if drawn else []
    services.post_update(
        delivery, by=DEMO, at=at, text=text, to=to, photos=photos, author=delivery.lead_department.name
    )


def _forecast(delivery: Delivery, said: Sequence[Any], start: datetime, at: datetime) -> None:
    day, reason = said
    services.plan_milestone(
        delivery, by=DEMO, at=at, kind=MilestoneKind.DELIVERY, planned_on=delivery.promised_on,
        forecast_on=calendar.local_day(start + timedelta(days=day)), delay_reason=reason,
    )  # fmt: skip


def _suspend(delivery: Delivery, said: Sequence[Any], _start: datetime, at: datetime) -> None:
    services.suspend(delivery, by=DEMO, at=at, reason=said[0])


def _resume(delivery: Delivery, _said: Sequence[Any], _start: datetime, at: datetime) -> None:
    services.resume(delivery, by=DEMO, at=at)


def _abandon(delivery: Delivery, said: Sequence[Any], _start: datetime, at: datetime) -> None:
    services.abandon(delivery, by=DEMO, at=at, reason=said[0])


def _inaugurate(delivery: Delivery, _said: Sequence[Any], _start: datetime, at: datetime) -> None:
    services.inaugurate(delivery, by=DEMO, at=at, on=calendar.local_day(at))


def _reverse(delivery: Delivery, said: Sequence[Any], _start: datetime, at: datetime) -> None:
    document, reason, paper = said
    entry = delivery.entries.select_related("delivery__envelope", "delivery__proposal__cycle").get(document=document)
    services.reverse(entry, by=DEMO, at=at, reason=reason, document=paper)


_STORY: dict[str, Callable[[Delivery, Sequence[Any], datetime, datetime], None]] = {
    "news": _news, "forecast": _forecast, "suspend": _suspend, "resume": _resume, "abandon": _abandon,
    "inaugurate": _inaugurate, "reverse": _reverse,
}  # fmt: skip
