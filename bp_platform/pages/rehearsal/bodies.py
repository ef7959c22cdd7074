"""The bodies played: one of its members sits, and it decides what the règlement entrusts to it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from bp_platform.accounts import services as accounts
from bp_platform.pages.rehearsal.people import Scenario
from bp_platform.pages.rehearsal.stage import DIRECTOR
from cycles import policies, powers
from cycles import services as cycles
from cycles.models import Body, BodyPower, Recruitment


def decide(scenario: Scenario, power: BodyPower, at: datetime, *, said: str) -> None:
    """Where the règlement gives that power to a body, the copy's own body decides, and it is told as a scene."""
    if policies.has_decided(scenario.copy, power):
        return
    rule = powers.holders(scenario.rules, power)[0]

    def act() -> None:
        body = cycles.create_listed_body(scenario.copy, rule.code, by=DIRECTOR, at=at)
        _seat(body, at)
        cycles.record_decision(body, by=DIRECTOR, at=at, matter=power, subject=str(power.label), votes_for=1)

    scenario.agenda.tried(at, powers.bare(rule.name), said, act)


def _seat(body: Body, at: datetime) -> None:
    college = body.colleges.order_by("position").first() or cycles.add_college(
        body, by=DIRECTOR, at=at, name=_("Membres (essai)"), seats=1, recruitment=Recruitment.APPOINTED
    )
    if not body.members.exists():
        cycles.seat_member(college, accounts.add_contact(name=_("Membre (essai)")), by=DIRECTOR, at=at)
