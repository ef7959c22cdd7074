"""Bodies and meetings to stand on: inert rows, no act."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count

from bp_platform.accounts.models import Contact, User
from bp_platform.core import calendar
from cycles.models import Body, BodyPower, College, Cycle, Meeting, MeetingState, Member, Recruitment
from tests.factories import cycles as factory

_numbers = count(1)


def cycle_of(at: datetime) -> Cycle:
    return Cycle.objects.filter(slug="2026").first() or factory.cycle(at)


def meeting(at: datetime, *, starts_in: timedelta = timedelta(days=10), **facts) -> Meeting:
    """An announced workshop of two hours, ten days away."""
    number = next(_numbers)
    starts_at = at + starts_in
    given = {
        "cycle": facts.pop("cycle", None) or cycle_of(at),
        "title": f"Atelier d’idées {number}",
        "slug": f"atelier-{number}",
        "kind": "workshop",
        "state": MeetingState.ANNOUNCED,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "place": "Maison de quartier",
        "postal_address": "3 rue Haute",
        "changed_at": at,
    }
    return Meeting.objects.create(**(given | facts))


def workshop(at: datetime, capacity: int | None = 3, **facts) -> Meeting:
    """The same, on registration."""
    return meeting(at, takes_registrations=True, capacity=capacity, **facts)


def body(at: datetime, **facts) -> Body:
    """A published follow-up committee whose mandate began a month ago, with 3 + 1 seats."""
    day = calendar.local_day(at)
    given = {
        "cycle": facts.pop("cycle", None) or cycle_of(at),
        "name": "Comité de suivi",
        "slug": "comite-de-suivi",
        "powers": [BodyPower.STUDIES, BodyPower.TIES],
        "mandate_from": day - timedelta(days=30),
        "mandate_until": day + timedelta(days=335),
        "published_at": at,
    }
    made = Body.objects.create(**(given | facts))
    College.objects.create(body=made, name="Habitantes et habitants", seats=3, recruitment=Recruitment.LOT, position=1)
    College.objects.create(body=made, name="Élues et élus", seats=1, recruitment=Recruitment.APPOINTED, position=2)
    return made


def contact(name: str, user: User | None = None, **facts) -> Contact:
    first = name.split(maxsplit=1)[0].lower().replace("ï", "i").replace("é", "e")
    return Contact.objects.create(**({"name": name, "email": f"{first}@valrive.example", "user": user} | facts))


def member(at: datetime, made: Body, name: str, *, college: int = 0, until_on: date | None = None, **facts) -> Member:
    """Somebody who sits since the beginning."""
    return Member.objects.create(
        body=made,
        college=made.colleges.order_by("position")[college],
        contact=facts.pop("contact", None) or contact(name),
        from_on=made.mandate_from,
        until_on=until_on or made.mandate_until,
        seated_at=at,
        **facts,
    )
