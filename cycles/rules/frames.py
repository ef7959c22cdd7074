"""Which phase freezes each section, the number of its article, and the reasons for which a proposal may be refused."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_noop


@dataclass(frozen=True, slots=True)
class SectionFrame:
    """Which phase freezes a section, and the number of its first article."""

    name: str
    phase: str
    article: int
    title: str


FRAMES = (
    SectionFrame("proposers", "call", 2, gettext_noop("Qui peut proposer")),
    SectionFrame("admissibility", "call", 3, gettext_noop("Ce qu’un projet doit être")),
    SectionFrame("caps", "call", 4, gettext_noop("Ce qu’un projet peut coûter")),
    SectionFrame("study", "instruction", 5, gettext_noop("Comment les idées sont étudiées")),
    SectionFrame("electorate", "vote", 6, gettext_noop("Qui peut voter")),
    SectionFrame("ballot", "vote", 7, gettext_noop("Comment on vote et comment on compte")),
    SectionFrame("delivery", "realisation", 8, gettext_noop("Ce qui suit le vote")),
    # Answers cite numbers: a new article comes last, whatever the order in which one would tell it.
    SectionFrame("places", "call", 9, gettext_noop("Les lieux et le partage de l’argent")),
    SectionFrame("leftovers", "vote", 10, gettext_noop("L’argent qui reste")),
    SectionFrame("evaluation", "realisation", 11, gettext_noop("L’évaluation")),
    SectionFrame("retention", "call", 12, gettext_noop("Les données personnelles")),
    SectionFrame("bodies", "call", 13, gettext_noop("Les instances")),
    SectionFrame("preselection", "preselection", 14, gettext_noop("La présélection")),
)


@dataclass(frozen=True, slots=True)
class RefusalReason:
    """Why a proposal may be refused: a code, the article it rests on, and its name in French."""

    code: str
    article: str
    label: str
    is_political: bool = False


REFUSAL_REASONS = {
    reason.code: reason
    for reason in (
        RefusalReason("out_of_competence", "3.1", gettext_noop("La commune n’a pas cette compétence")),
        RefusalReason("not_general_interest", "3.2", gettext_noop("Le projet ne sert pas l’intérêt général")),
        RefusalReason("operating_expenditure", "3.3", gettext_noop("C’est une dépense de fonctionnement")),
        RefusalReason("off_territory", "3.4", gettext_noop("Le lieu n’est pas sur le territoire")),
        RefusalReason("no_land_control", "3.5", gettext_noop("La commune ne maîtrise pas le terrain")),
        RefusalReason("already_planned", "3.6", gettext_noop("C’est déjà prévu")),
        RefusalReason("technically_unfeasible", "3.7", gettext_noop("C’est techniquement impossible")),
        RefusalReason("legal_or_safety_constraint", "3.8", gettext_noop("Une règle ou la sécurité s’y oppose")),
        RefusalReason("private_profit_or_conflict", "3.9", gettext_noop("Il y a un intérêt privé")),
        RefusalReason("not_specific_enough", "3.10", gettext_noop("L’idée n’est pas assez précise")),
        RefusalReason("over_cap", "4.1", gettext_noop("Le coût dépasse le plafond")),
        RefusalReason("running_cost_too_high", "4.2", gettext_noop("L’entretien coûterait trop cher")),
        RefusalReason("ineligible_author", "2.1", gettext_noop("L’auteur ne peut pas proposer")),
        RefusalReason(
            "contrary_to_deliberated_policy", "3.11", gettext_noop("Un choix voté par le conseil s’y oppose"), True
        ),
    )
}
