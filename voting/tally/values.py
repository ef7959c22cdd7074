"""What goes into a count: projects, ballots and rules. Money is integer cents throughout."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

Ballot = tuple[tuple[str, int], ...]
"""One ballot's content: (project id, mark) pairs. The mark is 1 for an approval, the points given, the rank from 1, or
the grade from 0 (worst). No mark at all is a blank ballot."""

Urn = Mapping[Ballot, int]
"""Equal ballots grouped: content → how many people cast it. Nothing in a count needs to know who."""


class BallotKind(StrEnum):
    APPROVAL = "approval"
    CHOOSE_ONE = "choose_one"
    POINTS = "points"
    RANKING = "ranking"
    GRADES = "grades"
    HANDS = "hands"


class Method(StrEnum):
    GREEDY = "greedy"
    GREEDY_STOP = "greedy_stop"
    EQUAL_SHARES = "equal_shares"


class TieCriterion(StrEnum):
    """What separates equal scores before the public draw does."""

    LOWER_COST = "lower_cost"
    MORE_VOTERS = "more_voters"
    DRAW_ONLY = "draw_only"


class Dimension(StrEnum):
    AREA = "area"
    THEME = "theme"
    TRANCHE = "tranche"


class ThresholdUnit(StrEnum):
    SCORE = "score"
    VOTERS = "voters"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Project:
    """A project as sealed. `draw_rank` is its place in the public draw (`order.draw_ranks`)."""

    id: str
    cost_cents: int
    scope: str = ""
    area: str | None = None
    theme: str | None = None
    tranche: str | None = None
    owners: frozenset[str] = frozenset()
    draw_rank: int = 0

    def key(self, dimension: Dimension) -> str | None:
        return {Dimension.AREA: self.area, Dimension.THEME: self.theme, Dimension.TRANCHE: self.tranche}[dimension]


@dataclass(frozen=True, slots=True)
class BallotRule:
    """What makes a ballot valid. A bound that is None does not apply; an invalid ballot is null, never trimmed."""

    kind: BallotKind
    min_choices: int = 0
    max_choices: int | None = None
    min_points: int = 0
    max_points: int | None = None
    min_sum_points: int = 0
    max_sum_points: int | None = None
    exact_sum: bool = False
    min_sum_cost_cents: int = 0
    max_sum_cost_cents: int | None = None
    ranks: int | None = None
    grades: int | None = None


@dataclass(frozen=True, slots=True)
class Threshold:
    """Reached with `>=`. Score units or voters (whole), or a percentage of the valid non-blank ballots of the scope."""

    value: int | Fraction
    unit: ThresholdUnit = ThresholdUnit.SCORE


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many projects, or so much money, for one area, theme or tranche."""

    dimension: Dimension
    key: str
    max_projects: int | None = None
    max_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Floor:
    """At least so many projects for one area, theme or tranche, served before the general pass."""

    dimension: Dimension
    key: str
    min_projects: int


@dataclass(frozen=True, slots=True)
class EqualSharesOptions:
    """Add1 in steps of `step_cents` from the whole steps that the budget gives each voter; with `add_one` off, one
    round from the exact quotient. Fill and comparison are off unless the rule says so."""

    add_one: bool = True
    step_cents: int = 100
    fill: bool = False
    comparison: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """One list voted on its own: its ballot, its money (None: no money binds), its way of choosing."""

    id: str
    budget_cents: int | None
    ballot: BallotRule
    method: Method = Method.GREEDY
    threshold: Threshold | None = None
    max_winners: int | None = None
    caps: tuple[Cap, ...] = ()
    floors: tuple[Floor, ...] = ()
    leftover_to: str | None = None
    tie_criterion: TieCriterion = TieCriterion.LOWER_COST
    equal_shares: EqualSharesOptions = field(default_factory=EqualSharesOptions)


@dataclass(frozen=True, slots=True)
class Rules:
    """The whole poll: scopes in the sealed order; exclusions, owners and withdrawals hold across scopes."""

    scopes: tuple[Scope, ...]
    conflicts: tuple[frozenset[str], ...] = ()
    withdrawn: frozenset[str] = frozenset()
    one_per_owner: bool = False


class RulesFault(StrEnum):
    SCOPE_UNKNOWN = "scope_unknown"
    SCOPE_REPEATED = "scope_repeated"
    PROJECT_REPEATED = "project_repeated"
    CONFLICT_UNKNOWN = "conflict_unknown"
    LEFTOVER_NOT_LATER = "leftover_not_later"
    EQUAL_SHARES_NEEDS_APPROVALS = "equal_shares_needs_approvals"
    EQUAL_SHARES_NEEDS_BALLOTS = "equal_shares_needs_ballots"
    EQUAL_SHARES_NEEDS_A_BUDGET = "equal_shares_needs_a_budget"
    EQUAL_SHARES_WITH_LIMITS = "equal_shares_with_limits"
    RANKS_MISSING = "ranks_missing"
    GRADES_MISSING = "grades_missing"
    THRESHOLD_UNIT = "threshold_unit"


class RulesError(ValueError):
    """Rules that no count can apply; `subject` is the scope or project concerned."""

    def __init__(self, fault: RulesFault, subject: str = "") -> None:
        super().__init__(f"{fault}: {subject}")
        self.fault = fault
        self.subject = subject


def check(rules: Rules, projects: tuple[Project, ...]) -> None:
    """Refuse rules whose combination is undefined, before anything is counted."""
    names = [scope.id for scope in rules.scopes]
    ids = {project.id for project in projects}
    if len(set(names)) != len(names):
        raise RulesError(RulesFault.SCOPE_REPEATED, next(name for name in names if names.count(name) > 1))
    if len(ids) != len(projects):
        raise RulesError(RulesFault.PROJECT_REPEATED)
    for project in projects:
        if project.scope not in names:
            raise RulesError(RulesFault.SCOPE_UNKNOWN, project.id)
    for stranger in sorted({project_id for group in rules.conflicts for project_id in group} - ids):
        raise RulesError(RulesFault.CONFLICT_UNKNOWN, stranger)
    for position, scope in enumerate(rules.scopes):
        if scope.leftover_to is not None and scope.leftover_to not in names[position + 1 :]:
            raise RulesError(RulesFault.LEFTOVER_NOT_LATER, scope.id)
        _check_scope(scope)


def _check_scope(scope: Scope) -> None:
    kind, unit = scope.ballot.kind, scope.threshold.unit if scope.threshold else None
    if kind is BallotKind.RANKING and not scope.ballot.ranks:
        raise RulesError(RulesFault.RANKS_MISSING, scope.id)
    if kind is BallotKind.GRADES and not scope.ballot.grades:
        raise RulesError(RulesFault.GRADES_MISSING, scope.id)
    if (kind is BallotKind.GRADES and unit is ThresholdUnit.SCORE) or (
        kind is BallotKind.HANDS and unit is ThresholdUnit.PERCENT
    ):
        raise RulesError(RulesFault.THRESHOLD_UNIT, scope.id)
    if scope.method is not Method.EQUAL_SHARES:
        return
    if kind not in (BallotKind.APPROVAL, BallotKind.CHOOSE_ONE):
        raise RulesError(RulesFault.EQUAL_SHARES_NEEDS_APPROVALS, scope.id)
    if scope.budget_cents is None:
        raise RulesError(RulesFault.EQUAL_SHARES_NEEDS_A_BUDGET, scope.id)
    if scope.caps or scope.floors or scope.max_winners is not None:
        raise RulesError(RulesFault.EQUAL_SHARES_WITH_LIMITS, scope.id)
