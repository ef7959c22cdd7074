"""How much of a scope's ballots is published (PROTOCOL §6.5.21–22). Pure."""

from __future__ import annotations

from enum import StrEnum

from voting.tally.values import BallotKind, Method, Scope

FEWEST_FOR_SCORES = 10
FEWEST_FOR_CONTENTS = 50
LONGEST_BALLOT = 5  # a longer one may be recognised by who wrote it


class Level(StrEnum):
    """From the least to the most. Each level is enough to count again, except the first, and equal shares by scores."""

    ORDER = "ordre"
    SCORES = "scores"
    HISTOGRAMS = "histogrammes"
    CONTENTS = "contenus"


def level(scope: Scope, ballots: int, *, is_replay: bool) -> Level:
    """What this scope's number of ballots, its ballot and its rule allow. A replay's ballots were published before."""
    if is_replay:
        return Level.CONTENTS
    if not tells_scores(ballots, is_replay=is_replay):
        return Level.ORDER
    if ballots < FEWEST_FOR_CONTENTS:
        return Level.SCORES
    return Level.CONTENTS if scope.method is Method.EQUAL_SHARES or _is_short(scope) else Level.HISTOGRAMS


def tells_scores(ballots: int, *, is_replay: bool) -> bool:
    """Whether a scope's scores are told, or its laureates and their order alone."""
    return is_replay or ballots >= FEWEST_FOR_SCORES


def _is_short(scope: Scope) -> bool:
    most = 1 if scope.ballot.kind is BallotKind.CHOOSE_ONE else scope.ballot.max_choices
    is_plain = scope.ballot.kind in (BallotKind.APPROVAL, BallotKind.CHOOSE_ONE)
    return is_plain and most is not None and most <= LONGEST_BALLOT
