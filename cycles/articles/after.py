"""Articles 8, 10, 11 and 12: what follows the vote."""

from __future__ import annotations

from bp_platform.core import text
from cycles.articles.base import TOGETHER, Article, several
from cycles.rules import Rules

UNSPENT = {
    "next_edition": "L’argent qui n’est pas dépensé revient à l’édition suivante.",
    "town_list": "Ce qu’une liste n’emploie pas va à la liste de toute la ville.",
    "projects_in_difficulty": "L’argent qui n’est pas dépensé aide les lauréats en difficulté.",
    "town_budget": "L’argent qui n’est pas dépensé revient au budget de la collectivité.",
}
CARRIERS = {
    "owners": "Le porteur réalise lui-même son projet, avec l’argent de la collectivité.",
    "both": "Le porteur et les services réalisent le projet ensemble.",
}
PHASES = {
    "diagnosis": "le diagnostic",
    "call": "l’appel à idées",
    "instruction": "l’étude",
    "preselection": "la présélection",
    "campaign": "la campagne",
    "vote": "le vote",
    "realisation": "la réalisation",
}


def delivery(rules: Rules) -> Article:
    choice = "vote" if rules.ballot.has_vote else "choix"
    months = several(rules.delivery.deadline_months, "mois", "mois")
    sentences = [f"Un projet lauréat est réalisé sous {months}, après délibération du conseil."]
    if rules.delivery.carried_by in CARRIERS:
        sentences.append(CARRIERS[rules.delivery.carried_by])
    if rules.delivery.has_follow_up_groups:
        sentences.append("Un groupe de suivi accompagne chaque lauréat.")
    sentences.append(
        f"La collectivité en donne des nouvelles au moins tous les {rules.delivery.update_every_days} jours."
    )
    if rules.delivery.answer_days:
        sentences.append(
            "Chacun peut poser une question sur un chantier ou y signaler un défaut : la réponse est publique, "
            f"sous {several(rules.delivery.answer_days, 'jour', 'jours')}."
        )
    sentences.append(f"Un bilan est publié un an après le {choice} ; l’édition ne peut pas être close sans lui.")
    return Article(8, f"Ce qui suit le {choice}", "delivery", tuple(sentences))


def leftovers(rules: Rules) -> Article:
    sentence = UNSPENT.get(rules.leftovers.unspent, "")
    body = rules.bodies.deciding("leftovers")
    if rules.leftovers.unspent == "body" and body:
        sentence = f"L’emploi de l’argent qui n’est pas dépensé est décidé par {body.name}."
    return Article(10, "L’argent qui reste", "leftovers", (sentence,) if sentence else ())


def evaluation(rules: Rules) -> Article:
    given = rules.evaluation
    sentences = []
    if given.led_by:
        sentences.append(f"L’évaluation est menée par {given.led_by}.")
    if given.is_asked_to_residents:
        sentences.append("Les habitant·es sont interrogé·es sur les projets et sur la démarche.")
    if given.checkpoints:
        after = text.enumerate_fr([PHASES[phase] for phase in given.checkpoints])
        sentences.append(f"Un point est fait ensemble après {after}.")
    if given.indicators:
        sentences.append(f"On regarde : {TOGETHER.join(given.indicators)}.")
    return Article(11, "L’évaluation", "evaluation", tuple(sentences))


def retention(rules: Rules) -> Article:
    given = rules.retention
    sentences = []
    if given.roll_months:
        sentences.append(
            "La liste des personnes inscrites et les émargements sont détruits "
            f"{several(given.roll_months, 'mois', 'mois')} après la délibération."
        )
    if given.deposit_months:
        sentences.append(
            "Ce qui permet de joindre un porteur est effacé "
            f"{several(given.deposit_months, 'mois', 'mois')} après la fin des réalisations."
        )
    return Article(12, "Les données personnelles", "retention", tuple(sentences))
