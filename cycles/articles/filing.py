"""Articles 2, 3, 4 and 9: what may be proposed."""

from __future__ import annotations

from bp_platform.core import money, text
from cycles.articles.base import TOGETHER, Article, linked, several
from cycles.rules import REFUSAL_REASONS, Caps, Proposers, Rules, Tranche
from cycles.rules.filing import EVERY_CHANNEL

KINDS = {
    "resident": "les habitant·es",
    "collective": "les collectifs",
    "association": "les associations",
    "school": "les écoles",
    "agent": "les agents de la collectivité",
}
CHANNELS = {
    "online": "en ligne",
    "paper": "sur papier",
    "phone": "par téléphone",
    "workshop": "en atelier",
    "agent": "auprès d’un agent",
}
SPLITS = {
    "single": "L’argent forme une seule enveloppe, pour tout le territoire.",
    "equal": "L’argent est partagé à parts égales entre les lieux.",
    "population": "L’argent est partagé entre les lieux selon leur population.",
    "by_hand": "Le montant de chaque lieu est fixé par délibération.",
}


def proposers(rules: Rules) -> Article:
    who = text.enumerate_fr([KINDS[kind] for kind in rules.proposers.kinds])
    sentences = [f"Peuvent proposer : {who}, {_age(rules)}."]
    if rules.proposers.links:
        sentences.append(f"Il faut {linked(rules.proposers.links)}.")
    if rules.proposers.referent_under_age:
        sentences.append(f"Avant {rules.proposers.referent_under_age} ans, un adulte répond de l’idée.")
    if rules.proposers.maximum_per_owner:
        sentences.append(f"Chacun dépose au plus {several(rules.proposers.maximum_per_owner, 'idée', 'idées')}.")
    if set(rules.proposers.channels) != set(EVERY_CHANNEL):
        how = text.enumerate_fr([CHANNELS[channel] for channel in rules.proposers.channels], "ou")
        sentences.append(f"Une idée se dépose {how}.")
    sentences += _excluded(rules)
    supplier = " Le porteur n’est jamais le fournisseur du projet." * (rules.delivery.carried_by == "services")
    sentences.append(f"Aucune condition de nationalité n’est demandée.{supplier}")
    return Article(2, "Qui peut proposer", "proposers", tuple(sentences))


def _age(rules: Rules) -> str:
    low, high = rules.proposers.minimum_age, rules.proposers.maximum_age
    if high is not None:
        return f"de {low} à {high} ans" if low else f"jusqu’à {high} ans"
    return f"à partir de {low} ans" if low else "sans condition d’âge"


def author_conditions(given: Proposers) -> str:
    """What who files an idea states of themselves: « avoir 11 ans ou plus, et habiter sur le territoire »."""
    low, high = given.minimum_age, given.maximum_age
    said = []
    if high is not None:
        said.append(f"avoir de {low} à {high} ans" if low else f"avoir {high} ans au plus")
    elif low:
        said.append(f"avoir {low} ans ou plus")
    if given.links:
        said.append(linked(given.links))
    if given.referent_under_age:
        said.append(f"avant {given.referent_under_age} ans, avoir un adulte qui répond de l’idée")
    return ", et ".join(said)


def _excluded(rules: Rules) -> list[str]:
    left_out = [
        words
        for is_out, words in (
            (rules.proposers.is_elected_excluded, "les élu·es de la collectivité"),
            (rules.proposers.is_instructing_agent_excluded, "les agents qui étudient les idées"),
            (rules.proposers.is_past_laureate_excluded, "les lauréats de l’édition précédente"),
        )
        if is_out
    ]
    return [f"Ne peuvent pas proposer : {text.enumerate_fr(left_out)}."] if left_out else []


