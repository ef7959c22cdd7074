"""The edition: made, dated, published, closed; its numbers and its stamp."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from bp_platform.core import journal, registries
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from cycles import flow, policies, selectors
from cycles.models import Cycle, Phase


def create_cycle(*, by: Actor, at: datetime, **facts: Any) -> Cycle:
    """A new cycle in preparation; `facts` are the fields of Cycle."""
    role = demand(policies.team_only(by, at)).role
    with journal.transaction_with_journal():
        cycle = Cycle(**facts)
        cycle.full_clean()
        cycle.save()
        journal.record(
            journal.Line(cycle.journal_chain, at, by, "create_cycle", cycle, to_state=cycle.state, role=role)
        )
    return cycle


def set_phase(
    cycle: Cycle,
    *,
    by: Actor,
    at: datetime,
    kind: str,
    opens_at: datetime,
    closes_at: datetime,
    public_text: str = "",
    call_kind: str = "",
) -> Phase:
    """Add a phase, or move the one of that kind. A date that has passed no longer moves."""
    role = demand(policies.can_prepare(by, cycle, at)).role
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        phase = selectors.phase_of(cycle, kind) or Phase(cycle=cycle, kind=kind)
        for name, new in (("opens_at", opens_at), ("closes_at", closes_at)):
            old = getattr(phase, name)
            if phase.pk and old != new and old <= at:
                raise Refused(no(_("Cette date est passée : elle ne change plus.")))
        if (phase.opens_at, phase.closes_at) != (opens_at, closes_at):
            phase.revision, phase.changed_at = phase.revision + 1, at
        phase.opens_at, phase.closes_at, phase.public_text = opens_at, closes_at, public_text
        phase.call_kind = call_kind or phase.call_kind
        phase.full_clean()
        phase.save()
        journal.record(journal.Line(cycle.journal_chain, at, by, f"set_phase:{kind}", phase, role=role))
        touch(cycle)
    return phase


def name_call(phase: Phase, *, by: Actor, at: datetime, call_kind: str) -> Phase:
    """Say what the call is, in law, until it opens: whoever answers then relies on it. The same again is nothing."""
    with journal.transaction_with_journal():
        Cycle.objects.select_for_update().get(pk=phase.cycle_id)
        locked = Phase.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=phase.pk)
        role = demand(policies.can_name_call(by, locked, at)).role
        if locked.call_kind == call_kind:
            return locked
        locked.call_kind, locked.changed_at = call_kind, at
        locked.full_clean()
        locked.save()
        line = journal.Line(locked.cycle.journal_chain, at, by, f"name_call:{call_kind}", locked, role=role)
        journal.record(line)
        touch(locked.cycle)
    return locked


def publish_cycle(cycle: Cycle, *, by: Actor, at: datetime) -> Cycle:
    """Make the cycle public: from now on its address does not change."""
    with flow.PUBLISH.take(cycle, by=by, at=at) as locked:
        touch(cycle)
    return locked


def close_cycle(cycle: Cycle, *, by: Actor, at: datetime) -> Cycle:
    """End the cycle. Upper floors may object: no closing without the one-year review."""
    with flow.CLOSE.take(cycle, by=by, at=at) as locked:
        demand(registries.objection("close_cycle", locked, at))
        touch(cycle)
    return locked


def next_number(cycle: Cycle) -> str:
    """The next project number of the cycle, `BP26-0143`; never reused. Locks the cycle until commit."""
    Cycle.objects.filter(pk=cycle.pk).update(last_number=F("last_number") + 1)
    cycle.refresh_from_db(fields=["last_number"])
    return f"{cycle.number_prefix}-{cycle.last_number:04d}"


def touch(cycle: Cycle) -> None:
    """Something public changed: on commit, pages kept for anonymous visitors are stale."""

    def raise_stamp() -> None:
        Cycle.objects.filter(pk=cycle.pk).update(stamp=F("stamp") + 1)

    transaction.on_commit(raise_stamp)
