"""What every section of the rules is made of."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from bp_platform.core.text import typeset_fr

Code = Annotated[str, Field(pattern=r"^[a-z0-9-]+$", max_length=40)]
Phrase = Annotated[str, Field(min_length=1, max_length=160)]
Named = Annotated[str, Field(max_length=120)]
Euros = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
Age = Annotated[int, Field(ge=0, le=99)]
Percent = Annotated[int, Field(ge=0, le=100)]
Number = Annotated[int, Field(ge=0, le=1000)]

Link = Literal["lives", "works", "studies", "pays_tax", "on_roll", "employed"]


class Section(BaseModel):
    """A part of the rules: it never changes once made, and knows no field that is not its own.

    A value that a règlement does not state is empty, zero or False, and prints nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


def refused(sentence: str) -> ValueError:
    """Why these values are not taken: one French sentence that says what to do."""
    return ValueError(typeset_fr(sentence))


def ages_in_order(lowest: int, highest: int | None) -> None:
    """Refuse an age range that holds nobody."""
    if highest is not None and highest < lowest:
        raise refused(_("L’âge maximal est plus bas que l’âge minimal : échangez-les."))
