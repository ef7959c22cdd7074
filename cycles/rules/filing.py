"""What may be proposed: by whom, where, what, and at which cost."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, get_args

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from bp_platform.core.money import in_words
from cycles.rules.base import Age, Code, Euros, Link, Named, Number, Percent, Phrase, Section, ages_in_order, refused

OwnerKind = Literal["resident", "collective", "association", "school", "agent"]
Channel = Literal["online", "paper", "phone", "workshop", "agent"]
Reason = Literal[
    "out_of_competence",
    "not_general_interest",
    "operating_expenditure",
    "off_territory",
    "no_land_control",
    "already_planned",
    "technically_unfeasible",
    "legal_or_safety_constraint",
    "private_profit_or_conflict",
    "not_specific_enough",
    "contrary_to_deliberated_policy",
]
EVERY_CHANNEL: tuple[Channel, ...] = ("online", "paper", "phone", "workshop", "agent")
EVERY_REASON: tuple[Reason, ...] = get_args(Reason)


class Proposers(Section):
    """Who may file an idea, and how."""

    minimum_age: Age = 0
    maximum_age: Age | None = None
    referent_under_age: Age = 0  # under that age, an adult answers for the idea
    kinds: tuple[OwnerKind, ...] = ("resident", "collective", "association", "school")
    links: tuple[Link, ...] = ()  # one of them is enough; empty: no link is asked
    channels: tuple[Channel, ...] = EVERY_CHANNEL
    maximum_per_owner: Number = 0
    is_elected_excluded: bool = False
    is_instructing_agent_excluded: bool = False
    is_past_laureate_excluded: bool = False

    @model_validator(mode="after")
    def _coherent(self) -> Proposers:
        ages_in_order(self.minimum_age, self.maximum_age)
        if not self.kinds:
            raise refused(_("Indiquez qui peut proposer : au moins une qualité, par exemple les habitant·es."))
        if not self.channels:
            raise refused(_("Indiquez comment une idée se dépose : au moins un moyen, par exemple sur papier."))
        if self.referent_under_age and self.referent_under_age <= self.minimum_age:
            raise refused(
                _("L’âge sous lequel un adulte répond de l’idée est au-dessous de l’âge minimal : relevez-le.")
            )
        return self


class Admissibility(Section):
    """What an idea must be."""

    is_general_interest: bool = True
    is_investment_only: bool = True
    is_operating_only: bool = False
    maximum_running_cost_eur: Decimal | None = None
    reasons: tuple[Reason, ...] = EVERY_REASON  # those that a refusal may cite
    criteria: tuple[Phrase, ...] = ()  # the town's own conditions, one sentence each

    @model_validator(mode="after")
    def _coherent(self) -> Admissibility:
        if self.is_investment_only and self.is_operating_only:
            raise refused(_("Les projets sont d’investissement ou de fonctionnement : choisissez l’un des deux."))
        if len(set(self.criteria)) < len(self.criteria):
            raise refused(_("Une condition est écrite deux fois : retirez-en une."))
        return self


class Tranche(Section):
    """Projects of a size: over `from_eur`, up to `up_to_eur`; `amount_eur` is the money set aside for them, and `theme`
    the theme that they all have, if any."""

    code: Code
    name: Annotated[str, Field(min_length=1, max_length=80)]
    from_eur: Euros = Decimal(0)
    up_to_eur: Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)]
    amount_eur: Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)] | None = None
    theme: Code | Literal[""] = ""

    @model_validator(mode="after")
    def _ordered(self) -> Tranche:
        if self.from_eur >= self.up_to_eur:
            raise refused(
                _("La tranche « %(name)s » finit avant de commencer : échangez ses deux montants.")
                % {"name": self.name}
            )
        return self

    def holds(self, cost_eur: Decimal) -> bool:
        return (self.from_eur < cost_eur or not self.from_eur) and cost_eur <= self.up_to_eur


class Caps(Section):
    """What a project may cost, all taxes included."""

    maximum_cost_eur: Annotated[Decimal, Field(gt=0)] | None = None
    minimum_cost_eur: Annotated[Decimal, Field(ge=0)] | None = None
    counts: Literal["everything", "works"] = "everything"  # what the cost is made of: with studies and contingencies?
    studies_percent: Percent = 0
    contingencies_percent: Percent = 0
    are_other_funders_deducted: bool = False
    tranches: tuple[Tranche, ...] = ()

    @model_validator(mode="after")
    def _ordered(self) -> Caps:
        low, high = self.minimum_cost_eur, self.maximum_cost_eur
        if low is not None and high is not None and low > high:
            raise refused(_("Le coût minimal d’un projet dépasse son coût maximal."))
        return self

    @model_validator(mode="after")
    def _tranches_follow(self) -> Caps:
        codes = [tranche.code for tranche in self.tranches]
        if len(set(codes)) < len(codes):
            raise refused(_("Deux tranches portent le même code : changez-en un."))
        for theme in {tranche.theme for tranche in self.tranches}:
            _follow(sorted((t for t in self.tranches if t.theme == theme), key=lambda t: t.from_eur))
        top = max((tranche.up_to_eur for tranche in self.tranches), default=None)
        if top is not None and self.maximum_cost_eur is not None and top != self.maximum_cost_eur:
            raise refused(
                _("La dernière tranche finit à %(top)s et le coût maximal est de %(most)s : écrivez le même montant.")
                % {"top": in_words(top), "most": in_words(self.maximum_cost_eur)}
            )
        return self

    def tranche_of(self, cost_eur: Decimal, theme: str = "") -> Tranche | None:
        """The tranche of a project: its theme's own if there is one, else everybody's."""
        own = [tranche for tranche in self.tranches if tranche.theme and tranche.theme == theme]
        among = own or [tranche for tranche in self.tranches if not tranche.theme]
        return next((tranche for tranche in among if tranche.holds(cost_eur)), None)


def _follow(tranches: Sequence[Tranche]) -> None:
    for one, after in pairwise(tranches):
        if after.from_eur != one.up_to_eur:
            raise refused(
                _(
                    "La tranche « %(after)s » doit commencer à %(amount)s, où finit « %(one)s » : "
                    "sinon des projets n’en ont aucune, ou deux."
                )
                % {"after": after.name, "amount": in_words(one.up_to_eur), "one": one.name}
            )


class Places(Section):
    """How the money is shared between the places of the edition."""

    split: Literal["unstated", "single", "equal", "population", "population_and_priority", "by_hand"] = "unstated"
    priority_bonus_percent: Annotated[int, Field(ge=0, le=300)] = 0
    town_share_percent: Percent = 0
    is_diagnosis_per_place: bool = False
    consulted: Named = ""  # with its article: « les maires des communes »

    @model_validator(mode="after")
    def _coherent(self) -> Places:
        if bool(self.priority_bonus_percent) != (self.split == "population_and_priority"):
            raise refused(
                _(
                    "Le supplément des quartiers prioritaires va avec le partage « selon la population, avec un "
                    "supplément » : donnez les deux, ou aucun."
                )
            )
        if self.town_share_percent and self.split in ("unstated", "single"):
            raise refused(_("La part gardée pour toute la ville suppose un partage entre les lieux : choisissez-le."))
        return self
