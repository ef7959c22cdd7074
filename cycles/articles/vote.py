"""Articles 1, 6 and 7: who decides, and how it is counted."""

from __future__ import annotations

from bp_platform.core import text
from cycles.articles.base import TOGETHER, Article, age_words, linked, several
from cycles.rules import BallotRules, ListChoices, Rules

PROOFS = {
    "postal_code": "un code reçu par la poste",
    "desk": "la vérification d’un agent, au guichet",
    "roll": "la liste des personnes inscrites",
    "franceconnect": "FranceConnect",
    "email_phone": "un courriel, un téléphone et une attestation, validés par un agent",
}
VENUES = {
    "online_and_in_person": "en ligne, sur place ou sur papier",
    "in_person": "sur place",
    "public_space": "sur place, dans l’espace public",
}
TIES = {
    "lower_cost": "À égalité, le projet le moins cher passe devant, puis le tirage au sort public fait avant le vote.",
    "more_voters": (
        "À égalité, le projet choisi par le plus de personnes passe devant, "
        "puis le tirage au sort public fait avant le vote."
    ),
    "draw_only": "À égalité, le tirage au sort public fait avant le vote départage les projets.",
}


def purpose(rules: Rules) -> Article:
    by = rules.ballot.decided_by
    share = "La collectivité consacre une part de son budget aux projets choisis par les personnes qui y vivent."
    choice = "Le vote oriente le choix ; le conseil délibère."
    if not rules.ballot.has_vote:
        share = "La collectivité consacre une part de son budget aux projets des personnes qui y vivent."
        choice = f"Il n’y a pas de vote : {by} désigne les projets retenus ; le conseil délibère."
    elif rules.ballot.decision_mode == "mixed":
        choice = f"Le vote oriente le choix ; {by} l’arrête ; le conseil délibère."
    return Article(1, "L’objet", "", (share, choice))


def electorate(rules: Rules) -> Article:
    given = rules.electorate
    if not rules.ballot.has_vote:
        return Article(6, "Qui peut voter", "electorate", ("Cette édition n’organise pas de vote.",))
    age, proofs = age_words(given.minimum_age, given.maximum_age), [PROOFS[proof] for proof in given.proofs]
    if given.links == ("lives",):
        sentences = [f"Peuvent voter les habitant·es {age}, sans condition de nationalité."]
    else:
        sentences = [
            f"Peuvent voter les personnes {age}, sans condition de nationalité. Il faut {linked(given.links)}."
        ]
    if given.is_elected_excluded:
        sentences.append("Les élu·es de la collectivité ne votent pas.")
    sentences.append(f"Le droit de voter est établi par {text.enumerate_fr(proofs, 'ou')}.")
    venue = VENUES[rules.ballot.venue]
    if rules.ballot.is_paper_refused:
        venue = venue.replace("en ligne, sur place ou sur papier", "en ligne ou sur place") + ", sans papier"
    sentences.append(f"Une personne inscrite vote une fois, {venue}.")
    if given.maximum_proxies:
        sentences.append(f"Une personne porte au plus {several(given.maximum_proxies, 'procuration', 'procurations')}.")
    return Article(6, "Qui peut voter", "electorate", tuple(sentences))


def ballot(rules: Rules) -> Article:
    given = rules.ballot
    final = [f"Le résultat devient définitif après délibération : {given.confirmed_by}."] * bool(given.confirmed_by)
    if not given.has_vote:
        how = f"Les dossiers sont étudiés, puis {given.decided_by} désigne les projets retenus."
        return Article(7, "Comment on choisit", "ballot", (how, *final))
    sentences = [*_assembly(given), *_choices(given), *_allocation(given), *_limits(given)]
    sentences.append(TIES[given.tie_criterion])
    if given.decision_mode == "mixed":
        sentences.append(f"Au vu de ce résultat, {given.decided_by} arrête la liste des projets retenus.")
    return Article(7, "Comment on vote et comment on compte", "ballot", (*sentences, *final))


