"""Ties that matter: equal scores whose order changes who is taken. The others are not worth a line in the record."""

from collections.abc import Iterator, Sequence

from voting.tally.greedy import Allocation, allocate
from voting.tally.order import are_tied, decided_by
from voting.tally.results import Tie
from voting.tally.scope import Ready
from voting.tally.values import Project


def decisive_ties(ready: Ready, allocation: Allocation) -> Iterator[Tie]:
    """A project left behind is put first among its equals; if somebody else then drops out, the tie was decisive."""
    order = ready.running
    for equals in _groups(ready, order):
        taken = [project for project in equals if project.id in allocation.taken]
        for left in equals:
            if not taken or left in taken:
                continue
            promoted = _promote(order, equals, left)
            other = allocate(ready.scope, ready.rules, ready.budget_cents, promoted, ready.laureates)
            displaced = [project for project in taken if project.id not in other.taken]
            if left.id in other.taken and displaced:
                rival = displaced[0]
                how = decided_by(rival, left, ready.scores, ready.scope.tie_criterion)
                yield Tie(rival.id, left.id, how)


def _groups(ready: Ready, order: Sequence[Project]) -> Iterator[list[Project]]:
    groups: list[list[Project]] = []
    for project in order:
        if groups and are_tied(ready.scores[groups[-1][0].id], ready.scores[project.id]):
            groups[-1].append(project)
        else:
            groups.append([project])
    yield from (group for group in groups if len(group) > 1)


def _promote(order: Sequence[Project], equals: list[Project], chosen: Project) -> list[Project]:
    start = order.index(equals[0])
    others = [project for project in equals if project != chosen]
    return [*order[:start], chosen, *others, *order[start + len(equals) :]]
