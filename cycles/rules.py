"""The règlement as data: one validated value, enforced by the policies of each phase and printed as articles.

Sections freeze when the phase they govern opens. Amounts are in euros, ages in years, durations in days.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from pydantic import BaseModel, ConfigDict, Field, model_validator

SCHEMA_VERSION = 1


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Proposers(Section):
    """Who may file an idea."""

    minimum_age: Annotated[int, Field(ge=0, le=99)] = 0
    kinds: tuple[Literal["resident", "collective", "association", "school", "agent"], ...] = (
        "resident",
        "collective",
        "association",
        "school",
    )
    maximum_per_owner: Annotated[int, Field(ge=0)] = 0


class Admissibility(Section):
    """What an idea must be."""

    is_general_interest: bool = True
    is_investment_only: bool = True
    is_operating_only: bool = False
    maximum_running_cost_eur: Decimal | None = None

    @model_validator(mode="after")
    def _one_section(self) -> Admissibility:
        if self.is_investment_only and self.is_operating_only:
            raise ValueError("Les projets sont d’investissement ou de fonctionnement : choisissez l’un des deux.")
        return self


class Caps(Section):
    """What a project may cost, all taxes, studies and contingencies included."""

    maximum_cost_eur: Annotated[Decimal, Field(gt=0)] | None = None
    minimum_cost_eur: Annotated[Decimal, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Caps:
        low, high = self.minimum_cost_eur, self.maximum_cost_eur
        if low is not None and high is not None and low > high:
            raise ValueError("Le coût minimal d’un projet dépasse son coût maximal.")
        return self


class Study(Section):
    """How ideas are studied."""

    first_answer_days: Annotated[int, Field(ge=1, le=120)] = 15
    opinion_days: Annotated[int, Field(ge=1, le=180)] = 21


class Electorate(Section):
    """Who may vote."""

    minimum_age: Annotated[int, Field(ge=0, le=99)] = 16
    proofs: tuple[Literal["postal_code", "desk", "roll", "franceconnect", "email_phone"], ...] = ("postal_code", "desk")


class BallotRules(Section):
    """How one votes, how it is counted; or who chooses when there is no vote."""

    decision_mode: Literal["popular_vote", "assembly", "body_designation"] = "popular_vote"
    decided_by: Annotated[str, Field(max_length=120)] = ""  # with its article: « le conseil citoyen »
    confirmed_by: Annotated[str, Field(max_length=120)] = ""  # whose deliberation makes the result final
    venue: Literal["online_and_in_person", "in_person", "public_space"] = "online_and_in_person"
    kind: Literal["approval", "choose_1", "points", "ranking", "majority_judgement", "show_of_hands"] = "approval"
    minimum_choices: Annotated[int, Field(ge=0)] = 1
    maximum_choices: Annotated[int, Field(ge=1)] = 5
    allocation: Literal["greedy", "equal_shares"] = "greedy"
    on_misfit: Literal["skip", "stop"] = "skip"
    threshold_votes: Annotated[int, Field(ge=0)] = 0
    one_laureate_per_owner: bool = False

    @model_validator(mode="after")
    def _ordered(self) -> BallotRules:
        if self.minimum_choices > self.maximum_choices:
            raise ValueError("Le nombre minimal de choix dépasse le nombre maximal.")
        return self

    @model_validator(mode="after")
    def _somebody_decides(self) -> BallotRules:
        if self.decision_mode == "body_designation" and not self.decided_by.strip():
            raise ValueError("Indiquez qui désigne les projets retenus, par exemple « le conseil citoyen ».")
        return self


class DeliveryRules(Section):
    """What follows the vote."""

    deadline_months: Annotated[int, Field(ge=1, le=60)] = 24
    update_every_days: Annotated[int, Field(ge=15, le=365)] = 90
    answer_days: Annotated[int, Field(ge=1, le=120)] = 30
    is_leftover_carried: bool = False


class Rules(Section):
    """The whole règlement."""

    schema_version: Literal[1] = 1
    proposers: Proposers = Proposers()
    admissibility: Admissibility = Admissibility()
    caps: Caps = Caps()
    study: Study = Study()
    electorate: Electorate = Electorate()
    ballot: BallotRules = BallotRules()
    delivery: DeliveryRules = DeliveryRules()


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
