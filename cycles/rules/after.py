"""What follows the vote: delivery, leftovers, evaluation, and how long what was asked is kept."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from cycles.rules.base import Named, Phrase, Section

Checkpoint = Literal["diagnosis", "call", "instruction", "preselection", "campaign", "vote", "realisation"]
USUAL_ANSWER_DAYS = 30
ROLL_MONTHS = 6  # the roll and the box are destroyed then, by two people, and never before
Months = Annotated[int, Field(ge=0, le=120)]


class DeliveryRules(Section):
    """How the laureates are built."""

    deadline_months: Annotated[int, Field(ge=1, le=60)] = 24
    update_every_days: Annotated[int, Field(ge=15, le=365)] = 90
    answer_days: Annotated[int, Field(ge=0, le=120)] = USUAL_ANSWER_DAYS  # zero: promised by no article
    carried_by: Literal["services", "owners", "both"] = "services"
    has_follow_up_groups: bool = False


class Leftovers(Section):
    """What becomes of the money that is not spent."""

    unspent: Literal["unstated", "next_edition", "town_list", "projects_in_difficulty", "body", "town_budget"] = (
        "unstated"
    )


class Evaluation(Section):
    """How the edition is judged."""

    led_by: Named = ""  # with its article: « l’Université du Citoyen »
    is_asked_to_residents: bool = False
    checkpoints: tuple[Checkpoint, ...] = ()  # the phases after which what was lived is looked at together
    indicators: tuple[Phrase, ...] = ()


class Retention(Section):
    """How long personal data is kept; zero: as the privacy notice says, and no longer."""

    roll_months: Annotated[int, Field(ge=0, le=6)] = 0  # after the council’s resolution
    deposit_months: Annotated[int, Field(ge=0, le=24)] = 0  # after the end of the delivery
