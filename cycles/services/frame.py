"""Places, themes and envelopes of an edition."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from bp_platform.core import journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import demand
from cycles import geometry, policies
from cycles.models import Area, Cycle, Envelope, Theme
from cycles.services.editions import touch

Part = TypeVar("Part", Area, Theme, Envelope)


def add_area(cycle: Cycle, *, by: Actor, at: datetime, **facts: Any) -> Area:
    """A place of the cycle; `facts` are the fields of Area. An outline comes with the rectangle around it."""
    area = Area(cycle=cycle, **facts)
    if area.outline and not area.box:
        box = geometry.box_of(area.outline)
        area.box = [box.west, box.south, box.east, box.north]
    return _add(area, "add_area", by=by, at=at)


def add_theme(cycle: Cycle, *, by: Actor, at: datetime, **facts: Any) -> Theme:
    """A theme of the cycle; `facts` are the fields of Theme."""
    return _add(Theme(cycle=cycle, **facts), "add_theme", by=by, at=at)


def add_envelope(cycle: Cycle, *, by: Actor, at: datetime, **facts: Any) -> Envelope:
    """Money for the cycle's projects; `facts` are the fields of Envelope."""
    return _add(Envelope(cycle=cycle, **facts), "add_envelope", by=by, at=at)


def _add(part: Part, act: str, *, by: Actor, at: datetime) -> Part:
    role = demand(policies.can_prepare(by, part.cycle, at)).role
    with journal.transaction_with_journal():
        part.full_clean()
        part.save()
        journal.record(journal.Line(part.cycle.journal_chain, at, by, act, part, role=role))
        touch(part.cycle)
    return part
