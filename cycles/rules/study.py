"""How ideas are studied, which ones are chosen before the vote, and by whom."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from cycles.rules.base import Code, Number, Section, refused

Support = Literal["workshop", "appointment", "named_contact"]
BodyDecision = Literal[
    "admissibility", "merges", "preselection", "final_list", "designation", "ties", "leftovers", "follow_up",
    "evaluation",
]  # fmt: skip


class Study(Section):
    """How ideas are studied. Durations in days."""

    first_answer_days: Annotated[int, Field(ge=1, le=120)] = 15
    opinion_days: Annotated[int, Field(ge=1, le=180)] = 21
    owner_answer_days: Annotated[int, Field(ge=0, le=90)] = 0
    support: tuple[Support, ...] = ()  # how owners are helped to finish their project


class Preselection(Section):
    """Which ideas go on to the study or to the vote, when they are too many."""

    mode: Literal["none", "forum", "jury", "supports"] = "none"
    choices: Annotated[int, Field(ge=0, le=50)] = 0
    keeps_at_most: Number = 0
    minimum_per_area: Annotated[int, Field(ge=0, le=50)] = 0
    body: Code | Literal[""] = ""
    is_opinion_only: bool = False

    @model_validator(mode="after")
    def _coherent(self) -> Preselection:
        fields = type(self).model_fields
        if self.mode == "none" and any(getattr(self, name) != field.default for name, field in fields.items()):
            raise refused(
                _("Sans présélection, laissez vides ses autres réglages, ou choisissez comment elle se fait.")
            )
        if self.mode == "forum" and not self.choices:
            raise refused(_("Indiquez combien de voix chaque personne a au forum, par exemple 8."))
        if self.mode == "jury" and not self.body:
            raise refused(_("Indiquez quelle instance fait la présélection, par son code."))
        if self.keeps_at_most and self.minimum_per_area > self.keeps_at_most:
            raise refused(
                _("La présélection garde moins d’idées qu’elle n’en réserve à un seul lieu : relevez ce nombre.")
            )
        return self


class BodyRule(Section):
    """A body of the edition: its seats, how its members come to it, what it decides. `name` with its article."""

    code: Code
    name: Annotated[str, Field(min_length=1, max_length=120)]
    residents: Number = 0
    elected: Number = 0
    agents: Number = 0
    associations: Number = 0
    recruitment: Literal["unstated", "drawn", "volunteers", "appointed", "mixed"] = "unstated"
    decides: tuple[BodyDecision, ...] = ()

    @property
    def seats(self) -> int:
        return self.residents + self.elected + self.agents + self.associations


class Bodies(Section):
    """The bodies of the edition."""

    listed: tuple[BodyRule, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> Bodies:
        codes = [body.code for body in self.listed]
        if len(set(codes)) < len(codes):
            raise refused(_("Deux instances portent le même code : changez-en un."))
        return self

    def deciding(self, what: BodyDecision) -> BodyRule | None:
        """The first body that takes that decision."""
        return next((body for body in self.listed if what in body.decides), None)
