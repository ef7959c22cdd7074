"""A vote to stand on: a cycle with feasible projects, a roll, a sealed practice poll around the real clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from django.utils.text import slugify

from bp_platform.accounts.models import User
from bp_platform.core.actors import importing
from cycles.models import Cycle
from proposals.models import Proposal, ProposalState, Stage
from tests.factories import cycles
from voting import seal as seals
from voting import services
from voting.key_sheet import KeySheet
from voting.models import Poll, PollingStation, PollKind, RollEntry
from voting.offline import bureau
from voting.services.roll import Person
from voting.tally.values import Ballot

BUILDER = importing("tests")
HOUR = timedelta(hours=1)
PROJECTS = (
    ("Une cour qui respire", "40000.00"),
    ("Un verger", "30000.00"),
    ("Le quai à vélo", "50000.00"),
    ("Des bancs à l’ombre", "20000.00"),
)


def clock() -> datetime:
    """The real clock: casting reads the database's."""
    return datetime.now(UTC)


def cycle_with_projects(slug: str = "2026", prefix: str = "BP26", **facts) -> Cycle:
    cycle = cycles.cycle(clock(), open_phase="vote", slug=slug, prefix=prefix, **facts)
    area, theme = cycle.areas.order_by("pk").first(), cycle.themes.get()
    for place, (title, cost) in enumerate(PROJECTS, start=1):
        Proposal.objects.create(
            cycle=cycle,
            number=f"{prefix}-{place:04d}",
            title=title,
            summary=f"{title}.",
            area=area,
            theme=theme,
            state=ProposalState.PUBLISHED,
            submitted_at=clock() - 200 * HOUR,
            published_at=clock() - 199 * HOUR,
            code_digest=f"{prefix}-{place}",
            stage=Stage.FEASIBLE,
            price_eur=Decimal(cost),
        )
    return cycle


def draft_poll(kind: str = PollKind.PRACTICE, *, opens=-HOUR, closes=HOUR, cycle: Cycle | None = None) -> Poll:
    """A draft; its dates are given as distances from now."""
    return services.create_poll(
        cycle or cycle_with_projects(),
        by=BUILDER,
        at=clock() - 3 * HOUR,
        kind=kind,
        title="Vote 2026",
        opens_at=clock() + opens,
        closes_at=clock() + closes,
    )


def admit(poll: Poll, *names: str) -> list[RollEntry]:
    people = [Person(name, 1970 + place) for place, name in enumerate(names)]
    services.admit(poll, people, by=BUILDER, at=clock() - 3 * HOUR)
    return list(RollEntry.objects.filter(poll=poll, name__in=names).order_by("pk"))


def station(poll: Poll, name: str = "Halle aux grains") -> PollingStation:
    return PollingStation.objects.create(
        poll=poll, code=slugify(name), name=name, postal_address="2 place du Marché", hours="Samedi, de 10 h à 18 h"
    )


def held(place: PollingStation, by: User) -> PollingStation:
    """The place, opened by somebody an hour ago."""
    services.open_station(
        place, by=by, at=clock() - HOUR, staff="Lucie Adam, Omar Sy", seal_number="A-101", is_box_shown=True
    )
    return place


def seal(poll: Poll, **facts) -> Poll:
    given = {"draw_seed": "dés 4-2-6-1", "waiver": "Essai."} | facts
    return services.seal(poll, by=BUILDER, at=clock() - 2 * HOUR, **given)


def split_key(threshold: int = 2, number: int = 4, **facts) -> tuple[KeySheet, list[bytes]]:
    """A key as the bureau makes it: its public sheet, rehearsed twice, and its shares."""
    keys = seals.new_keys()
    shares = bureau.split(keys.private, threshold, number)
    given = {
        "public_key": keys.public.hex(),
        "threshold": threshold,
        "shares": tuple(sha256(share).hexdigest() for share in shares),
        "rehearsals": (tuple(range(1, threshold + 1)), tuple(range(number - threshold + 1, number + 1))),
    }
    return KeySheet(**given | facts), shares


def approvals(*numbers: str) -> dict[str, Ballot]:
    """A ballot for the town: « BP26-0001 », « BP26-0003 »."""
    return {"ville": tuple(sorted((number, 1) for number in numbers))}


def proclaimed(cycle: Cycle, at: datetime, *, kind: str = PollKind.BINDING) -> Poll:
    """A vote whose result is public since `at`, as a row alone: no roll, no ballot, no count."""
    return Poll.objects.create(
        cycle=cycle, kind=kind, title="Vote", state="proclaimed", plan={}, opens_at=at - 48 * HOUR,
        closes_at=at - 24 * HOUR, sealed=b"{}", digest=sha256(b"{}").hexdigest(), public_key=b"k" * 32, seal_length=256,
        sealed_at=at - 72 * HOUR, closed_at=at - 24 * HOUR, closing={}, opened_at=at - 23 * HOUR, opening={},
        counted_at=at - 22 * HOUR, proclaimed_at=at,
    )  # fmt: skip
