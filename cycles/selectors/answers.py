"""How a browser is known again by the page it answered, and by no other."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from bp_platform.core import codes
from cycles.models.answers import RemarkedAnswer, RemarkState

RemarkRow = tuple[int, str, str, str]


def hashed(purpose: str, pk: int, token: str) -> str:
    """The browser as it is kept: its token cannot be read back from it."""
    return codes.digest(f"{purpose}:{pk}", token)


def mark_of(remark: str) -> str:
    """What tells these words from others: whoever publishes a remark publishes what they read."""
    return codes.digest("remark", remark)[:16]


def remark_rows(answers: QuerySet[RemarkedAnswer], states: Iterable[RemarkState]) -> list[RemarkRow]:
    """The remarks in these states, the oldest first: their row, their text, their state, the mark of their words."""
    kept = answers.filter(remark_state__in=list(states)).order_by("answered_at", "pk")
    return [(pk, words, state, mark_of(words)) for pk, words, state in kept.values_list("pk", "remark", "remark_state")]
