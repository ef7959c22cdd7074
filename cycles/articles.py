"""The règlement as a resident reads it: articles whose sentences print the live values. French only."""

from __future__ import annotations

from dataclasses import dataclass

from bp_platform.core import money, text
from cycles.rules import REFUSAL_REASONS, Rules

KINDS = {
    "resident": "les habitant·es",
    "collective": "les collectifs",
    "association": "les associations",
    "school": "les écoles",
    "agent": "les agents de la collectivité",
}
PROOFS = {
    "postal_code": "un code reçu par la poste",
    "desk": "la vérification d’un agent, au guichet",
    "roll": "la liste des personnes inscrites",
    "franceconnect": "FranceConnect",
    "email_phone": "un courriel, un téléphone et une attestation, validés par un agent",
}


@dataclass(frozen=True, slots=True)
class Article:
    """One article: its number, its title, its sentences; `section` is the rules' section it prints."""

    number: int
    title: str
    section: str
    paragraphs: tuple[str, ...]


VENUES = {
    "online_and_in_person": "en ligne, sur place ou sur papier",
    "in_person": "sur place",
    "public_space": "sur place, dans l’espace public",
}


def articles(rules: Rules) -> list[Article]:
    """The whole règlement, in order."""
    return [
        _object(rules),
        _proposers(rules),
        _admissibility(rules),
        _caps(rules),
        _study(rules),
        _electorate(rules),
        _ballot(rules),
        _delivery(rules),
    ]


def cited(reference: str, rules: Rules) -> str:
    """The text behind a reference like « 3.4 »: the reason it names, else the whole article."""
    for reason in REFUSAL_REASONS.values():
        if reason.article == reference:
            return f"Article {reference} : {reason.label}."
    number = int(reference.partition(".")[0])
    article = next((a for a in articles(rules) if a.number == number), None)
    return f"Article {reference} : {' '.join(article.paragraphs)}" if article else f"Article {reference}"


def _object(rules: Rules) -> Article:
    if rules.ballot.decision_mode == "body_designation":
        choice = f"Il n’y a pas de vote : {rules.ballot.decided_by} désigne les projets retenus ; le conseil délibère."
        share = "La collectivité consacre une part de son budget aux projets des personnes qui y vivent."
    else:
        choice = "Le vote oriente le choix ; le conseil délibère."
        share = "La collectivité consacre une part de son budget aux projets choisis par les personnes qui y vivent."
    return Article(1, "L’objet", "", (share, choice))


def _proposers(rules: Rules) -> Article:
    who = text.enumerate_fr([KINDS[kind] for kind in rules.proposers.kinds])
    age = rules.proposers.minimum_age
    sentences = [f"Peuvent proposer : {who}{f', à partir de {age} ans' if age else ', sans condition d’âge'}."]
    if rules.proposers.maximum_per_owner:
        sentences.append(f"Chacun dépose au plus {rules.proposers.maximum_per_owner} idées.")
    sentences.append(
        "Aucune condition de nationalité n’est demandée. Le porteur n’est jamais le fournisseur du projet."
    )
    return Article(2, "Qui peut proposer", "proposers", tuple(sentences))


def _admissibility(rules: Rules) -> Article:
    sentences = ["Un projet sert l’intérêt général et relève des compétences de la collectivité."]
    if rules.admissibility.is_investment_only:
        sentences.append("C’est une dépense d’investissement.")
    elif rules.admissibility.is_operating_only:
        sentences.append("C’est une dépense de fonctionnement : une action, une animation ou un service.")
    reasons = [
        reason
        for reason in REFUSAL_REASONS.values()
        if reason.article.startswith("3.")
        and (reason.code != "operating_expenditure" or rules.admissibility.is_investment_only)
    ]
    refusals = [f"{reason.article} {reason.label}" for reason in reasons]
    listed = "\u00a0; ".join(refusals)
    sentences.append(f"Motifs de refus : {listed}.")
    return Article(3, "Ce qu’un projet doit être", "admissibility", tuple(sentences))


