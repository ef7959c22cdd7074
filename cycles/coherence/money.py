"""The envelopes against what was voted, and a project's cap against them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from bp_platform.core import money
from cycles.coherence.base import Edition, Finding, Level


def check(edition: Edition) -> Iterator[Finding]:
    yield from _envelopes(edition)
    yield from _caps(edition)
    yield from _sections(edition)


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


def _sections(edition: Edition) -> Iterator[Finding]:
    """Article 3 and the section of the budget that pays."""
    asked = edition.rules.admissibility
    for envelope in edition.envelopes:
        if asked.is_investment_only and envelope.is_operating:
            words = _("L’article 3 veut de l’investissement ; l’enveloppe « %(name)s » est de fonctionnement.")
        elif asked.is_operating_only and not envelope.is_operating:
            words = _("L’article 3 veut du fonctionnement ; l’enveloppe « %(name)s » est d’investissement.")
        else:
            continue
        yield Finding("other_section", "warning", words % {"name": envelope.name}, "enveloppes")
        return


def _amounts(edition: Edition, gap: Decimal) -> dict[str, str]:
    total = edition.total_eur or Decimal(0)
    return {"gap": money.in_words(gap), "sum": money.in_words(edition.sum_eur), "total": money.in_words(total)}


def _caps(edition: Edition) -> Iterator[Finding]:
    cap = edition.rules.caps.maximum_cost_eur
    if not edition.envelopes:
        return
    among = [envelope for envelope in edition.envelopes if envelope.is_plain] or edition.envelopes
    smallest = min(among, key=lambda envelope: envelope.amount_eur)
    largest = max(among, key=lambda envelope: envelope.amount_eur)
    if cap is None:
        words = _("Aucun plafond par projet : un seul projet peut prendre toute l’enveloppe de %(amount)s.")
        sentence = words % {"amount": money.in_words(largest.amount_eur)}
        yield Finding("no_cap", "warning", sentence, "proposer")
        return
    if cap > largest.amount_eur:
        words = _("Le plafond d’un projet (%(cap)s) dépasse la plus grande enveloppe, « %(name)s » (%(amount)s).")
        level: Level = "error"
        envelope = largest
    elif cap > smallest.amount_eur:
        words = _("Le plafond d’un projet (%(cap)s) dépasse l’enveloppe « %(name)s » (%(amount)s).")
        level, envelope = "warning", smallest
    else:
        return
    figures = {"cap": money.in_words(cap), "name": envelope.name, "amount": money.in_words(envelope.amount_eur)}
    yield Finding("cap_over_envelope", level, words % figures, "proposer")
