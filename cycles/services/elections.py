"""The elections that concern the town, as the team writes them; they give the days of reserve."""

from __future__ import annotations

from datetime import date, datetime

from bp_platform.core import journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import demand
from cycles import policies
from cycles.models import Cycle, Election
from cycles.services.editions import touch


def write_election(
    *, by: Actor, at: datetime, kind: str, first_round_on: date, last_round_on: date | None = None, reason: str = ""
) -> Election:
    """Note an election, or bring the one of that kind and year up to date. A `reason` sets its reserve aside."""
    role = demand(policies.team_only(by, at)).role
    with journal.transaction_with_journal():
        known = Election.objects.filter(kind=kind, first_round_on__year=first_round_on.year)
        row = known.select_for_update().order_by("-first_round_on", "-pk").first() or Election(kind=kind)
        row.first_round_on, row.last_round_on = first_round_on, last_round_on or first_round_on
        row.is_set_aside, row.reason = bool(reason.strip()), reason.strip()
        row.full_clean()
        row.save()
        act = "set_reserve_aside" if row.is_set_aside else "write_election"
        journal.record(journal.Line(journal.HOUSE, at, by, act, row, role=role, reason=row.reason))
        _touch_all()
    return row


def forget_election(election: Election, *, by: Actor, at: datetime) -> None:
    """Take back what the team wrote; the known date, if there is one, holds again."""
    role = demand(policies.team_only(by, at)).role
    with journal.transaction_with_journal():
        row = Election.objects.select_for_update().filter(pk=election.pk).first()
        if row is None:
            return
        journal.record(journal.Line(journal.HOUSE, at, by, "forget_election", row, role=role))
        row.delete()
        _touch_all()


def _touch_all() -> None:
    for cycle in Cycle.objects.visible().order_by("pk"):
        touch(cycle)
