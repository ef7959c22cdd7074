"""A delivery's part of its project's history: the resolution, the news, what changed and why, the delivery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _

from bp_platform.core import calendar
from bp_platform.core.components import Event
from realisation.models import Delivery, ProgressUpdate


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


def changed(row: Delivery) -> list[Changed]:
    """The changes of a delivery, those of one act together; none is read again."""
    acts = groupby(row.changes.all(), key=lambda change: (change.changed_at, change.reason, change.author_label))
    return [
        Changed(
            calendar.local_day(at),
            [ChangedLine(str(change.get_kind_display()), change.before, change.after) for change in changes],
            reason,
            by,
        )
        for (at, reason, by), changes in acts
    ]


def events(row: Delivery, told: Sequence[ProgressUpdate]) -> list[Event]:
    """The delivery's part of the project's history."""
    found = [Event(calendar.local_day(row.created_at), _("Réalisation décidée par le conseil"), text=row.resolution)]
    found += [
        Event(
            calendar.local_day(u.published_at), str(u.get_state_display()).capitalize(), text=u.text, by=u.author_label
        )
        for u in told
    ]
    found += [_event_of(one) for one in changed(row)]
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
