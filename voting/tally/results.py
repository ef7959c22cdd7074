"""What comes out of a count: the whole trace, with a typed reason on every line. Sentences are made elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from voting.tally.values import Dimension, Method, ThresholdUnit


@dataclass(frozen=True, slots=True)
class Taken:
    """Taken in the order of the scores; what is left of the envelope afterwards (None: no money binds)."""

    left_cents: int | None


@dataclass(frozen=True, slots=True)
class TakenByFloor:
    dimension: Dimension
    key: str
    round: int
    left_cents: int | None


@dataclass(frozen=True, slots=True)
class BoughtByShares:
    """Bought in a round of equal shares. `payment_cents`: what each of the `payers` paid; the `capped` supporters gave
    the less that they still had. `rho` = payment ÷ cost: the project counted as if 1 ÷ rho people shared it."""

    round: int
    rho: Fraction
    payment_cents: Fraction
    payers: int
    capped: int


@dataclass(frozen=True, slots=True)
class TakenByFill:
    """Taken with the money that equal shares left, in the order of the scores."""

    left_cents: int


@dataclass(frozen=True, slots=True)
class Withdrawn:
    pass


@dataclass(frozen=True, slots=True)
class ThresholdMissed:
    unit: ThresholdUnit
    required: int
    missing: int


@dataclass(frozen=True, slots=True)
class ZeroScore:
    pass


@dataclass(frozen=True, slots=True)
class Conflict:
    with_id: str


@dataclass(frozen=True, slots=True)
class OwnerHasLaureate:
    owner: str
    laureate_id: str


@dataclass(frozen=True, slots=True)
class CapReached:
    """`missing_cents` is given when the cap is one of money."""

    dimension: Dimension
    key: str
    max_projects: int | None = None
    max_cents: int | None = None
    missing_cents: int | None = None


@dataclass(frozen=True, slots=True)
class NumberReached:
    number: int


@dataclass(frozen=True, slots=True)
class OverBudget:
    missing_cents: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """The rule stops at the first project that the money does not reach; this one comes after it."""

    after_id: str


@dataclass(frozen=True, slots=True)
class SupportersShort:
    """Equal shares: at the last step before overspending, the supporters together lacked `missing_cents`."""

    missing_cents: int


TakenReason = Taken | TakenByFloor | BoughtByShares | TakenByFill
Reason = (
    TakenReason
    | Withdrawn
    | ThresholdMissed
    | ZeroScore
    | Conflict
    | OwnerHasLaureate
    | CapReached
    | NumberReached
    | OverBudget
    | Stopped
    | SupportersShort
)


class NullCode(StrEnum):
    UNKNOWN_PROJECT = "unknown_project"
    REPEATED_PROJECT = "repeated_project"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    MARK_TOO_LOW = "mark_too_low"
    MARK_TOO_HIGH = "mark_too_high"
    SUM_TOO_LOW = "sum_too_low"
    SUM_TOO_HIGH = "sum_too_high"
    SUM_NOT_EXACT = "sum_not_exact"
    COST_TOO_LOW = "cost_too_low"
    COST_TOO_HIGH = "cost_too_high"
    RANKS_BROKEN = "ranks_broken"


@dataclass(frozen=True, slots=True, order=True)
class Null:
    """Why a ballot is null: what it says and the bound it breaks (points, choices or cents, as the code tells)."""

    code: NullCode
    value: int = 0
    bound: int = 0


@dataclass(frozen=True, slots=True)
class BallotCount:
    """cast = valid + blank + null; `valid` are the non-blank valid ones."""

    cast: int
    valid: int
    blank: int
    nulls: tuple[tuple[Null, int], ...] = ()

    @property
    def null(self) -> int:
        return sum(number for _, number in self.nulls)


@dataclass(frozen=True, slots=True)
class Score:
    """`votes`: ballots that name the project (grades: above the worst). `score`: votes, points or the median grade.
    `removal` orders equal medians (majority judgement only): the medians as they are removed one by one."""

    votes: int
    score: int
    grades: tuple[int, ...] = ()
    removal: bytes = b""


@dataclass(frozen=True, slots=True)
class Tallied:
    """Ballots that are known by their sums alone, as a bundle publishes long ones: enough for the order of scores."""

    scores: Mapping[str, Score]
    ballots: BallotCount


@dataclass(frozen=True, slots=True)
class Line:
    """One project: its rank in the total order, from 1; `order`: when it was taken, from 1, within its scope."""

    project_id: str
    rank: int
    cost_cents: int
    score: Score
    left_before_cents: int | None
    reason: Reason
    order: int | None = None

    @property
    def is_taken(self) -> bool:
        return self.order is not None


class DecidedBy(StrEnum):
    CRITERION = "criterion"
    DRAW = "draw"


@dataclass(frozen=True, slots=True)
class Tie:
    """Equal scores whose order changes who is taken: the one taken, the one left, and what separated them."""

    taken_id: str
    left_id: str
    decided_by: DecidedBy


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A floor that could not be served in full."""

    dimension: Dimension
    key: str
    required: int
    reached: int


@dataclass(frozen=True, slots=True)
class SharesRecord:
    """Equal shares: what each voter was given at the step that was kept, how many steps were run, why they ended.
    `preferences` = (prefer equal shares, prefer the order of scores), when the rule compares the two."""

    endowment_cents: Fraction
    steps: int
    is_complete: bool
    preferences: tuple[int, int] | None = None
    is_kept: bool = True


@dataclass(frozen=True, slots=True)
class ScopeResult:
    scope_id: str
    method: Method
    budget_cents: int | None
    received_cents: int
    ballots: BallotCount
    lines: tuple[Line, ...]
    ties: tuple[Tie, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()
    shares: SharesRecord | None = None

    @property
    def winners(self) -> tuple[str, ...]:
        """Project ids in the order of taking."""
        taken = [(line.order, line.project_id) for line in self.lines if line.order is not None]
        return tuple(project_id for _, project_id in sorted(taken))

    @property
    def spent_cents(self) -> int:
        return sum(line.cost_cents for line in self.lines if line.is_taken)

    @property
    def left_cents(self) -> int | None:
        return None if self.budget_cents is None else self.budget_cents + self.received_cents - self.spent_cents


@dataclass(frozen=True, slots=True)
class Result:
    scopes: tuple[ScopeResult, ...]

    @property
    def winners(self) -> tuple[str, ...]:
        return tuple(project_id for scope in self.scopes for project_id in scope.winners)

    @property
    def spent_cents(self) -> int:
        return sum(scope.spent_cents for scope in self.scopes)

    @property
    def lines(self) -> Mapping[str, Line]:
        return {line.project_id: line for scope in self.scopes for line in scope.lines}
