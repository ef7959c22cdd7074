"""Bodies made as the article about them says: by a card, or asked for at the desk."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from bp_platform.core import calendar, journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from cycles import policies, powers, ruled_bodies, selectors
from cycles.models import Body, Cycle
from cycles.rules import BodyRule
from cycles.services.bodies import add_college, create_body
from cycles.services.editions import touch

YEAR = timedelta(days=365)


def create_ruled_bodies(cycle: Cycle, rules: tuple[BodyRule, ...], *, by: Actor, at: datetime) -> list[Body]:
    """Every body that the règlement lists and that does not exist yet, with its colleges; not public."""
    demand(policies.can_prepare(by, cycle, at))
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        known = list(cycle.bodies.order_by("pk").values_list("rule_code", "name"))
        missing = [rule for rule in rules if not any(ruled_bodies.is_of(rule, *body) for body in known)]
        return [_make(cycle, rule, by=by, at=at) for rule in missing]


def create_listed_body(cycle: Cycle, code: str, *, by: Actor, at: datetime) -> Body:
    """The body that the règlement (its draft, else the one in force) lists under that code. Twice is once."""
    demand(policies.can_prepare(by, cycle, at))
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        rule = next((rule for rule in selectors.written_rules(cycle).bodies.listed if rule.code == code), None)
        if rule is None:
            raise Refused(no(_("L’article 13 ne liste plus cette instance : relisez-le, puis créez-la à la main.")))
        kept = next((b for b in cycle.bodies.order_by("pk") if ruled_bodies.is_of(rule, b.rule_code, b.name)), None)
        return kept or _make(cycle, rule, by=by, at=at)


def _make(cycle: Cycle, rule: BodyRule, *, by: Actor, at: datetime) -> Body:
    first, last = _mandate(cycle, at)
    body = create_body(
        cycle,
        by=by,
        at=at,
        name=powers.bare(rule.name)[:100],
        slug=rule.code,
        rule_code=rule.code,
        kind=ruled_bodies.kind_of(rule),
        mandate_from=first,
        mandate_until=last,
    )
    for college in ruled_bodies.colleges_of(rule):
        add_college(
            body, by=by, at=at, name=college.name, seats=college.seats, recruitment=college.recruitment
        )  # fmt: skip
    touch(cycle)
    return body


def _mandate(cycle: Cycle, at: datetime) -> tuple[date, date]:
    """As long as the edition: from its first day to its last; a year from today while it has no date."""
    stages = [selectors.stage_of(phase) for phase in selectors.ordered_phases(cycle)]
    if not stages:
        today = calendar.local_day(at)
        return today, today + YEAR
    return min(stage.first for stage in stages), max(stage.last for stage in stages)
