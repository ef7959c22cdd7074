"""What the règlement lets each body decide, in the words of the bodies themselves. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from cycles.rules import BodyRule, Rules

POWER_OF = {
    "admissibility": "admissibility",
    "merges": "merges",
    "preselection": "preselection",
    "final_list": "final_list",
    "designation": "laureates",
    "ties": "ties",
    "leftovers": "leftovers",
    "follow_up": "delivery",
    "evaluation": "evaluation",
}
ARTICLES = ("le ", "la ", "les ", "l’", "l'")
ARTICLE_OF = {"preselection": 14}  # what a body decides is written in article 13 unless said here


def article_of(power: str) -> int:
    """The article that says who decides."""
    return ARTICLE_OF.get(power, 13)


def given_to(rules: Rules, code: str) -> tuple[str, ...]:
    """The powers that the règlement gives to the body of that code, in the order of the articles."""
    decides = next((body.decides for body in rules.bodies.listed if body.code == code), ())
    given = [POWER_OF[decision] for decision in decides]
    if code and rules.preselection.body == code:
        given.append("preselection")
    return tuple(dict.fromkeys(given))


def bare(name: str) -> str:
    """« Comité de suivi », from « le comité de suivi »."""
    short = next((name[len(article) :] for article in ARTICLES if name.lower().startswith(article)), name).strip()
    return short[:1].upper() + short[1:]


def holders(rules: Rules, power: str) -> list[BodyRule]:
    """The bodies that the règlement names for that power; none when it names nobody."""
    return [body for body in rules.bodies.listed if power in given_to(rules, body.code)]


def named(bodies: Iterable[BodyRule]) -> str:
    """« le comité de suivi », « le jury »."""
    return ", ".join(body.name for body in bodies)
