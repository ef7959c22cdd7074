"""The bodies of article 13 against those that exist, and who sits in them when their work is near."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from zlib import crc32

from django.utils.translation import gettext as _

from bp_platform.core import calendar
from cycles import ruled_bodies
from cycles.coherence.base import Edition, Finding, Seated
from cycles.rules import BodyRule

ELSEWHERE = "instances"
NEAR = timedelta(days=30)


def check(edition: Edition) -> Iterator[Finding]:
    listed = edition.rules.bodies.listed
    for rule in listed:
        body = next((body for body in edition.bodies if ruled_bodies.is_of(rule, body.code, body.name)), None)
        if body is None:
            words = _("Le règlement prévoit %(body)s (article 13), mais cette instance n’existe pas : créez-la.")
            yield _finding("missing", rule.code, words % {"body": rule.name})
        else:
            yield from _as_written(edition, rule, body)
    for body in edition.bodies:
        if not any(ruled_bodies.is_of(rule, body.code, body.name) for rule in listed):
            words = _("L’instance « %(body)s » existe, mais le règlement n’en dit rien : ajoutez-la à l’article 13.")
            yield _finding("unknown", body.slug, words % {"body": body.name}, "etude")
    ballot = edition.rules.ballot
    is_named = ballot.decided_by and ballot.decision_mode in ("body_designation", "jury", "mixed")
    if is_named and edition.rules.bodies.deciding("designation") is None:
        words = _("L’article 7 confie la décision à « %(who)s », que l’article 13 ne liste pas : ajoutez-y l’instance.")
        yield _finding("decider", ballot.decided_by, words % {"who": ballot.decided_by}, "etude")


def _as_written(edition: Edition, rule: BodyRule, body: Seated) -> Iterator[Finding]:
    if rule.seats and rule.seats != body.seats:
        words = _("L’article 13 donne %(asked)d sièges à l’instance « %(body)s », qui en compte %(seats)d.")
        yield _finding("seats", rule.code, words % {"asked": rule.seats, "body": body.name, "seats": body.seats})
    if body.sitting or edition.today is None:
        return
    for decision in rule.decides:
        phase = edition.phase(ruled_bodies.PHASE_OF[decision])
        if phase is not None and phase.first - NEAR <= edition.today <= phase.last:
            words = _("« %(phase)s » commence le %(day)s, et personne ne siège encore dans l’instance « %(body)s ».")
            facts = {"phase": phase.name, "day": calendar.day_words(phase.first), "body": body.name}
            yield _finding("empty", rule.code, words % facts)
            return


def _finding(what: str, of: str, sentence: str, step: str = ELSEWHERE) -> Finding:
    return Finding(f"body_{what}-{crc32(of.encode()):08x}", "warning", sentence, step)
