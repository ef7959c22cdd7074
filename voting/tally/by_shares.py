"""A scope given out by equal shares: who may be bought, in which order ties fall, and what every line says."""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil

from voting.tally.equal_shares import Instance, Shares, bought_at, equal_shares
from voting.tally.greedy import Allocation, Fate, Laureates, Pass, allocate, bar
from voting.tally.results import (
    BoughtByShares,
    Conflict,
    DecidedBy,
    OverBudget,
    OwnerHasLaureate,
    SharesRecord,
    SupportersShort,
    TakenByFill,
    Tie,
)
from voting.tally.scope import Ready
from voting.tally.values import Project


def allocate_shares(ready: Ready) -> tuple[Allocation, SharesRecord, tuple[Tie, ...]]:
    """Equal shares over the running projects; then, if the rule says so, the fill and the comparison."""
    options, budget = ready.scope.equal_shares, ready.budget_cents or 0
    candidates = [project for project in ready.running if _may_be_bought(project, ready, budget)]
    candidates.sort(key=lambda project: (*_merit(project, ready), project.draw_rank, project.id))
    rivals = _rivals(candidates, ready)
    shares = equal_shares(
        Instance(candidates, ready.valid, rivals),
        budget,
        ready.ballots.valid,
        step_cents=options.step_cents,
        add_one=options.add_one,
    )
    allocation = _allocation(ready, shares, budget)
    record = SharesRecord(shares.endowment_cents, shares.steps, shares.is_complete)
    ties = _ties(ready, shares, candidates, rivals)
    if not options.comparison:
        return allocation, record, ties
    other = allocate(ready.scope, ready.rules, budget, ready.running, ready.laureates)
    ours, theirs = preferences(ready, allocation.taken, other.taken)
    kept = ours >= theirs
    record = SharesRecord(shares.endowment_cents, shares.steps, shares.is_complete, (ours, theirs), kept)
    return (allocation, record, ties) if kept else (other, record, ())


def preferences(ready: Ready, ours: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[int, int]:
    """How many voters support more of the projects of one outcome than of the other; a voter with none in one of them
    counts too."""
    ours_set, theirs_set = frozenset(ours), frozenset(theirs)
    first = second = 0
    for ballot, number in ready.valid.items():
        here = sum(project_id in ours_set for project_id, _ in ballot)
        there = sum(project_id in theirs_set for project_id, _ in ballot)
        first += number * (here > there)
        second += number * (there > here)
    return first, second


def _may_be_bought(project: Project, ready: Ready, budget_cents: int) -> bool:
    return project.cost_cents <= budget_cents and not bar(project, ready.rules, ready.laureates)


def _rivals(candidates: list[Project], ready: Ready) -> dict[str, frozenset[str]]:
    rivals: dict[str, set[str]] = {project.id: set() for project in candidates}
    for group in ready.rules.conflicts:
        for project_id in group & rivals.keys():
            rivals[project_id] |= group - {project_id}
    if ready.rules.one_per_owner:
        for project in candidates:
            rivals[project.id] |= {
                other.id for other in candidates if other.id != project.id and other.owners & project.owners
            }
    return {project_id: frozenset(others) for project_id, others in rivals.items()}


def _allocation(ready: Ready, shares: Shares, budget_cents: int) -> Allocation:
    """Replay the purchases in order, so that every line knows what was left before it."""
    projects = {project.id: project for project in ready.running}
    spending = Pass(ready.scope, ready.rules, budget_cents, ready.laureates.copy())
    for turn, bought in enumerate(shares.rounds, start=1):
        before = spending.left_cents
        spending.take(projects[bought.project_id], TakenByFill)
        reason = BoughtByShares(turn, bought.rho, bought.payment_cents, bought.payers, bought.capped)
        spending.fates[bought.project_id] = Fate(reason, before)
    if ready.scope.equal_shares.fill:
        spending.take_in_order(ready.running, TakenByFill)
    for project in ready.running:
        if project.id not in spending.fates:
            reason_left = _why_left(project, ready, shares, spending.laureates, budget_cents)
            spending.fates[project.id] = Fate(reason_left, spending.left_cents)
    return Allocation(spending.fates, tuple(spending.taken), (), spending.laureates)


def _why_left(
    project: Project, ready: Ready, shares: Shares, laureates: Laureates, budget_cents: int
) -> Conflict | OwnerHasLaureate | OverBudget | SupportersShort:
    if barred := bar(project, ready.rules, laureates):
        return barred
    if project.cost_cents > budget_cents:
        return OverBudget(project.cost_cents - budget_cents)
    return SupportersShort(ceil(project.cost_cents - shares.money_cents.get(project.id, Fraction(0))))


def _ties(
    ready: Ready, shares: Shares, candidates: list[Project], rivals: Mapping[str, frozenset[str]]
) -> tuple[Tie, ...]:
    """Rounds where several projects asked exactly as little: where putting one that was never bought first would, at
    the same step, have cost the other its place."""
    by_id = {project.id: project for project in candidates}
    ties = []
    for bought in shares.rounds:
        for other in (name for name in bought.tied_with if name in shares.money_cents):
            order = [project for project in candidates if project.id != other]
            order.insert(order.index(by_id[bought.project_id]), by_id[other])
            outcome = bought_at(Instance(order, ready.valid, rivals), ready.budget_cents or 0, shares.endowment_cents)
            if other in outcome and bought.project_id not in outcome:
                same = _merit(by_id[bought.project_id], ready) == _merit(by_id[other], ready)
                ties.append(Tie(bought.project_id, other, DecidedBy.DRAW if same else DecidedBy.CRITERION))
    return tuple(ties)


def _merit(project: Project, ready: Ready) -> tuple[int, int]:
    """What settles a tie of rho before the draw: lower cost, then more votes."""
    return project.cost_cents, -ready.scores[project.id].votes
