"""The places: whether each has its money, its inhabitants where the money follows them, and the share announced."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from bp_platform.core import money
from cycles import split
from cycles.coherence.base import Edition, Finding, Place

SHARED = ("equal", "population", "population_and_priority", "by_hand")
BY_HEADS = ("population", "population_and_priority")
CLOSE_ENOUGH = Decimal("0.01")  # councils round: a hundredth of the sum is no other formula


def check(edition: Edition) -> Iterator[Finding]:
    if not edition.areas and any(envelope.place for envelope in edition.envelopes):
        yield Finding("no_area", "error", _("Une enveloppe est par quartier, mais l’édition n’a aucun lieu."), "lieux")
    for code, sentence in edition.coverage.items():
        yield Finding(code, "warning", sentence, "lieux")
    if edition.envelopes:
        yield from _shared(edition)


def _shared(edition: Edition) -> Iterator[Finding]:
    how, parts = edition.rules.places.split, [area for area in edition.areas if not area.is_whole]
    served = {envelope.place for envelope in edition.envelopes}
    unknown = [area.name for area in parts if not area.population]
    if how in BY_HEADS and unknown:
        words = _("Le partage suit la population (article 9), mais le nombre d’habitants manque pour : %(names)s.")
        yield Finding("population_unknown", "warning", words % {"names": ", ".join(unknown)}, "lieux")
    if how in SHARED and not any(served):
        sentence = _(
            "Le règlement partage l’argent entre les lieux (article 9), mais aucune enveloppe n’est d’un lieu."
        )
        yield Finding("split_not_done", "warning", sentence, "enveloppes")
        return
    without = [area.name for area in parts if not served & {area.name, *area.within}]
    if without and (how in SHARED or "" not in served):
        words = _("Ces lieux n’ont pas d’enveloppe : %(names)s.")
        yield Finding("area_without_money", "warning", words % {"names": ", ".join(without)}, "enveloppes")
    if how == "single" and any(served):
        words = _("Le règlement dit une seule enveloppe (article 9), mais il y en a pour : %(names)s.")
        names = ", ".join(sorted(served - {""}))
        yield Finding("split_not_single", "warning", words % {"names": names}, "enveloppes")
    elif how in SHARED:
        yield from _as_written(edition, parts)


def _as_written(edition: Edition, parts: list[Place]) -> Iterator[Finding]:
    """What each place has against what the formula gives it, and the town's own share."""
    rules = edition.rules.places
    kept: dict[str, Decimal] = {}
    for envelope in edition.envelopes:
        if envelope.place and envelope.is_plain:
            kept[envelope.place] = kept.get(envelope.place, money.ZERO) + envelope.amount_eur
    sharers = [area for area in parts if area.name in kept]
    total = sum((kept[area.name] for area in sharers), money.ZERO)
    due = _due(rules.split, rules.priority_bonus_percent, sharers, total)
    area = max(sharers if due else (), key=lambda area: abs(kept[area.name] - due[area.name]), default=None)
    if area is not None and abs(kept[area.name] - due[area.name]) > total * CLOSE_ENOUGH:
        words = _(
            "Selon l’article 9, « %(place)s » reçoit %(due)s ; son enveloppe est de %(kept)s : refaites le partage."
        )
        figures = {
            "place": area.name, "due": money.in_words(due[area.name]), "kept": money.in_words(kept[area.name])
        }  # fmt: skip
        yield Finding("split_differs", "warning", words % figures, "enveloppes")
    asked = edition.sum_eur * rules.town_share_percent / 100
    own = sum((envelope.amount_eur for envelope in edition.envelopes if not envelope.place), money.ZERO)
    if rules.town_share_percent and abs(own - asked) > edition.sum_eur * CLOSE_ENOUGH:
        words = _("L’article 9 garde %(percent)s %% pour tout le territoire, soit %(due)s ; les enveloppes, %(kept)s.")
        figures = {
            "percent": str(rules.town_share_percent), "due": money.in_words(money.round_eur(asked)),
            "kept": money.in_words(own),
        }  # fmt: skip
        yield Finding("town_share_differs", "warning", words % figures, "enveloppes")


def _due(how: str, bonus_percent: int, sharers: list[Place], total: Decimal) -> dict[str, Decimal]:
    """What the formula gives each place; nothing when the amounts are by hand or inhabitants are not known."""
    if how == "by_hand" or not sharers or (how in BY_HEADS and not all(area.population for area in sharers)):
        return {}
    formula: split.Formula = "equal" if how == "equal" else "population"
    people = [split.Sharer(area.name, area.population or 0, area.is_priority) for area in sharers]
    shares = split.shares(total, split.weights_of(people, formula, bonus_percent))
    return {area.name: share for area, share in zip(sharers, shares, strict=True)}
