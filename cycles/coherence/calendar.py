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
    yield from _preselection(edition)
    for remark in calendar_checks.remarks(edition.phases, edition.facts):
        if not remark.is_hint:
            yield Finding(remark.code, "error" if remark.blocks else "warning", remark.sentence, STEP)


def _preselection(edition: Edition) -> Iterator[Finding]:
    """Article 14 against the calendar: without its dates, the study or the vote would wait for it for ever."""
    rules, has_dates = edition.rules.preselection, edition.phase("preselection") is not None
    if rules.mode != "none" and not has_dates:
        sentence = _("Le règlement prévoit une présélection (article 14), mais le calendrier n’en donne pas les dates.")
        yield Finding("preselection_without_dates", "error", sentence, STEP)
    if rules.mode == "none" and has_dates:
        sentence = _("Le calendrier prévoit une présélection, mais le règlement dit qu’il n’y en a pas (article 14).")
        yield Finding("dates_without_preselection", "warning", sentence, STEP)
    leaves = [area for area in edition.areas if not area.is_whole]
    least = rules.minimum_per_area * len(leaves)
    if rules.keeps_at_most and least > rules.keeps_at_most and all(len(area.within) < 2 for area in leaves):
        words = _("L’article 14 réserve %(least)d idées aux lieux et n’en garde que %(most)d : changez l’un des deux.")
        figures = {"least": least, "most": rules.keeps_at_most}
        yield Finding("preselection_too_narrow", "warning", words % figures, "etude")
