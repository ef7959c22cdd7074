"""One scope made ready for its allocation: scores, total order, who is still in the running."""

from collections.abc import Mapping
from dataclasses import dataclass

from voting.tally.greedy import Fate, Laureates, out_of_the_running
from voting.tally.order import total_order
from voting.tally.results import BallotCount, Line, ScopeResult, Score, SharesRecord, Shortfall, Tallied, Tie
from voting.tally.scores import score, sort_ballots
from voting.tally.values import Ballot, Project, Rules, Scope, Urn


@dataclass(frozen=True)
class Ready:
    """`order`: all projects, best first. `running`: those that money and exclusions will decide on."""

    scope: Scope
    rules: Rules
    received_cents: int
    laureates: Laureates
    valid: Mapping[Ballot, int]
    ballots: BallotCount
    scores: Mapping[str, Score]
    order: tuple[Project, ...]
    out: Mapping[str, Fate]

    @property
    def budget_cents(self) -> int | None:
        return None if self.scope.budget_cents is None else self.scope.budget_cents + self.received_cents

    @property
    def running(self) -> tuple[Project, ...]:
        return tuple(project for project in self.order if project.id not in self.out)


def prepare(
    scope: Scope,
    rules: Rules,
    projects: tuple[Project, ...],
    urn: Urn | Tallied,
    received_cents: int,
    laureates: Laureates,
) -> Ready:
    valid: Mapping[Ballot, int] = {}
    if isinstance(urn, Tallied):
        ballots, scores = urn.ballots, urn.scores
    else:
        valid, ballots = sort_ballots(urn, scope.ballot, projects)
        scores = score(valid, scope.ballot, projects)
    reasons = {
        project.id: out_of_the_running(project, scores[project.id], scope, rules, ballots.valid) for project in projects
    }
    return Ready(
        scope=scope,
        rules=rules,
        received_cents=received_cents,
        laureates=laureates,
        valid=valid,
        ballots=ballots,
        scores=scores,
        order=total_order(projects, scores, scope.tie_criterion),
        out={project_id: Fate(reason, None) for project_id, reason in reasons.items() if reason is not None},
    )


def result_of(
    ready: Ready,
    fates: Mapping[str, Fate],
    taken: tuple[str, ...],
    *,
    ties: tuple[Tie, ...] = (),
    shortfalls: tuple[Shortfall, ...] = (),
    shares: SharesRecord | None = None,
) -> ScopeResult:
    """Lay the fates out as lines, in the total order."""
    all_fates = {**ready.out, **fates}
    taking = {project_id: position for position, project_id in enumerate(taken, start=1)}
    lines = tuple(
        Line(
            project_id=project.id,
            rank=rank,
            cost_cents=project.cost_cents,
            score=ready.scores[project.id],
            left_before_cents=all_fates[project.id].left_before_cents,
            reason=all_fates[project.id].reason,
            order=taking.get(project.id),
        )
        for rank, project in enumerate(ready.order, start=1)
    )
    return ScopeResult(
        scope_id=ready.scope.id,
        method=ready.scope.method,
        budget_cents=ready.scope.budget_cents,
        received_cents=ready.received_cents,
        ballots=ready.ballots,
        lines=lines,
        ties=ties,
        shortfalls=shortfalls,
        shares=shares,
    )
