"""The figures of a roll, while it is there and once it is destroyed; and the record of its destruction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from bp_platform.core import calendar
from voting.models import Destruction, Poll, PollState


@dataclass(frozen=True, slots=True)
class RollFigures:
    """How many are on the roll, and the marks by place and channel (« » online)."""

    roll: int
    marks: dict[tuple[str, str], int]

    @property
    def by_channel(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for (_station, channel), number in self.marks.items():
            found[channel] += number
        return found

    @property
    def by_place(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for (station, _channel), number in self.marks.items():
            found[station] += number
        return found

    def as_json(self) -> dict[str, Any]:
        return {"roll": self.roll, "cells": [[*cell, number] for cell, number in sorted(self.marks.items())]}


def roll_figures(poll: Poll) -> RollFigures:
    """Counted in the rows; once they are destroyed, read in the record of it."""
    done = done_destruction(poll)
    if done is not None and done.kept is not None:
        return RollFigures(done.kept["roll"], {(place, channel): n for place, channel, n in done.kept["cells"]})
    rows = poll.marks.order_by("station", "channel").values_list("station", "channel").annotate(Count("pk"))
    return RollFigures(poll.entries.count(), {(place, channel): number for place, channel, number in rows})


def done_destruction(poll: Poll) -> Destruction | None:
    """The record, for a vote whose box and roll are gone."""
    if poll.state not in (PollState.ARCHIVED, PollState.ANNULLED):
        return None
    return Destruction.objects.filter(poll=poll, destroyed_at__isnull=False).first()


def stated_destruction(poll: Poll) -> Destruction | None:
    """What was stated of it, done or not."""
    return Destruction.objects.select_related("stated_by", "destroyed_by").filter(poll=poll).first()


def destruction_facts(stated: Destruction) -> list[tuple[str, str]]:
    """The record, as lines: for the desk, and to be printed and signed."""
    rows = [
        (_("Délibération ou décision"), _dated(stated.resolution, stated.published_on)),
        (_("Aucun recours en cours, certifié par"), _dated(stated.certified_by, stated.certified_on)),
        (_("Visa des archives départementales"), _dated(stated.archives_visa, stated.visa_on)),
        (_("Dernière sauvegarde effacée le"), calendar.day_words(stated.backups_end_on)),
        (_("Parts de la clé détruites"), str(stated.shares)),
        (_("Témoins"), stated.witnesses),
        (_("Constat rempli par"), _signed(stated.stated_by.shown_name, stated.stated_at)),
    ]
    if stated.destroyed_at is not None and stated.destroyed_by is not None and stated.kept is not None:
        rows += [
            (_("Détruit par"), _signed(stated.destroyed_by.shown_name, stated.destroyed_at)),
            (_("Bulletins scellés détruits"), number_format(stated.kept["seals"], force_grouping=True)),
            (_("Inscriptions détruites"), number_format(stated.kept["entries"], force_grouping=True)),
            (_("Émargements détruits"), number_format(stated.kept["marks"], force_grouping=True)),
        ]
    return rows


def _dated(words: str, day: Any) -> str:
    return _("%(words)s, le %(day)s") % {"words": words, "day": calendar.day_words(day)}


def _signed(name: str, moment: Any) -> str:
    return _("%(name)s, le %(when)s") % {"name": name, "when": calendar.moment_words(moment)}


def destruction_words(poll: Poll) -> str:
    """« L’urne et la liste de ce vote ont été détruites le 3 mars 2028. », or nothing."""
    done = done_destruction(poll)
    if done is None or done.destroyed_at is None:
        return ""
    return _(
        "Les bulletins scellés et la liste des habitant·es inscrit·es de ce vote ont été détruits le %(day)s. Le "
        "résultat, ses reçus et son dossier restent publiés."
    ) % {"day": calendar.day_words(calendar.local_day(done.destroyed_at))}
