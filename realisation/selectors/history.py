"""A delivery's part of its project's history: the resolution, the news, what changed and why, the delivery."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _

from bp_platform.core import calendar
from bp_platform.core.components import Event
from realisation.models import ChangeKind, Delivery, ProgressUpdate
from realisation.selectors.facts import Change


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """One thing that changed: from, to."""

    what: str
    before: str
    after: str

    @property
    def words(self) -> str:
        return _("%(what)s : %(before)s → %(after)s") % {
            "what": self.what,
            "before": self.before.rstrip("."),
            "after": self.after.rstrip("."),
        }


@dataclass(frozen=True, slots=True)
class Changed:
    """What changed at once after the promise, for one public reason."""

    on: date
    lines: Sequence[ChangedLine]
    reason: str
    by: str


def changed(changes: Iterable[Change]) -> list[Changed]:
    """The changes of a delivery, in their order, those of one act together."""
    acts = groupby(changes, key=lambda change: (change.at, change.reason, change.by))
    return [
        Changed(
            calendar.local_day(at),
            [ChangedLine(str(ChangeKind(change.kind).label), change.before, change.after) for change in together],
            reason,
            by,
        )
        for (at, reason, by), together in acts
    ]


def events(row: Delivery, told: Iterable[ProgressUpdate], changes: Iterable[Changed]) -> list[Event]:
    """The delivery's part of the project's history."""
    found = [Event(calendar.local_day(row.created_at), _("Réalisation décidée par le conseil"), text=row.resolution)]
    found += [
        Event(
            calendar.local_day(u.published_at), str(u.get_state_display()).capitalize(), text=u.text, by=u.author_label
        )
        for u in told
    ]
    found += [_event_of(one) for one in changes]
    if row.delivered_on:
        found.append(Event(row.delivered_on, _("Livré"), tone="success"))
    if row.inaugurated_on:
        found.append(Event(row.inaugurated_on, _("Inauguré"), tone="success"))
    return found


def _event_of(one: Changed) -> Event:
    """One line is the title; several are told under it, then the reason."""
    said = [line.words for line in one.lines]
    title, rest = (said[0], []) if len(said) == 1 else (_("Ce qui change"), said)
    return Event(one.on, title, text=". ".join([*rest, one.reason]), by=one.by, tone="warning")
