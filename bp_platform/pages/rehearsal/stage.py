"""The stage of a rehearsal: the same edition under another address, and the fictitious people who play it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Department, Role, User
from bp_platform.core.actors import importing
from cycles import selectors as cycle_selectors
from cycles import services as cycles
from cycles.models import ChecklistItem, Correspondent, Cycle

DIRECTOR = importing("rehearsal")
LONG_AGO = date(2000, 1, 1)
NOBODY = make_password(None)  # a password that opens nothing


@dataclass(frozen=True, slots=True)
class Company:
    """The fictitious people, each with the rights of their role and no other."""

    department: Department
    team: User
    agent: User
    head: User
    elected: User
    holder: User
    first_counter: User
    second_counter: User


def company(at: datetime) -> Company:
    """Accounts that nobody can enter, appointed as the administration would appoint them."""
    department = Department.objects.create(name=_("Direction (essai)"), short_name=_("Direction (essai)"))

    def person(name: str, role: str, of: Department | None = None) -> User:
        user = User.objects.create(
            username=f"essai-{name.lower()}-{department.pk}", first_name=name, last_name=_("(essai)"), password=NOBODY,
            email=f"essai-{name.lower()}-{department.pk}@essai.invalid",
        )  # fmt: skip
        accounts.appoint(user, by=DIRECTOR, at=at, role=role, from_on=LONG_AGO, department=of)
        return user

    return Company(
        department=department,
        team=person("Paula", Role.PARTICIPATION),
        agent=person("Bruno", Role.AGENT, department),
        head=person("Helene", Role.HEAD, department),
        elected=person("Elias", Role.ELECTED),
        holder=person("Nadia", Role.POLLING),
        first_counter=person("Colette", Role.COUNT),
        second_counter=person("Marc", Role.COUNT),
    )


def copy_of(original: Cycle, at: datetime) -> Cycle:
    """The edition made again under another address, hidden, by the services that made it; its règlement is adopted."""
    slug, prefix = _free_names()
    copy = cycles.create_cycle(
        by=DIRECTOR, at=at, title=original.title, slug=slug, number_prefix=prefix, kind=original.kind,
        promise=original.promise, total_eur=original.total_eur, prior=original.prior, is_hidden=True,
    )  # fmt: skip
    _copy_ground(original, copy, at)
    for phase in cycle_selectors.ordered_phases(original):
        cycles.set_phase(copy, by=DIRECTOR, at=at, kind=phase.kind, opens_at=phase.opens_at, closes_at=phase.closes_at)
    rules = cycle_selectors.rules_of(original)
    version = cycles.draft_rulebook(copy, by=DIRECTOR, at=at, values=rules.model_dump(mode="json"))
    cycles.adopt_rulebook(version, by=DIRECTOR, at=at, resolution=_("Essai"))
    for row in original.correspondents.order_by("pk"):
        Correspondent.objects.create(cycle=copy, department=row.department, person=row.person)
    for item in original.checklist.filter(done_at=None).order_by("pk"):
        ChecklistItem.objects.create(
            cycle=copy, code=item.code, label=item.label, department=item.department, person=item.person,
            due_on=item.due_on,
        )  # fmt: skip
    return cycles.publish_cycle(copy, by=DIRECTOR, at=at)


def _free_names() -> tuple[str, str]:
    slugs, prefixes = cycle_selectors.taken_names()
    number = 1
    while f"ES{number}" in prefixes or f"essai-{number}" in slugs:
        number += 1
    return f"essai-{number}", f"ES{number}"


def _copy_ground(original: Cycle, copy: Cycle, at: datetime) -> None:
    places: dict[int | None, Any] = {}
    for area, _depth in cycle_selectors.in_tree(cycle_selectors.areas_of(original)):
        places[area.pk] = cycles.add_area(
            copy, by=DIRECTOR, at=at, name=area.name, code=area.code, kind=area.kind,
            parent=places.get(area.parent_id), population=area.population,
        )  # fmt: skip
    themes: dict[int | None, Any] = {}
    for theme in original.themes.order_by("pk"):
        themes[theme.pk] = cycles.add_theme(
            copy, by=DIRECTOR, at=at, name=theme.name, code=theme.code, drawing=theme.drawing
        )
    for envelope in original.envelopes.order_by("pk"):
        cycles.add_envelope(
            copy, by=DIRECTOR, at=at, name=envelope.name, amount_eur=envelope.amount_eur, section=envelope.section,
            area=places.get(envelope.area_id), theme=themes.get(envelope.theme_id), public=envelope.public,
            minimum_eur=envelope.minimum_eur, maximum_eur=envelope.maximum_eur,
        )  # fmt: skip
