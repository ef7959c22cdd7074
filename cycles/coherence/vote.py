"""Who votes, how many choices."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cycles.coherence.base import Edition, Finding
from cycles.rules import ROLL_MONTHS

COMPLETE_FROM = 5  # with fewer projects than that a ballot is no choice


def check(edition: Edition) -> Iterator[Finding]:
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
    kept = rules.retention.roll_months
    if kept and kept != ROLL_MONTHS:
        words = _(
            "L’article 12 détruit la liste après %(kept)d mois ; l’urne et la liste se détruisent ensemble, "
            "%(months)d mois après la délibération : écrivez %(months)d, ou 0."
        )
        yield Finding("roll_months", "error", words % {"kept": kept, "months": ROLL_MONTHS}, "suites")
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
