"""Who decides, and how: the electorate, the ballot, the count."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from cycles.rules.base import Age, Code, Link, Named, Number, Percent, Section, ages_in_order, refused

Proof = Literal["postal_code", "desk", "roll", "franceconnect", "email_phone"]
Mode = Literal["popular_vote", "assembly", "body_designation", "jury", "mixed"]
Grade = Annotated[str, Field(min_length=1, max_length=40)]

WITHOUT_A_VOTE: tuple[Mode, ...] = ("body_designation", "jury")
LIMITS = (
    "minimum_per_area", "minimum_per_priority_area", "minimum_per_theme", "maximum_per_area", "maximum_per_theme",
    "maximum_laureates",
)  # fmt: skip


class Electorate(Section):
    """Who may vote."""

    minimum_age: Age = 16
    maximum_age: Age | None = None
    links: tuple[Link, ...] = ("lives",)  # one of them is enough
    proofs: tuple[Proof, ...] = ("postal_code", "desk")
    is_elected_excluded: bool = False
    maximum_proxies: Annotated[int, Field(ge=0, le=2)] = 0

    @model_validator(mode="after")
    def _coherent(self) -> Electorate:
        ages_in_order(self.minimum_age, self.maximum_age)
        if not self.links:
            raise refused(_("Indiquez qui peut voter : au moins un lien avec le territoire, par exemple y habiter."))
        return self


class ListChoices(Section):
    """How many choices on one list: a place's, a theme's, or « ville » for the town's."""

    code: Code
    minimum_choices: Number = 0
    maximum_choices: Annotated[int, Field(ge=1, le=1000)]

    @model_validator(mode="after")
    def _ordered(self) -> ListChoices:
        if self.minimum_choices > self.maximum_choices:
            raise refused(
                _("Sur la liste « %(code)s », le nombre minimal de choix dépasse le nombre maximal.")
                % {"code": self.code}
            )
        return self


class BallotRules(Section):
    """How one votes, how it is counted; or who chooses when there is no vote. Zero: no such limit."""

    decision_mode: Mode = "popular_vote"
    decided_by: Named = ""  # with its article: « le conseil citoyen »
    confirmed_by: Named = ""  # whose deliberation makes the result final
    assembly_order: Literal["plenary", "areas_then_plenary"] = "plenary"
    venue: Literal["online_and_in_person", "in_person", "public_space"] = "online_and_in_person"
    is_paper_refused: bool = False
    kind: Literal["approval", "choose_1", "points", "ranking", "majority_judgement", "show_of_hands"] = "approval"
    lists: Literal["by_area", "by_theme", "single"] = "by_area"  # a list for each envelope of a place, of a theme
    minimum_choices: Annotated[int, Field(ge=0)] = 1
    maximum_choices: Annotated[int, Field(ge=1)] = 5
    list_choices: tuple[ListChoices, ...] = ()
    is_budget_bounded: bool = False  # what one chooses must fit in the list’s envelope
    points_per_voter: Number = 0
    points_per_project: Number = 0
    grades: tuple[Grade, ...] = ()  # the best first
    allocation: Literal["greedy", "equal_shares"] = "greedy"
    on_misfit: Literal["skip", "stop"] = "skip"
    threshold_votes: Annotated[int, Field(ge=0)] = 0
    threshold_percent: Percent = 0
    maximum_laureates: Number = 0
    minimum_per_area: Number = 0
    minimum_per_priority_area: Number = 0
    minimum_per_theme: Number = 0
    maximum_per_area: Number = 0
    maximum_per_theme: Number = 0
    one_laureate_per_owner: bool = False
    one_laureate_per_site: bool = False
    tie_criterion: Literal["lower_cost", "more_voters", "draw_only"] = "lower_cost"

    @property
    def has_vote(self) -> bool:
        return self.decision_mode not in WITHOUT_A_VOTE

    @model_validator(mode="after")
    def _ordered(self) -> BallotRules:
        if self.minimum_choices > self.maximum_choices:
            raise refused(_("Le nombre minimal de choix dépasse le nombre maximal."))
        codes = [row.code for row in self.list_choices]
        if len(set(codes)) < len(codes):
            raise refused(_("Une liste a deux fois son nombre de choix : gardez une seule ligne."))
        return self

    @model_validator(mode="after")
    def _somebody_decides(self) -> BallotRules:
        if self.decision_mode in (*WITHOUT_A_VOTE, "mixed") and not self.decided_by.strip():
            raise refused(_("Indiquez qui désigne les projets retenus, par exemple « le conseil citoyen »."))
        if self.decision_mode != "assembly" and self.assembly_order != "plenary":
            raise refused(_("L’ordre des tours va avec un vote en assemblée : choisissez-la, ou retirez cet ordre."))
        return self

    @model_validator(mode="after")
    def _marks_are_bounded(self) -> BallotRules:
        if (self.kind == "majority_judgement") != bool(self.grades):
            raise refused(
                _("Les mentions vont avec le jugement majoritaire : donnez-en deux à sept, la meilleure d’abord.")
            )
        if self.grades and not 2 <= len(set(self.grades)) == len(self.grades) <= 7:
            raise refused(_("Le jugement majoritaire demande deux à sept mentions différentes."))
        if (self.kind == "points") != bool(self.points_per_voter):
            raise refused(_("Le nombre de points par personne va avec le vote par points : donnez les deux, ou aucun."))
        if self.points_per_project > self.points_per_voter:
            raise refused(_("Un projet peut recevoir plus de points qu’une personne n’en a : baissez ce nombre."))
        if self.is_budget_bounded and self.kind != "approval":
            raise refused(_("Le choix limité par l’enveloppe va avec l’approbation : changez le type de bulletin."))
        return self

    @model_validator(mode="after")
    def _limits_fit(self) -> BallotRules:
        if self.maximum_per_area and self.minimum_per_area > self.maximum_per_area:
            raise refused(_("Le nombre minimal de lauréats par lieu dépasse le nombre maximal."))
        if self.maximum_per_theme and self.minimum_per_theme > self.maximum_per_theme:
            raise refused(_("Le nombre minimal de lauréats par thème dépasse le nombre maximal."))
        least = max(self.minimum_per_area, self.minimum_per_priority_area, self.minimum_per_theme)
        if self.maximum_laureates and least > self.maximum_laureates:
            raise refused(
                _("Un seul lieu ou thème reçoit plus de lauréats qu’il n’y en a en tout : relevez ce nombre.")
            )
        if self.maximum_per_area and self.minimum_per_priority_area > self.maximum_per_area:
            raise refused(_("Le minimum des quartiers prioritaires dépasse le nombre maximal de lauréats par lieu."))
        if self.threshold_votes and self.threshold_percent:
            raise refused(_("Le seuil est en voix ou en pourcentage : gardez l’un des deux."))
        if self.threshold_percent and self.kind == "show_of_hands":
            raise refused(_("À main levée, le seuil s’écrit en voix : retirez le pourcentage."))
        if self.threshold_votes and self.kind == "majority_judgement":
            raise refused(_("Au jugement majoritaire, le seuil s’écrit en pourcentage : retirez le nombre de voix."))
        return self

    @model_validator(mode="after")
    def _shares_are_alone(self) -> BallotRules:
        if self.allocation != "equal_shares":
            return self
        if self.kind not in ("approval", "choose_1"):
            raise refused(_("Les parts égales se comptent sur des approbations : changez le type de bulletin."))
        if any(getattr(self, name) for name in LIMITS):
            raise refused(_("Les parts égales ne connaissent ni minimum ni maximum de lauréats : retirez-les."))
        return self
