"""The same answer from a published file alone (PROTOCOL §6.6.32): its declared rule, or the one asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from voting.tally.count import count
from voting.tally.order import draw_ranks
from voting.tally.pabulib import Election, Fault, VoteType, parse, read
from voting.tally.results import ScopeResult
from voting.tally.values import (
    BallotKind,
    BallotRule,
    EqualSharesOptions,
    Method,
    Project,
    Rules,
    Scope,
    Threshold,
)

DECLARED = "declared"
OPTIONS = (DECLARED, *Method)

_LABELS = {
    "greedy": Method.GREEDY,
    "greedy-threshold": Method.GREEDY,
    "greedy-exclusive": Method.GREEDY,
    "greedy-no-skip": Method.GREEDY_STOP,
    "equalshares": Method.EQUAL_SHARES,
    "equalshares/add1": Method.EQUAL_SHARES,
    "equalshares/add1-comparison": Method.EQUAL_SHARES,
}
_NOT_APPLIED = (
    "budget_per_category",
    "budget_per_neighborhood",
    "min_length_per_category",
    "max_length_per_category",
    "min_sum_cost_per_category",
    "max_sum_cost_per_category",
)
_KINDS = {
    VoteType.APPROVAL: BallotKind.APPROVAL,
    VoteType.CHOOSE_ONE: BallotKind.CHOOSE_ONE,
    VoteType.CUMULATIVE: BallotKind.POINTS,
    VoteType.SCORING: BallotKind.POINTS,
    VoteType.ORDINAL: BallotKind.RANKING,
}


@dataclass(frozen=True, slots=True)
class Recount:
    """What a file says once counted. `seconds`: what reading and counting took, for information."""

    election: Election
    rules: Rules
    scope: ScopeResult
    seconds: Mapping[str, float] = field(default_factory=dict, compare=False)

    @property
    def ballots(self) -> int:
        """All that were cast, blank and null ones too."""
        return self.election.ballot_count

    @property
    def rule(self) -> Method:
        return self.scope.method

    @property
    def winners(self) -> tuple[str, ...]:
        return self.scope.winners

    @property
    def spent_cents(self) -> int:
        return self.scope.spent_cents

    @property
    def votes(self) -> dict[str, int]:
        """Project id → valid ballots that name it, in the file's order."""
        votes = {line.project_id: line.score.votes for line in self.scope.lines}
        return {project.id: votes[project.id] for project in self.election.projects}


def recount(
    source: Path | str,
    rule: str = DECLARED,
    threshold: int | None = None,
    conflicts: Sequence[tuple[str, ...]] = (),
) -> Recount:
    """Count a Pabulib file (a path) or its text (a string with line breaks).

    `rule` is one of OPTIONS; a rule asked for replaces the declared one, the file's other bounds stay. `threshold`, in
    score units, replaces the file's. Raises ElectionFileError when the file is wrong or says less than a count needs.
    """
    start = perf_counter()
    election = parse(source) if isinstance(source, str) and "\n" in source else read(Path(source))
    middle = perf_counter()
    rules = rules_of(election, rule, threshold, conflicts)
    result = count(projects_of(election), {"": election.ballots}, rules)
    seconds = {"read": middle - start, "count": perf_counter() - middle}
    return Recount(election, rules, result.scopes[0], seconds)


def projects_of(election: Election) -> tuple[Project, ...]:
    """The projects with their rank in the draw: the seed is the file's `draw_seed`, or empty where it states none."""
    seed = election.meta.get("draw_seed", "").strip().encode()
    ranks = draw_ranks(seed, (row.id for row in election.projects))
    return tuple(Project(row.id, row.cost_cents, draw_rank=ranks[row.id]) for row in election.projects)


def rules_of(
    election: Election,
    rule: str = DECLARED,
    threshold: int | None = None,
    conflicts: Sequence[tuple[str, ...]] = (),
) -> Rules:
    """The file's META as rules. What it declares without saying how is refused, never guessed."""
    method, options = _method(election, rule, bool(conflicts))
    if rule == DECLARED:
        for key in _NOT_APPLIED:
            if election.meta.get(key, "").strip():
                raise election.fail(Fault.BOUND_NOT_APPLIED, key)
    if method is Method.EQUAL_SHARES and election.vote_type not in (VoteType.APPROVAL, VoteType.CHOOSE_ONE):
        raise election.fail(Fault.EQUAL_SHARES_NEEDS_APPROVALS, "vote_type", value=election.vote_type)
    ids = {row.id for row in election.projects}
    for stranger in sorted({project_id for group in conflicts for project_id in group} - ids):
        raise election.fail(Fault.CONFLICT_UNKNOWN, "", project=stranger)
    least = election.integer("min_project_score_threshold") if threshold is None else threshold
    scope = Scope(
        id="",
        budget_cents=election.cents("budget"),
        ballot=_ballot_rule(election),
        method=method,
        threshold=Threshold(least) if least else None,
        equal_shares=options,
    )
    return Rules(
        scopes=(scope,),
        conflicts=tuple(frozenset(group) for group in conflicts),
        withdrawn=frozenset(row.id for row in election.projects if row.is_withdrawn),
    )


def _method(election: Election, rule: str, has_conflicts: bool) -> tuple[Method, EqualSharesOptions]:
    if rule != DECLARED:
        return Method(rule), EqualSharesOptions()
    label = election.meta.get("rule", "").strip()
    if label not in _LABELS:
        raise election.fail(Fault.RULE_UNKNOWN, "rule", label=label)
    if label == "greedy-exclusive" and not has_conflicts:
        raise election.fail(Fault.CONFLICT_NEEDED, "rule", label=label)
    if label == "greedy-threshold" and election.integer("min_project_score_threshold") is None:
        raise election.fail(Fault.KEY_MISSING, "min_project_score_threshold")
    options = EqualSharesOptions(add_one="/add1" in label, comparison=label.endswith("-comparison"))
    return _LABELS[label], options


def _ballot_rule(election: Election) -> BallotRule:
    kind = _KINDS[election.vote_type]
    bound: Callable[[str], int | None] = election.integer
    longest = max((len(ballot) for ballot in election.ballots), default=0)
    return BallotRule(
        kind=kind,
        min_choices=bound("min_length") or 0,
        max_choices=bound("max_length"),
        min_points=bound("min_points") or 0,
        max_points=bound("max_points"),
        min_sum_points=bound("min_sum_points") or 0,
        max_sum_points=bound("max_sum_points"),
        min_sum_cost_cents=election.cents("min_sum_cost") or 0,
        max_sum_cost_cents=election.cents("max_sum_cost"),
        ranks=bound("max_length") or max(longest, 1) if kind is BallotKind.RANKING else None,
    )
