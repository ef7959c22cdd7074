"""The calendar against itself, and against the règlement."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from cycles import calendar_checks
from cycles.coherence.base import Edition, Finding

STEP = "calendrier"


def check(edition: Edition) -> Iterator[Finding]:
    if not edition.phases:
        yield Finding("no_phase", "error", _("Aucune phase n’a de date : le calendrier est vide."), STEP)
        return
    if edition.phase("call") is None:
        sentence = _("Le calendrier n’a pas d’appel à idées : personne ne pourra proposer.")
        yield Finding("no_call", "warning", sentence, STEP)
    has_vote_dates = edition.phase("vote") is not None
    if edition.has_vote and not has_vote_dates:
        sentence = _("Le règlement prévoit un vote, mais le calendrier n’en donne pas les dates.")
        yield Finding("vote_without_dates", "error", sentence, STEP)
    if not edition.has_vote and has_vote_dates:
        sentence = _("Le calendrier prévoit un vote, mais le règlement dit qu’il n’y en a pas.")
        yield Finding("dates_without_vote", "error", sentence, STEP)
    for remark in calendar_checks.remarks(edition.phases, edition.facts):
        if not remark.is_hint:
            yield Finding(remark.code, "error" if remark.blocks else "warning", remark.sentence, STEP)