def _caps(rules: Rules) -> Article:
    high, low = rules.caps.maximum_cost_eur, rules.caps.minimum_cost_eur
    sentences = [
        f"Un projet coûte au plus {money.in_words(high)}, toutes taxes, études et aléas compris."
        if high
        else "Aucun plafond par projet n’est fixé ; le coût compté comprend toutes taxes, études et aléas."
    ]
    if low:
        sentences.append(f"Il coûte au moins {money.in_words(low)}.")
    running = rules.admissibility.maximum_running_cost_eur
    if running is not None:
        sentences.append(f"Son entretien coûte au plus {money.in_words(running)} par an.")
    return Article(4, "Ce qu’un projet peut coûter", "caps", tuple(sentences))


def _study(rules: Rules) -> Article:
    return Article(
        5,
        "Comment les idées sont étudiées",
        "study",
        (
            f"Chaque idée reçoit une première réponse sous {rules.study.first_answer_days} jours.",
            f"Chaque direction consultée rend son avis sous {rules.study.opinion_days} jours.",
            "Un refus porte un motif de ce règlement, une explication, ce qui peut être fait ensuite, et qui a décidé.",
        ),
    )


def _electorate(rules: Rules) -> Article:
    if rules.ballot.decision_mode == "body_designation":
        return Article(6, "Qui peut voter", "electorate", ("Cette édition n’organise pas de vote.",))
    age = rules.electorate.minimum_age
    proofs = text.enumerate_fr([PROOFS[proof] for proof in rules.electorate.proofs], "ou")
    return Article(
        6,
        "Qui peut voter",
        "electorate",
        (
            f"Peuvent voter les habitant·es {f'de {age} ans et plus' if age else 'sans condition d’âge'}, "
            "sans condition de nationalité.",
            f"Le droit de voter est établi par {proofs}.",
            f"Une personne inscrite vote une fois, {VENUES[rules.ballot.venue]}.",
        ),
    )


def _ballot(rules: Rules) -> Article:
    ballot = rules.ballot
    final = [f"Le résultat devient définitif après délibération : {ballot.confirmed_by}."] * bool(ballot.confirmed_by)
    if ballot.decision_mode == "body_designation":
        how = "Les dossiers sont étudiés, puis "
        return Article(
            7, "Comment on choisit", "ballot", (f"{how}{ballot.decided_by} désigne les projets retenus.", *final)
        )
    low, high = ballot.minimum_choices, ballot.maximum_choices
    how_many = f"exactement {high}" if low == high else f"de {low} à {high}"
    sentences = ["Le vote se tient en assemblée : les personnes présentes votent."] * (
        ballot.decision_mode == "assembly"
    )
    sentences.append(f"Chacun choisit {how_many} projets.")
    if ballot.allocation == "greedy":
        misfit = "on passe au suivant" if ballot.on_misfit == "skip" else "on s’arrête"
        sentences.append(
            f"Les projets sont pris par nombre de voix ; quand le coût d’un projet dépasse ce qui reste, {misfit}."
        )
    else:
        sentences.append("Les projets sont retenus par la méthode des parts égales.")
    if ballot.threshold_votes:
        sentences.append(f"Il faut au moins {ballot.threshold_votes} voix.")
    if ballot.one_laureate_per_owner:
        sentences.append("Un même porteur a un lauréat au plus.")
    sentences.append(
        "À égalité, le projet le moins cher passe devant, puis le tirage au sort public fait avant le vote."
    )
    return Article(7, "Comment on vote et comment on compte", "ballot", (*sentences, *final))


def _delivery(rules: Rules) -> Article:
    choice = "choix" if rules.ballot.decision_mode == "body_designation" else "vote"
    sentences = [
        f"Un projet lauréat est réalisé sous {rules.delivery.deadline_months} mois, après délibération du conseil.",
        f"La collectivité en donne des nouvelles au moins tous les {rules.delivery.update_every_days} jours.",
        "Chacun peut poser une question sur un chantier ou y signaler un défaut : la réponse est publique, "
        f"sous {rules.delivery.answer_days} jours.",
        f"Un bilan est publié un an après le {choice} ; l’édition ne peut pas être close sans lui.",
    ]
    if rules.delivery.is_leftover_carried:
        sentences.append("L’argent qui n’est pas dépensé revient à l’édition suivante.")
    return Article(8, f"Ce qui suit le {choice}", "delivery", tuple(sentences))
