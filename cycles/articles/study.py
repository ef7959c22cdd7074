"""Articles 5, 13 and 14: how ideas are studied, and by whom they are chosen before the vote."""

from __future__ import annotations

from bp_platform.core import text
from cycles.articles.base import Article, several
from cycles.rules import BodyRule, Rules

SUPPORTS = {
    "workshop": "en atelier",
    "appointment": "en rendez-vous",
    "named_contact": "par une personne désignée",
}
RECRUITMENTS = {
    "drawn": "par tirage au sort",
    "volunteers": "par volontariat",
    "appointed": "par désignation",
    "mixed": "par tirage au sort, volontariat ou désignation",
}
DECISIONS = {
    "admissibility": "examine la recevabilité des idées",
    "merges": "tranche les regroupements",
    "preselection": "fait la présélection",
    "final_list": "valide la liste des projets mis au vote",
    "designation": "désigne les projets retenus",
    "ties": "départage les égalités",
    "leftovers": "décide de l’argent qui reste",
    "follow_up": "suit les réalisations",
    "evaluation": "évalue l’édition",
}


def study(rules: Rules) -> Article:
    sentences = [
        f"Chaque idée reçoit une première réponse sous {several(rules.study.first_answer_days, 'jour', 'jours')}.",
        f"Chaque direction consultée rend son avis sous {several(rules.study.opinion_days, 'jour', 'jours')}.",
    ]
    if rules.study.owner_answer_days:
        days = several(rules.study.owner_answer_days, "jour", "jours")
        sentences.append(f"Quand une précision lui est demandée, le porteur a {days} pour répondre.")
    if rules.study.support:
        how = text.enumerate_fr([SUPPORTS[support] for support in rules.study.support])
        sentences.append(f"Le porteur est accompagné {how} pour finir son projet.")
    sentences.append(
        "Un refus porte un motif de ce règlement, une explication, ce qui peut être fait ensuite, et qui a décidé."
    )
    return Article(5, "Comment les idées sont étudiées", "study", tuple(sentences))


def bodies(rules: Rules) -> Article:
    return Article(13, "Les instances", "bodies", tuple(_body(body) for body in rules.bodies.listed))


def _body(body: BodyRule) -> str:
    name = body.name[:1].upper() + body.name[1:]
    seats = [
        several(number, one, many)
        for number, one, many in (
            (body.residents, "habitant·e", "habitant·es"),
            (body.elected, "élu·e", "élu·es"),
            (body.agents, "agent", "agents"),
            (body.associations, "association", "associations"),
        )
        if number
    ]
    said = []
    if len(seats) > 1:
        said.append(f"compte {several(body.seats, 'membre', 'membres')} ({text.enumerate_fr(seats)})")
    elif seats:
        said.append(f"compte {seats[0]}")
    if body.recruitment in RECRUITMENTS:
        said.append(f"se forme {RECRUITMENTS[body.recruitment]}")
    said += [DECISIONS[decision] for decision in body.decides]
    return f"{name} {text.enumerate_fr(said) or 'est une instance de cette édition'}."


def preselection(rules: Rules) -> Article:
    given = rules.preselection
    names = {body.code: body.name for body in rules.bodies.listed}
    choices = several(given.choices, "choix", "choix")
    sentences = []
    if given.mode == "forum":
        sentences.append(f"Un forum choisit parmi les idées : chaque personne présente a {choices}.")
    elif given.mode == "jury":
        sentences.append(f"La présélection est faite par {names[given.body]}.")
    elif given.mode == "supports":
        each = f" : chaque personne en soutient {given.choices} au plus" if given.choices else ""
        sentences.append(f"Les idées sont classées par leurs soutiens{each}.")
    if given.keeps_at_most:
        sentences.append(f"Elle garde au plus {several(given.keeps_at_most, 'idée', 'idées')}.")
    if given.minimum_per_area:
        sentences.append(f"Chaque lieu en garde au moins {given.minimum_per_area}.")
    if given.mode in ("forum", "supports") and given.body:
        sentences.append(f"Son résultat passe ensuite devant {names[given.body]}.")
    if given.is_opinion_only:
        sentences.append("C’est un avis : il n’écarte aucune idée.")
    return Article(14, "La présélection", "preselection", tuple(sentences))
