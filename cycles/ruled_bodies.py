"""What an article about a body makes of it: its nature, its colleges, when its work is. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from bp_platform.core import text
from cycles import powers
from cycles.models import BodyKind, Recruitment
from cycles.rules import BodyRule

KINDS: Mapping[str, BodyKind] = {
    "jury": BodyKind.JURY, "pilotage": BodyKind.STEERING, "copil": BodyKind.STEERING, "noyau": BodyKind.CORE_GROUP,
    "suivi": BodyKind.FOLLOW_UP, "citoyen": BodyKind.CITIZENS,
}  # fmt: skip
PHASE_OF: Mapping[str, str] = {
    "admissibility": "instruction", "merges": "instruction", "preselection": "preselection", "final_list": "vote",
    "designation": "proclamation", "ties": "proclamation", "leftovers": "realisation", "follow_up": "realisation",
    "evaluation": "review",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seats:
    """A college as the article gives it."""

    name: str
    seats: int
    recruitment: Recruitment


def is_of(rule: BodyRule, code: str, name: str) -> bool:
    """Whether a body is the one of that line of the article: said so, or of the same name."""
    return code == rule.code or text.plain(powers.bare(name)) == text.plain(powers.bare(rule.name))


def kind_of(rule: BodyRule) -> BodyKind:
    """Its nature, from its name, else from its code."""
    for words in (rule.name, rule.code):
        found = next((kind for word, kind in KINDS.items() if word in words.lower()), None)
        if found is not None:
            return found
    return BodyKind.OTHER


def colleges_of(rule: BodyRule) -> list[Seats]:
    """Residents come as the article says; elected members and agents are always appointed, as their side decides."""
    residents = {"drawn": Recruitment.LOT, "mixed": Recruitment.LOT, "appointed": Recruitment.APPOINTED}
    how = residents.get(rule.recruitment, Recruitment.CALL)
    associations = Recruitment.APPOINTED if rule.recruitment == "appointed" else Recruitment.CALL
    return [
        Seats(name, seats, recruitment)
        for name, seats, recruitment in (
            (_("Habitantes et habitants"), rule.residents, how),
            (_("Élues et élus"), rule.elected, Recruitment.APPOINTED),
            (_("Agents"), rule.agents, Recruitment.APPOINTED),
            (_("Associations"), rule.associations, associations),
        )
        if seats
    ]
