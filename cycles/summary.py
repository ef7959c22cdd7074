"""The règlement « en bref »: what a resident wants to know first, from the live values. French, like the articles."""

from __future__ import annotations

from decimal import Decimal

from bp_platform.core import money, text
from cycles.articles import KINDS, PROOFS
from cycles.rules import Rules


def in_brief(rules: Rules, total_eur: Decimal | None = None) -> list[tuple[str, str]]:
    """Question and answer, at most seven: who proposes, how much, who answers, who votes, how, and what follows."""
    facts = [("Qui propose ?", _who(rules))]
    if total_eur:
        facts.append(("Combien d’argent ?", f"{money.in_words(total_eur)} en tout. {_cap(rules)}"))
    else:
        facts.append(("Combien par projet ?", _cap(rules)))
    days = rules.study.first_answer_days
    facts.append(("Quand a-t-on une réponse ?", f"Une première réponse à chaque idée sous {days} jours."))
    if rules.ballot.decision_mode == "body_designation":
        facts.append(("Qui choisit ?", f"Il n’y a pas de vote : {rules.ballot.decided_by} désigne les projets."))
    else:
        age = rules.electorate.minimum_age
        facts.append(
            (
                "Qui vote ?",
                f"Les habitant·es {f'de {age} ans et plus' if age else 'de tout âge'}, de toute nationalité.",
            )
        )
        facts.append(("Comment ?", f"{_choices(rules)} Preuve demandée : {_proofs(rules)}."))
    months, news = rules.delivery.deadline_months, rules.delivery.update_every_days
    facts.append(("Et après ?", f"Réalisé sous {months} mois, avec des nouvelles au moins tous les {news} jours."))
    return facts


def _who(rules: Rules) -> str:
    who = text.enumerate_fr([KINDS.get(kind, kind) for kind in rules.proposers.kinds])
    age = rules.proposers.minimum_age
    return f"{who[:1].upper()}{who[1:]}{f', dès {age} ans' if age else ', à tout âge'}."


def _cap(rules: Rules) -> str:
    cap = rules.caps.maximum_cost_eur
    return f"Un projet coûte au plus {money.in_words(cap)}." if cap else "Pas de plafond par projet."


def _choices(rules: Rules) -> str:
    low, high = rules.ballot.minimum_choices, rules.ballot.maximum_choices
    if high == 1:
        return "On choisit un projet."
    return f"On choisit exactement {high} projets." if low == high else f"On choisit de {low} à {high} projets."


def _proofs(rules: Rules) -> str:
    return text.enumerate_fr([PROOFS.get(proof, proof) for proof in rules.electorate.proofs], "ou")