def admissibility(rules: Rules) -> Article:
    sentences = []
    if rules.admissibility.is_general_interest:
        sentences.append("Un projet sert l’intérêt général et relève des compétences de la collectivité.")
    else:
        sentences.append("Un projet relève des compétences de la collectivité.")
    if rules.admissibility.is_investment_only:
        sentences.append("C’est une dépense d’investissement.")
    elif rules.admissibility.is_operating_only:
        sentences.append("C’est une dépense de fonctionnement : une action, une animation ou un service.")
    if rules.admissibility.criteria:
        sentences.append(f"Conditions de cette édition : {TOGETHER.join(rules.admissibility.criteria)}.")
    reasons = [
        f"{reason.article} {reason.label}"
        for reason in REFUSAL_REASONS.values()
        if reason.article.startswith("3.")
        and reason.code in rules.admissibility.reasons
        and (reason.code != "operating_expenditure" or rules.admissibility.is_investment_only)
    ]
    if reasons:
        sentences.append(f"Motifs de refus : {TOGETHER.join(reasons)}.")
    return Article(3, "Ce qu’un projet doit être", "admissibility", tuple(sentences))


def caps(rules: Rules) -> Article:
    high, low = rules.caps.maximum_cost_eur, rules.caps.minimum_cost_eur
    counted = "toutes taxes comprises, sans les études ni les aléas"
    if rules.caps.counts == "everything":
        counted = "toutes taxes, études et aléas compris"
    if high:
        sentences = [f"Un projet coûte au plus {money.in_words(high)}, {counted}."]
    elif rules.caps.counts == "everything":
        sentences = ["Aucun plafond par projet n’est fixé ; le coût compté comprend toutes taxes, études et aléas."]
    else:
        sentences = [f"Aucun plafond par projet n’est fixé ; le coût est compté {counted}."]
    if low:
        sentences.append(f"Il coûte au moins {money.in_words(low)}.")
    sentences += _shares(rules.caps)
    if rules.caps.are_other_funders_deducted:
        sentences.append("Ce que d’autres financeurs apportent est déduit du coût.")
    running = rules.admissibility.maximum_running_cost_eur
    if running is not None:
        sentences.append(f"Son entretien coûte au plus {money.in_words(running)} par an.")
    if rules.caps.tranches:
        sentences += ["Les projets sont rangés par tranche de coût :", *map(_tranche, rules.caps.tranches)]
    return Article(4, "Ce qu’un projet peut coûter", "caps", tuple(sentences))


def _shares(caps: Caps) -> list[str]:
    parts = []
    if caps.studies_percent:
        parts.append(f"les études comptent pour {caps.studies_percent} %")
    if caps.contingencies_percent:
        parts.append(f"les aléas comptent pour {caps.contingencies_percent} %")
    return [f"Avant leur chiffrage, {text.enumerate_fr(parts)} du montant des travaux."] * bool(parts)


def _tranche(tranche: Tranche) -> str:
    span = f"jusqu’à {money.in_words(tranche.up_to_eur)}"
    if tranche.from_eur:
        span = f"plus de {money.in_words(tranche.from_eur)}, {span}"
    theme = f", pour le thème « {tranche.theme} »" if tranche.theme else ""
    amount = f", avec {money.in_words(tranche.amount_eur)} pour tous" if tranche.amount_eur else ""
    return f"– {tranche.name} : {span}{theme}{amount}."


def places(rules: Rules) -> Article:
    given = rules.places
    sentences = [SPLITS[given.split]] if given.split in SPLITS else []
    if given.split == "population_and_priority":
        sentences.append(
            "L’argent est partagé entre les lieux selon leur population ; un quartier prioritaire reçoit "
            f"{given.priority_bonus_percent} % de plus par habitant."
        )
    if given.town_share_percent:
        sentences.append(f"{given.town_share_percent} % de l’argent vont aux projets pour tout le territoire.")
    if given.is_diagnosis_per_place:
        sentences.append("Chaque lieu a son diagnostic.")
    if given.consulted:
        sentences.append(f"Avant la décision, la collectivité consulte {given.consulted}.")
    return Article(9, "Les lieux et le partage de l’argent", "places", tuple(sentences))
