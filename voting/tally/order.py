"""The one total order (PROTOCOL §6.6.24): score, then the rule's criterion, then the public draw."""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from voting.tally.results import DecidedBy, Score
from voting.tally.values import Project, TieCriterion

_FLIP = bytes(255 - byte for byte in range(256))


def draw_ranks(seed: bytes, numbers: Iterable[str]) -> dict[str, int]:
    """The public draw: project number → rank from 1, by ascending SHA-256(seed ‖ 0x00 ‖ number)."""
    drawn = sorted(set(numbers), key=lambda number: sha256(seed + b"\0" + number.encode()).digest())
    return {number: rank for rank, number in enumerate(drawn, start=1)}


def _merit(score: Score) -> tuple[int, bytes]:
    return -score.score, score.removal.translate(_FLIP)


def _criterion(project: Project, score: Score, criterion: TieCriterion) -> int:
    if criterion is TieCriterion.LOWER_COST:
        return project.cost_cents
    return -score.votes if criterion is TieCriterion.MORE_VOTERS else 0


def total_order(
    projects: Iterable[Project], scores: Mapping[str, Score], criterion: TieCriterion
) -> tuple[Project, ...]:
    """Best first. The id comes last so that the order is total even where no draw was made."""
    return tuple(
        sorted(
            projects,
            key=lambda project: (
                _merit(scores[project.id]),
                _criterion(project, scores[project.id], criterion),
                project.draw_rank,
                project.id,
            ),
        )
    )


def are_tied(one: Score, other: Score) -> bool:
    return _merit(one) == _merit(other)


def decided_by(one: Project, other: Project, scores: Mapping[str, Score], criterion: TieCriterion) -> DecidedBy:
    """What separates two projects of equal score."""
    same = _criterion(one, scores[one.id], criterion) == _criterion(other, scores[other.id], criterion)
    return DecidedBy.DRAW if same else DecidedBy.CRITERION
