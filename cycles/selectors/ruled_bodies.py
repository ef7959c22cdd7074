"""The bodies that the règlement of an edition lists, and that nobody has created yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cycles import powers, ruled_bodies
from cycles.models import Body, BodyPower, Cycle, CycleState
from cycles.rules import BodyRule
from cycles.selectors.rulebooks import rules_of, written_rules

MOST = 6  # editions that are not closed: a town has one or two


@dataclass(frozen=True, slots=True)
class Promised:
    """A body of article 13 that is to be created."""

    cycle: Cycle
    rule: BodyRule

    @property
    def seats(self) -> int:
        return self.rule.seats

    @property
    def powers(self) -> str:
        """« les égalités, l’argent non dépensé »."""
        return ", ".join(str(BodyPower(powers.POWER_OF[decision]).label) for decision in self.rule.decides)


def promised_bodies() -> list[Promised]:
    """What the editions under way still owe to their article 13; a few queries for each of them."""
    cycles = list(Cycle.objects.exclude(state=CycleState.CLOSED).order_by("-pk")[:MOST])
    bodies = list(Body.objects.filter(cycle__in=cycles).order_by("pk"))
    return [Promised(cycle, rule) for cycle in cycles for rule in _missing(cycle, bodies)]


def holder_of(cycle: Cycle, power: str) -> Body | None:
    """The body that holds a power that the règlement gives away, when it exists: where its decision is recorded."""
    named = [rule.code for rule in powers.holders(rules_of(cycle), power)]
    return Body.objects.filter(cycle=cycle, rule_code__in=named).order_by("pk").first() if named else None


def _missing(cycle: Cycle, bodies: Sequence[Body]) -> list[BodyRule]:
    own = [body for body in bodies if body.cycle_id == cycle.pk]
    listed = written_rules(cycle).bodies.listed
    return [rule for rule in listed if not any(ruled_bodies.is_of(rule, body.rule_code, body.name) for body in own)]
