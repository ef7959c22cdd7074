"""A policy answers with a Decision: yes, in a role, or no, because."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to « may this be done? ».

    `reason` is a French sentence for the person refused; `role` is the role in which the act is allowed,
    as the journal will write it.
    """

    allowed: bool
    reason: str | _StrPromise = ""
    role: str = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Decision(True)


def yes_as(role: str) -> Decision:
    """Allowed, in this role."""
    return Decision(True, role=role)


def no(reason: str | _StrPromise) -> Decision:
    """Refused, and why, in one sentence."""
    return Decision(False, reason)


class Refused(Exception):  # noqa: N818 -- it reads as what happened
    """Raised by a service or by a door when a policy or a state says no."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(str(decision.reason))
        self.decision = decision


def demand(decision: Decision) -> Decision:
    """Raise Refused unless the decision is a yes; return it for its role."""
    if not decision:
        raise Refused(decision)
    return decision
