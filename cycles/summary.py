"""The règlement « en bref »: what a resident wants to know first, from the live values. French, like the articles."""

from __future__ import annotations

from decimal import Decimal

from bp_platform.core import money, text
from cycles import calls
from cycles.articles.base import age_words, linked, several
from cycles.articles.filing import KINDS
from cycles.articles.vote import PROOFS
from cycles.rules import Rules


def in_brief(rules: Rules, total_eur: Decimal | None = None, call_kind: str = "") -> list[tuple[str, str]]:
    """Question and answer, at most eight: what the call is, who proposes, how much, who votes, and what follows."""
    facts = [("Quel appel ?", f"{calls.NAMES[call_kind]}. {calls.MEANING[call_kind]}")] if call_kind else []
    facts.append(("Qui propose ?", _who(rules)))
    if total_eur:
        facts.append(("Combien d’argent ?", f"{money.in_words(total_eur)} en tout. {_cap(rules)}"))
    else:
        facts.append(("Combien par projet ?", _cap(rules)))
    days = rules.study.first_answer_days
    facts.append(("Quand a-t-on une réponse ?", f"Une première réponse à chaque idée sous {days} jours."))
    if not rules.ballot.has_vote:
        facts.append(("Qui choisit ?", f"Il n’y a pas de vote : {rules.ballot.decided_by} désigne les projets."))
    else:
        facts.append(("Qui vote ?", _voters(rules)))
        facts.append(("Comment ?", f"{_choices(rules)} Preuve demandée : {_proofs(rules)}."))
    months, news = rules.delivery.deadline_months, rules.delivery.update_every_days
    facts.append(("Et après ?", f"Réalisé sous {months} mois, avec des nouvelles au moins tous les {news} jours."))
    return facts


def _who(rules: Rules) -> str:
    who = text.enumerate_fr([KINDS.get(kind, kind) for kind in rules.proposers.kinds])
    low, high = rules.proposers.minimum_age, rules.proposers.maximum_age
    age = f", {age_words(low, high)}" if high is not None else f", dès {low} ans" if low else ", à tout âge"
    return f"{who[:1].upper()}{who[1:]}{age}."


def _voters(rules: Rules) -> str:
    given = rules.electorate
    age = age_words(given.minimum_age, given.maximum_age) if given.minimum_age or given.maximum_age else "de tout âge"
    if given.links == ("lives",):
        return f"Les habitant·es {age}, de toute nationalité."
    return f"Les personnes {age}, de toute nationalité. Il faut {linked(given.links)}."


def _cap(rules: Rules) -> str:
    cap = rules.caps.maximum_cost_eur
    return f"Un projet coûte au plus {money.in_words(cap)}." if cap else "Pas de plafond par projet."


def _choices(rules: Rules) -> str:
    given = rules.ballot
    low, high = given.minimum_choices, given.maximum_choices
    if given.kind == "majority_judgement":
        return "On donne une mention à chaque projet."
    if given.kind == "points":
        return f"On répartit {several(given.points_per_voter, 'point', 'points')}."
    verb = "classe" if given.kind == "ranking" else "choisit"
    if high == 1 or given.kind == "choose_1":
        return f"On {verb} un projet."
    return f"On {verb} exactement {high} projets." if low == high else f"On {verb} de {low} à {high} projets."


def _proofs(rules: Rules) -> str:
    return text.enumerate_fr([PROOFS.get(proof, proof) for proof in rules.electorate.proofs], "ou")
