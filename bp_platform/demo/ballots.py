"""The vote in places: people marked at a desk, paper ballots in a batch, a key split into shares."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from nacl.public import PrivateKey

from bp_platform.accounts.models import User
from bp_platform.accounts.selectors import public_body
from bp_platform.core import calendar
from bp_platform.core.actors import CLOCK
from bp_platform.demo.town import DEMO
from cycles.models import Cycle
from voting import seal as seals
from voting import selectors, services
from voting.key_sheet import KeySheet
from voting.keying import Reading
from voting.models import IncidentKind, Poll, PollingStation, PollKind, RequestKind, RollEntry
from voting.offline import bureau
from voting.sealed import SealedPoll
from voting.tally.values import Ballot

HOLDS_A_PLACE, KEYS_FIRST, ASKS = "nadia", "marc", "paula"
READY = 12  # letters that visitors may open
PLACES = (
    ("Hôtel de ville, salle du Conseil", "1, place de la République", "du lundi au samedi, de 9 h à 18 h"),
    ("Maison de quartier de Bel-Air", "4, allée des Lilas", "mercredi et samedi, de 14 h à 19 h"),
)


@dataclass(frozen=True, slots=True)
class SplitKey:
    """A key made and split as the bureau does it: its public sheet, and its shares as they are typed."""

    sheet: KeySheet
    threshold: int
    shares: list[list[str]]


def split_key(threshold: int, number: int) -> SplitKey:
    """A fresh key; the opening is rehearsed with its first and its last shares."""
    private = PrivateKey.generate()
    public = bytes(private.public_key).hex()
    shares = bureau.split(bytes(private), threshold, number)
    for kept in (shares[:threshold], shares[-threshold:]):
        bureau.rebuild(kept, public)
    first, last = tuple(range(1, threshold + 1)), tuple(range(number - threshold + 1, number + 1))
    digests = tuple(sha256(share).hexdigest() for share in shares)
    return SplitKey(
        KeySheet(public, threshold, digests, (first, last)), threshold, [bureau.written(share) for share in shares]
    )


def open_places(poll: Poll, *, at: datetime, paper: int) -> None:
    """Two places; the first is open since this morning, where some people took a paper ballot."""
    agent = User.objects.get(username=HOLDS_A_PLACE)
    places = [
        services.save_station(poll, services.StationFacts(name, address, hours), by=DEMO, at=poll.opens_at)
        for name, address, hours in PLACES
    ]
    open_place(places[0], agent, at=at - timedelta(hours=2))
    mark_some(poll, places[0], agent, paper, at=at)


def publish_last_night(poll: Poll, *, at: datetime) -> None:
    """What the night before published: the receipts of the ballots in the box."""
    night = calendar.at_midnight(calendar.local_day(at), public_body().zone) + timedelta(hours=3)
    services.publish_night(poll, by=CLOCK, at=night)


def leave_work(poll: Poll, *, at: datetime) -> None:
    """A register with a line to rule on, and a new code that a second person must grant."""
    agent, asker = (User.objects.get(username=name) for name in (HOLDS_A_PLACE, ASKS))
    place = PollingStation.objects.filter(poll=poll).earliest("pk")
    facts = "Le scellé de l’urne était décollé d’un côté à l’ouverture ; l’urne était vide, un nouveau scellé est posé."
    services.report_incident(poll, by=agent, at=at, kind=IncidentKind.PAPER, facts=facts, station=place)
    entry = RollEntry.objects.filter(poll=poll, mark=None).order_by("pk")[READY + 1]
    services.ask(entry, RequestKind.REISSUE, by=asker, at=at, reason="Lettre revenue abîmée par la pluie.")


def open_place(place: PollingStation, agent: User, *, at: datetime) -> None:
    services.open_station(
        place, by=agent, at=at, staff="Nadia Perrin, Théo Garnier", seal_number="VA 004 217", is_box_shown=True
    )


def mark_some(poll: Poll, place: PollingStation, agent: User, number: int, *, at: datetime) -> None:
    """People of the middle of the roll come and take a paper ballot."""
    middle = RollEntry.objects.filter(poll=poll, mark=None).order_by("pk")
    start = middle.count() // 2
    for entry in middle[start : start + number]:
        services.mark_at_desk(entry, place, by=agent, at=at)


def cast_some(poll: Poll, number: int, *, seed: int, at: datetime) -> list[dict[str, str]]:
    """The last people of the roll vote online; the letters of its beginning are left to visitors. Their receipts."""
    chance = random.Random(seed)  # noqa: S311 -- made-up ballots
    text = selectors.sealed_of(poll)
    [scope] = text.rules.scopes
    ids = [project.id for project in text.projects]
    receipts = []
    for entry in RollEntry.objects.filter(poll=poll, mark=None).order_by("-pk")[:number]:
        picked = chance.sample(ids, chance.randint(1, scope.ballot.max_choices or 1))
        nonce = secrets.token_bytes(seals.NONCE_LENGTH)
        cast = services.review(text, entry, {scope.id: approving(picked)}, nonce=nonce, at=at)
        [recorded] = services.cast_many(poll, [cast])
        receipts += [_receipt(poll, text, ref) for _scope, ref in recorded.refs]
    return sorted(receipts, key=lambda receipt: receipt["ref"])


def approving(ids: Iterable[str]) -> Ballot:
    return tuple((project_id, 1) for project_id in sorted(ids))


def _receipt(poll: Poll, text: SealedPoll, ref: bytes) -> dict[str, str]:
    return {"cycle": poll.cycle.slug, "ref": ref.hex(), "signature": services.receipt(text, ref).hex()}


@dataclass(frozen=True, slots=True)
class Closed:
    """A vote just closed, its paper half keyed, and the shares that open its box."""

    poll: Poll
    key: SplitKey


def closed_with_paper(cycle: Cycle, told: Mapping[str, Any], people: list[services.Person], *, at: datetime) -> Closed:
    """A rehearsal: ballots online and on paper, closed before its date; the pile was keyed once, by Marc."""
    opens_at, closes_at = at + timedelta(days=told["opens"]), at + timedelta(days=told["closes"])
    poll = services.create_poll(
        cycle, by=DEMO, at=opens_at - timedelta(days=12), kind=PollKind.PRACTICE, title=told["title"],
        opens_at=opens_at, closes_at=closes_at,
    )  # fmt: skip
    services.admit(poll, people, by=DEMO, at=opens_at - timedelta(days=12))
    key = split_key(told["threshold"], len(told["holders"]))
    poll = services.seal(
        poll, by=DEMO, at=opens_at - timedelta(days=2), draw_seed="2 5 5 1 (dés, préau)", sheet=key.sheet,
    )  # fmt: skip
    agent = User.objects.get(username=HOLDS_A_PLACE)
    place = services.save_station(poll, services.StationFacts(told["box"], "", "le jour du vote"), by=DEMO, at=opens_at)
    open_place(place, agent, at=at - timedelta(hours=5))
    cast_some(poll, told["online"], seed=31, at=at)
    mark_some(poll, place, agent, len(told["pile"]), at=at)
    services.close_station(place, by=agent, at=at - timedelta(hours=1), closing_seal_number="VA 004 218")
    poll = services.close(poll, by=DEMO, at=at)
    _key_once(poll, told, at=at)
    return Closed(poll, key)


def _key_once(poll: Poll, told: Mapping[str, Any], *, at: datetime) -> None:
    """One batch, keyed a first time; somebody else keys it a second time."""
    keyer, text = User.objects.get(username=KEYS_FIRST), selectors.sealed_of(poll)
    [scope] = text.scopes
    pile: list[list[int]] = told["pile"]
    batch = services.create_batch(poll, by=keyer, at=at, scope=scope, boxes=told["box"], size=len(pile))
    for place, ticked in enumerate(pile, start=1):
        ballot = approving(text.projects[number - 1].id for number in ticked)
        services.key_ballot(batch, place, Reading(ballot), by=keyer, at=at)
    services.finish_keying(batch, by=keyer, at=at)