def _assembly(given: BallotRules) -> list[str]:
    if given.decision_mode != "assembly":
        return []
    sentences = ["Le vote se tient en assemblée : les personnes présentes votent."]
    if given.kind == "show_of_hands":
        sentences.append(
            "Chacun lève sa carte pour les projets qu’il choisit ; les voix sont comptées projet par projet."
        )
    if given.assembly_order == "areas_then_plenary":
        sentences.append("On vote d’abord par quartier, puis tous ensemble.")
    return sentences


def _choices(given: BallotRules) -> list[str]:
    sentences = [_one_list(given)]
    if given.list_choices:
        sentences.append(f"Par liste : {TOGETHER.join(_own_choices(row) for row in given.list_choices)}.")
    if given.is_budget_bounded:
        sentences.append("Le coût des projets choisis tient dans l’enveloppe.")
    if given.lists == "by_theme":
        sentences.append("Chaque thème qui a son enveloppe a sa liste de projets.")
    if given.lists == "single":
        sentences.append("Tous les projets sont sur une seule liste.")
    return sentences


def _one_list(given: BallotRules) -> str:
    low, high = (1, 1) if given.kind == "choose_1" else (given.minimum_choices, given.maximum_choices)
    if given.kind == "majority_judgement":
        return f"Chacun donne une mention à chaque projet : {text.enumerate_fr(given.grades, 'ou')}."
    if given.kind == "points":
        each = f", au plus {given.points_per_project} par projet" if given.points_per_project else ""
        return f"Chacun répartit {several(given.points_per_voter, 'point', 'points')}{each}."
    verb = "classe" if given.kind == "ranking" else "choisit"
    if low == high:
        return f"Chacun {verb} exactement {several(high, 'projet', 'projets')}."
    return f"Chacun {verb} de {low} à {several(high, 'projet', 'projets')}."


def _own_choices(row: ListChoices) -> str:
    low, high = row.minimum_choices, row.maximum_choices
    how_many = f"exactement {high}" if low == high else f"de {low} à {high}" if low else f"au plus {high}"
    return f"{how_many} sur la liste « {row.code} »"


def _allocation(given: BallotRules) -> list[str]:
    sentences = []
    if given.allocation == "greedy":
        misfit = "on passe au suivant" if given.on_misfit == "skip" else "on s’arrête"
        order = "par nombre de voix"
        if given.kind in ("points", "ranking"):
            order = "par nombre de points"
        elif given.kind == "majority_judgement":
            order = "par mention majoritaire"
        sentences.append(f"Les projets sont pris {order} ; quand le coût d’un projet dépasse ce qui reste, {misfit}.")
    else:
        sentences.append("Les projets sont retenus par la méthode des parts égales.")
    if given.threshold_votes:
        sentences.append(f"Il faut au moins {given.threshold_votes} voix.")
    if given.threshold_percent:
        sentences.append(f"Il faut être choisi par au moins {given.threshold_percent} % des bulletins exprimés.")
    return sentences


def _limits(given: BallotRules) -> list[str]:
    floors = [
        f"{where} ait au moins {several(least, 'lauréat', 'lauréats')}"
        for where, least in (
            ("chaque lieu", given.minimum_per_area),
            ("chaque quartier prioritaire", given.minimum_per_priority_area),
            ("chaque thème", given.minimum_per_theme),
        )
        if least
    ]
    caps = [
        f"{where} en a au plus {most}"
        for where, most in (("chaque lieu", given.maximum_per_area), ("chaque thème", given.maximum_per_theme))
        if most
    ]
    sentences = []
    if floors:
        sentences.append(
            f"Avant le classement général, les projets les mieux placés sont pris pour que {text.enumerate_fr(floors)}."
        )
    if caps:
        listed = text.enumerate_fr(caps)
        sentences.append(f"{listed[:1].upper()}{listed[1:]}.")
    if given.maximum_laureates:
        sentences.append(f"Une liste a au plus {several(given.maximum_laureates, 'lauréat', 'lauréats')}.")
    if given.one_laureate_per_owner:
        sentences.append("Un même porteur a un lauréat au plus.")
    if given.one_laureate_per_site:
        sentences.append("Un même endroit a un lauréat au plus.")
    return sentences
