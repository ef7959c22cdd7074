"""An article, and the French that several of them share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bp_platform.core import text
from cycles.rules.base import Link

TOGETHER = " ; "
LINKS: dict[Link, str] = {
    "lives": "y habiter",
    "works": "y travailler",
    "studies": "y étudier",
    "pays_tax": "y payer un impôt local",
    "on_roll": "être sur la liste électorale",
    "employed": "être agent de la collectivité",
}


@dataclass(frozen=True, slots=True)
class Article:
    """One article: its number, its title, its sentences; `section` is the rules' section it prints."""

    number: int
    title: str
    section: str
    paragraphs: tuple[str, ...]


def several(number: int, one: str, many: str) -> str:
    """« 1 projet », « 3 projets »: French counts zero and one as one."""
    return f"{number} {one if number < 2 else many}"


def linked(links: Sequence[Link]) -> str:
    """« habiter, travailler ou étudier sur le territoire », in this order; the roll and the agents' list after."""
    verbs = [LINKS[link].removeprefix("y ") for link in links if LINKS[link].startswith("y ")]
    others = [LINKS[link] for link in links if not LINKS[link].startswith("y ")]
    there = [f"{text.enumerate_fr(verbs, 'ou')} sur le territoire"] if verbs else []
    return text.enumerate_fr([*there, *others], "ou")


def age_words(lowest: int, highest: int | None) -> str:
    """« de 11 ans et plus », « de 11 à 25 ans », « jusqu’à 25 ans », « sans condition d’âge »."""
    if highest is None:
        return f"de {lowest} ans et plus" if lowest else "sans condition d’âge"
    return f"de {lowest} à {highest} ans" if lowest else f"jusqu’à {highest} ans"
