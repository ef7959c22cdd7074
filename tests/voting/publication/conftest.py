"""A vote open since ten days, and the nights of the town."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bp_platform.accounts.selectors import forget_public_body, public_body
from tests.factories import voting as make
from voting import services
from voting.models import MarkChannel, PollingStation, RollMark

PARIS = ZoneInfo("Europe/Paris")
DAY = timedelta(days=1)


@pytest.fixture
def night():
    """`night(n)`: half past midnight in the town, n days after today (0: the night that begins today)."""

    def _night(days: int = 0):
        today = make.clock().astimezone(public_body().zone).date() + timedelta(days=days)
        return datetime.combine(today, datetime.min.time(), tzinfo=public_body().zone).astimezone(UTC) + timedelta(minutes=30)  # fmt: skip

    return _night


@pytest.fixture
def crowd(db, review):
    """`crowd(n)`: an open practice vote in which n people have cast online today."""

    def _crowd(number, *, waiting=5, **facts):
        draft = make.draft_poll(opens=-240 * make.HOUR, closes=240 * make.HOUR)
        people = make.admit(draft, *(f"Voisin {n}" for n in range(number + waiting)))
        poll = services.seal(
            draft, by=make.BUILDER, at=make.clock() - 250 * make.HOUR, draw_seed="dés 4-2-6-1", waiver="Essai."
        )
        for entry in people[:number]:
            services.cast_many(poll, [review(poll, entry, "BP26-0001")])
        return poll, people[number:]

    return _crowd


@pytest.fixture
def at_the_hall(paula):
    """`at_the_hall(poll, entries, day)`: marks made in a place, without a ballot."""

    def _mark(poll, entries, day):
        PollingStation.objects.get_or_create(poll=poll, code="halle", defaults={"name": "Halle des Mariniers"})
        RollMark.objects.bulk_create(
            [RollMark(poll=poll, entry=e, channel=MarkChannel.TABLET, station="halle", day=day, agent=paula) for e in entries]
        )  # fmt: skip

    return _mark


@pytest.fixture(autouse=True)
def _forget_the_town():
    forget_public_body()
