"""Who is told that the règlement is put to residents, that they were heard, that it is adopted, or set aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Contact, Role, User
from bp_platform.accounts.selectors import assignments_on
from bp_platform.core import calendar, registries
from bp_platform.notifications import services as outbox
from cycles.models import Consultation, Correspondent, Cycle, Deviation, Member, RulebookVersion


def consultation_opened(consultation: Consultation, *, at: datetime) -> int:
    """The members of bodies, and whoever asked to be told."""
    cycle = consultation.cycle
    context = {
        "cycle": cycle.title,
        "until": outbox.later(calendar.moment_words, consultation.closes_at),
        "questions": [parameter.question for parameter in consultation.parameters.order_by("pk")],
        "url": _url("cycles:consultation", cycle),
    }
    people = each_once((*_members(cycle, at), *_followers(cycle)))
    return outbox.queue("rulebook_asked", people, key=f"consultation:{consultation.pk}", context=context, at=at)


def consultation_published(consultation: Consultation, *, at: datetime) -> int:
    """The same people read what was answered and what was decided."""
    cycle = consultation.cycle
    rows = consultation.parameters.order_by("pk").values("question", "decided", "why")
    context = {"cycle": cycle.title, "decisions": list(rows), "url": _url("cycles:consultation", cycle)}
    people = each_once((*_members(cycle, at), *_followers(cycle)))
    return outbox.queue("rulebook_answered", people, key=f"consultation:{consultation.pk}", context=context, at=at)


def adopted(version: RulebookVersion, *, at: datetime) -> int:
    """Everybody who lives by it: members, owners, elected members, correspondents, and whoever asked to be told."""
    cycle = version.cycle
    context = {
        "cycle": cycle.title,
        "number": version.number,
        "resolution": version.adopted_by_resolution,
        "url": _url("cycles:rulebook", cycle),
    }
    key = f"version:{version.pk}"
    return outbox.queue("rulebook_adopted", each_once(_concerned(cycle, at)), key=key, context=context, at=at)


def set_aside(deviation: Deviation, *, at: datetime) -> int:
    """The same people: an article does not apply, in one case, and why."""
    cycle = deviation.cycle
    context = {
        "cycle": cycle.title,
        "article": deviation.article,
        "what": deviation.what,
        "why": deviation.why,
        "decided_by": deviation.decided_by,
        "day": outbox.later(calendar.day_words, deviation.decided_on),
        "url": f"{_url('cycles:rulebook', cycle)}#article-{deviation.article}",
    }
    key = f"deviation:{deviation.pk}"
    return outbox.queue("rulebook_set_aside", each_once(_concerned(cycle, at)), key=key, context=context, at=at)


def each_once(people: Iterable[Contact]) -> Iterator[Contact]:
    """One letter a person: known again by their account, else by their e-mail."""
    seen: set[object] = set()
    for contact in people:
        marks = {contact.pk, contact.user_id and f"user:{contact.user_id}", contact.email.lower()} - {None, ""}
        if not marks & seen:
            yield contact
        seen |= marks


def _concerned(cycle: Cycle, at: datetime) -> Iterator[Contact]:
    yield from _members(cycle, at)
    yield from _elected(at)
    yield from _correspondents(cycle)
    for audience in registries.audiences:
        yield from audience.people(cycle)
    yield from _followers(cycle)


def _members(cycle: Cycle, at: datetime) -> list[Contact]:
    sitting = Member.objects.sitting(calendar.local_day(at)).filter(body__cycle=cycle)
    return [member.contact for member in sitting.select_related("contact").order_by("pk")]


def _followers(cycle: Cycle) -> list[Contact]:
    return [row.contact for row in cycle.rulebook_followers.select_related("contact").order_by("pk")]


def _elected(at: datetime) -> list[Contact]:
    held = assignments_on(at).filter(role=Role.ELECTED)
    found = User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("pk")
    return [_contact(user) for user in found]


def _correspondents(cycle: Cycle) -> list[Contact]:
    named = Correspondent.objects.filter(cycle=cycle, person__isnull=False, person__is_active=True)
    return [_contact(row.person) for row in named.select_related("person").order_by("pk")]


def _contact(user: User) -> Contact:
    return accounts.add_contact(name=user.shown_name, email=user.email, phone=user.phone, user=user)


def _url(name: str, cycle: Cycle) -> str:
    return settings.BASE_URL + reverse(name, args=[cycle.slug])
