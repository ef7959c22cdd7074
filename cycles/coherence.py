"""Does the edition hold together? Pure: an edition in, sentences out, each with its figures and its step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.core import calendar, money
from cycles.rules import Rules

ORDER = (
    "preparation",
    "diagnosis",
    "call",
    "instruction",
    "campaign",
    "vote",
    "proclamation",
    "realisation",
)
PRINTING_DAYS = 21  # booklets laid out, printed, delivered
SHORTEST = {"call": 21, "instruction": 42, "vote": 7}  # PRACTICE 1.2: nobody runs shorter
COMPLETE_FROM = 5  # with fewer projects than that a ballot is no choice


@dataclass(frozen=True, slots=True)
class Dates:
    """A phase in days: the first and the last."""

    kind: str
    label: str
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    population: int | None = None


@dataclass(frozen=True, slots=True)
class Money:
    """An envelope, in euros; `place` is empty when it is the whole town's."""

    name: str
    amount_eur: Decimal
    place: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """All that the checks read."""

    rules: Rules
    phases: tuple[Dates, ...] = ()
    areas: tuple[Place, ...] = ()
    envelopes: tuple[Money, ...] = ()
    total_eur: Decimal | None = None

    def phase(self, kind: str) -> Dates | None:
        return next((phase for phase in reversed(self.phases) if phase.kind == kind), None)

    @property
    def has_vote(self) -> bool:
        return self.rules.ballot.has_vote

    @property
    def sum_eur(self) -> Decimal:
        return sum((envelope.amount_eur for envelope in self.envelopes), Decimal(0))


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not hold: an error blocks the adoption, a warning is read and kept."""

    code: str
    level: Literal["error", "warning"]
    sentence: str
    step: str


def check(edition: Edition) -> list[Finding]:
    """Every finding, in the order of the steps."""
    parts = (
        _calendar(edition),
        _seasons(edition),
        _places(edition),
        _envelopes(edition),
        _caps(edition),
        _vote(edition),
    )
    return [finding for part in parts for finding in part]


def _calendar(edition: Edition) -> Iterator[Finding]:
    if not edition.phases:
        yield Finding("no_phase", "error", _("Aucune phase n’a de date : le calendrier est vide."), "calendrier")
        return
    if edition.phase("call") is None:
        sentence = _("Le calendrier n’a pas d’appel à idées : personne ne pourra proposer.")
        yield Finding("no_call", "warning", sentence, "calendrier")
    has_vote_dates = edition.phase("vote") is not None
    if edition.has_vote and not has_vote_dates:
        sentence = _("Le règlement prévoit un vote, mais le calendrier n’en donne pas les dates.")
        yield Finding("vote_without_dates", "error", sentence, "calendrier")
    if not edition.has_vote and has_vote_dates:
        sentence = _("Le calendrier prévoit un vote, mais le règlement dit qu’il n’y en a pas.")
        yield Finding("dates_without_vote", "error", sentence, "calendrier")
    yield from _order(edition)
    yield from _printing(edition)
    for phase in edition.phases:
        least = SHORTEST.get(phase.kind)
        if least and phase.days < least:
            words = ngettext(
                "%(phase)s : %(days)d jour, quand %(least)d sont un minimum ailleurs.",
                "%(phase)s : %(days)d jours, quand %(least)d sont un minimum ailleurs.",
                phase.days,
            ) % {"phase": phase.label, "days": phase.days, "least": least}
            yield Finding(f"short_{phase.kind}", "warning", words, "calendrier")


def _order(edition: Edition) -> Iterator[Finding]:
    kinds = [kind for kind in ORDER if edition.phase(kind)]
    # A forum chooses among ideas before the study, a jury among studied projects after it: both are done.
    chosen = [("call", "preselection"), ("preselection", "campaign"), ("preselection", "vote")]
    for before, following in [*pairwise(kinds), *chosen]:
        first, second = edition.phase(before), edition.phase(following)
        if first and second and second.first < first.first:
            sentence = _("« %(second)s » commence le %(day)s, avant « %(first)s » (%(start)s).") % {
                "second": second.label,
                "day": calendar.day_words(second.first),
                "first": first.label,
                "start": calendar.day_words(first.first),
            }
            yield Finding(f"order_{following}", "error", sentence, "calendrier")
    study, vote = edition.phase("instruction"), edition.phase("vote")
    if study and vote and study.first < vote.first <= study.last:
        sentence = _("Le vote s’ouvre le %(vote)s, avant la fin de l’étude (%(study)s).") % {
            "vote": calendar.day_words(vote.first),
            "study": calendar.day_words(study.last),
        }
        yield Finding("vote_during_study", "error", sentence, "calendrier")


def _printing(edition: Edition) -> Iterator[Finding]:
    study, vote = edition.phase("instruction"), edition.phase("vote")
    if study is None or vote is None or vote.first <= study.last:
        return
    days = (vote.first - study.last).days
    if days < PRINTING_DAYS:
        sentence = ngettext(
            "Le vote s’ouvre %(days)d jour après la fin de l’étude : les livrets ne seront pas imprimés.",
            "Le vote s’ouvre %(days)d jours après la fin de l’étude : les livrets ne seront pas imprimés.",
            days,
        ) % {"days": days}
        yield Finding("no_time_to_print", "warning", sentence, "calendrier")


def _seasons(edition: Edition) -> Iterator[Finding]:
    """August and the end of the year, when a town is away."""
    for kind in ("call", "vote"):
        phase = edition.phase(kind)
        if phase is None:
            continue
        away = sum(1 for n in range(phase.days) if _is_away(phase.first + timedelta(days=n)))
        if away * 2 >= phase.days:
            sentence = ngettext(
                "%(phase)s : %(away)d jour sur %(days)d tombe en août ou pendant les fêtes de fin d’année.",
                "%(phase)s : %(away)d jours sur %(days)d tombent en août ou pendant les fêtes de fin d’année.",
                away,
            ) % {"phase": phase.label, "away": away, "days": phase.days}
            yield Finding(f"away_{kind}", "warning", sentence, "calendrier")


def _is_away(day: date) -> bool:
    return day.month == 8 or (day.month, day.day) >= (12, 20) or (day.month, day.day) <= (1, 3)


def _places(edition: Edition) -> Iterator[Finding]:
    if not edition.areas and any(envelope.place for envelope in edition.envelopes):
        yield Finding("no_area", "error", _("Une enveloppe est par quartier, mais l’édition n’a aucun lieu."), "lieux")


def _envelopes(edition: Edition) -> Iterator[Finding]:
    if not edition.envelopes:
        sentence = _("Aucune enveloppe n’a de montant : on ne sait pas combien il y a à dépenser.")
        yield Finding("no_envelope", "error", sentence, "enveloppes")
        return
    gap = edition.sum_eur - edition.total_eur if edition.total_eur is not None else Decimal(0)
    if gap > 0:
        by_place = all(envelope.place for envelope in edition.envelopes)
        words = (
            _("Les enveloppes par quartier dépassent le total de %(gap)s : %(sum)s pour %(total)s votés.")
            if by_place
            else _("Les enveloppes dépassent le total de %(gap)s : %(sum)s pour %(total)s votés.")
        )
        yield Finding("envelopes_over_total", "error", words % _amounts(edition, gap), "enveloppes")
    elif gap < 0:
        words = _("Il manque %(gap)s aux enveloppes : %(sum)s pour %(total)s votés.")
        yield Finding("envelopes_under_total", "warning", words % _amounts(edition, -gap), "enveloppes")
    served = {envelope.place for envelope in edition.envelopes}
    if "" not in served and edition.areas:
        without = [area.name for area in edition.areas if area.name not in served]
        if without:
            words = _("Ces lieux n’ont pas d’enveloppe : %(names)s.") % {"names": ", ".join(without)}
            yield Finding("area_without_money", "warning", words, "enveloppes")


def _amounts(edition: Edition, gap: Decimal) -> dict[str, str]:
    total = edition.total_eur or Decimal(0)
    return {"gap": money.in_words(gap), "sum": money.in_words(edition.sum_eur), "total": money.in_words(total)}


def _caps(edition: Edition) -> Iterator[Finding]:
    cap = edition.rules.caps.maximum_cost_eur
    if not edition.envelopes:
        return
    smallest = min(edition.envelopes, key=lambda envelope: envelope.amount_eur)
    largest = max(edition.envelopes, key=lambda envelope: envelope.amount_eur)
    if cap is None:
        words = _("Aucun plafond par projet : un seul projet peut prendre toute l’enveloppe de %(amount)s.")
        sentence = words % {"amount": money.in_words(largest.amount_eur)}
        yield Finding("no_cap", "warning", sentence, "proposer")
        return
    if cap > largest.amount_eur:
        words = _("Le plafond d’un projet (%(cap)s) dépasse la plus grande enveloppe, « %(name)s » (%(amount)s).")
        level: Literal["error", "warning"] = "error"
        envelope = largest
    elif cap > smallest.amount_eur:
        words = _("Le plafond d’un projet (%(cap)s) dépasse l’enveloppe « %(name)s » (%(amount)s).")
        level, envelope = "warning", smallest
    else:
        return
    figures = {"cap": money.in_words(cap), "name": envelope.name, "amount": money.in_words(envelope.amount_eur)}
    yield Finding("cap_over_envelope", level, words % figures, "proposer")


def _vote(edition: Edition) -> Iterator[Finding]:
    if not edition.has_vote:
        return
    rules = edition.rules
    if not rules.electorate.proofs:
        sentence = _("Aucune preuve du droit de voter n’est choisie : le vote ne pourra pas ouvrir.")
        yield Finding("no_proof", "error", sentence, "vote")
    voters, authors = rules.electorate.minimum_age, rules.proposers.minimum_age
    if voters > authors:
        sentence = _("On peut proposer %(from)s, mais voter à partir de %(age)d ans : ces jeunes ne voteront pas.") % {
            "from": _("à partir de %(age)d ans") % {"age": authors} if authors else _("à tout âge"),
            "age": voters,
        }
        yield Finding("voters_older_than_authors", "warning", sentence, "vote")
    most, expected = rules.ballot.maximum_choices, expected_winners(edition)
    if expected is not None and most > max(expected * 3, COMPLETE_FROM):
        sentence = ngettext(
            "Chacun choisit jusqu’à %(most)d projets, pour environ %(winners)d lauréat possible.",
            "Chacun choisit jusqu’à %(most)d projets, pour environ %(winners)d lauréats possibles.",
            expected,
        ) % {"most": most, "winners": expected}
        yield Finding("more_choices_than_projects", "warning", sentence, "vote")


def expected_winners(edition: Edition) -> int | None:
    """About how many projects the money pays: at three quarters of the cap each; None without a cap."""
    cap = edition.rules.caps.maximum_cost_eur
    if not cap or not edition.envelopes:
        return None
    return max(1, int(edition.sum_eur / (cap * Decimal("0.75"))))
