"""Taking projects in the order of their scores (PROTOCOL §6.6.25–28): floors first, then the general pass."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from voting.tally.results import (
    CapReached,
    Conflict,
    NumberReached,
    OverBudget,
    OwnerHasLaureate,
    Reason,
    Score,
    Shortfall,
    Stopped,
    Taken,
    TakenByFill,
    TakenByFloor,
    TakenReason,
    ThresholdMissed,
    Withdrawn,
    ZeroScore,
)
from voting.tally.values import Cap, Dimension, Floor, Method, Project, Rules, Scope, Threshold, ThresholdUnit


@dataclass(frozen=True, slots=True)
class Fate:
    reason: Reason
    left_before_cents: int | None


@dataclass
class Laureates:
    """Who has been taken so far, over all scopes: what exclusions and owners look at."""

    taken: set[str] = field(default_factory=set)
    owners: dict[str, str] = field(default_factory=dict)

    def add(self, project: Project) -> None:
        self.taken.add(project.id)
        for owner in project.owners:
            self.owners.setdefault(owner, project.id)

    def copy(self) -> "Laureates":
        return Laureates(set(self.taken), dict(self.owners))


def bar(project: Project, rules: Rules, laureates: Laureates) -> Conflict | OwnerHasLaureate | None:
    """The exclusion that holds now: the first one taken bars the others, and nobody is revived."""
    for group in rules.conflicts:
        if project.id in group and (rivals := group & laureates.taken):
            return Conflict(min(rivals))
    if rules.one_per_owner:
        for owner in sorted(project.owners & laureates.owners.keys()):
            return OwnerHasLaureate(owner, laureates.owners[owner])
    return None


def required(threshold: Threshold, valid_ballots: int) -> int:
    """The least whole number that reaches the threshold; a percentage is compared by cross-multiplication, as its
    ceiling is here."""
    if threshold.unit is ThresholdUnit.PERCENT:
        share = Fraction(threshold.value)
        return -(-share.numerator * valid_ballots // (share.denominator * 100))
    return int(threshold.value)


def out_of_the_running(
    project: Project, score: Score, scope: Scope, rules: Rules, valid_ballots: int
) -> Withdrawn | ThresholdMissed | ZeroScore | None:
    """What keeps a project out whatever the money says. The threshold comes before everything else."""
    if project.id in rules.withdrawn:
        return Withdrawn()
    if scope.threshold is not None:
        need = required(scope.threshold, valid_ballots)
        reached = score.score if scope.threshold.unit is ThresholdUnit.SCORE else score.votes
        if reached < need:
            return ThresholdMissed(scope.threshold.unit, need, need - reached)
    return ZeroScore() if not (score.score or score.votes) else None


class Pass:
    """One scope's envelope while it is being spent."""

    def __init__(self, scope: Scope, rules: Rules, budget_cents: int | None, laureates: Laureates) -> None:
        self.scope, self.rules, self.laureates = scope, rules, laureates
        self.left_cents = budget_cents
        self.fates: dict[str, Fate] = {}
        self.taken: list[str] = []
        self.projects_by_key: Counter[tuple[Dimension, str]] = Counter()
        self.cents_by_key: Counter[tuple[Dimension, str]] = Counter()

    def cap_reached(self, project: Project) -> CapReached | None:
        for cap in self.scope.caps:
            if project.key(cap.dimension) == cap.key and (reached := self._reached(cap, project)):
                return reached
        return None

    def _reached(self, cap: Cap, project: Project) -> CapReached | None:
        key = (cap.dimension, cap.key)
        if cap.max_projects is not None and self.projects_by_key[key] >= cap.max_projects:
            return CapReached(cap.dimension, cap.key, max_projects=cap.max_projects)
        if cap.max_cents is not None:
            excess = self.cents_by_key[key] + project.cost_cents - cap.max_cents
            if excess > 0:
                return CapReached(cap.dimension, cap.key, max_cents=cap.max_cents, missing_cents=excess)
        return None

    def obstacle(self, project: Project) -> Conflict | OwnerHasLaureate | CapReached | NumberReached | None:
        """What bars a project now, money of the envelope apart."""
        if barred := bar(project, self.rules, self.laureates) or self.cap_reached(project):
            return barred
        number = self.scope.max_winners
        return NumberReached(number) if number is not None and len(self.taken) >= number else None

    def missing_cents(self, project: Project) -> int:
        return 0 if self.left_cents is None else max(0, project.cost_cents - self.left_cents)

    def take(self, project: Project, reason: type[Taken] | type[TakenByFill] | tuple[Floor, int]) -> None:
        before = self.left_cents
        self.left_cents = None if before is None else before - project.cost_cents
        self.laureates.add(project)
        self.taken.append(project.id)
        for dimension in Dimension:
            if (key := project.key(dimension)) is not None:
                self.projects_by_key[dimension, key] += 1
                self.cents_by_key[dimension, key] += project.cost_cents
        self.fates[project.id] = Fate(self._reason(reason), before)

    def _reason(self, reason: type[Taken] | type[TakenByFill] | tuple[Floor, int]) -> TakenReason:
        if isinstance(reason, tuple):
            floor, turn = reason
            return TakenByFloor(floor.dimension, floor.key, turn, self.left_cents)
        return Taken(self.left_cents) if reason is Taken else TakenByFill(self.left_cents or 0)

    def serve_floors(self, order: Sequence[Project]) -> tuple[Shortfall, ...]:
        """Round 1 gives each area its best, areas in the order of their candidates; round 2 the second ones. Always
        skips, even where the rule stops."""
        floors = self.scope.floors
        for turn in range(1, max((floor.min_projects for floor in floors), default=0) + 1):
            for project in order:
                floor = self._hungry_floor(project, turn)
                if not floor or project.id in self.fates or self.obstacle(project):
                    continue
                if not self.missing_cents(project):
                    self.take(project, (floor, turn))
        reached = [(floor, self.projects_by_key[floor.dimension, floor.key]) for floor in floors]
        return tuple(
            Shortfall(floor.dimension, floor.key, floor.min_projects, number)
            for floor, number in reached
            if number < floor.min_projects
        )

    def _hungry_floor(self, project: Project, turn: int) -> Floor | None:
        for floor in self.scope.floors:
            served = self.projects_by_key[floor.dimension, floor.key]
            if project.key(floor.dimension) == floor.key and served < min(turn, floor.min_projects):
                return floor
        return None

    def take_in_order(
        self, order: Sequence[Project], reason: type[Taken] | type[TakenByFill] = Taken, *, stops: bool = False
    ) -> None:
        """The general pass. Only a lack of money stops; threshold, withdrawal, exclusion, owner and cap are skips."""
        stopped_by: str | None = None
        for project in order:
            if project.id in self.fates:
                continue
            if obstacle := self.obstacle(project):
                self.fates[project.id] = Fate(obstacle, self.left_cents)
            elif stopped_by is not None:
                self.fates[project.id] = Fate(Stopped(stopped_by), self.left_cents)
            elif missing := self.missing_cents(project):
                self.fates[project.id] = Fate(OverBudget(missing), self.left_cents)
                stopped_by = project.id if stops else None
            else:
                self.take(project, reason)


@dataclass(frozen=True, slots=True)
class Allocation:
    fates: Mapping[str, Fate]
    taken: tuple[str, ...]
    shortfalls: tuple[Shortfall, ...]
    laureates: Laureates


def allocate(
    scope: Scope, rules: Rules, budget_cents: int | None, order: Sequence[Project], laureates: Laureates
) -> Allocation:
    """Floors, then the order. `order` holds the projects still in the running; `laureates` is left untouched."""
    spending = Pass(scope, rules, budget_cents, laureates.copy())
    shortfalls = spending.serve_floors(order)
    spending.take_in_order(order, stops=scope.method is Method.GREEDY_STOP)
    return Allocation(spending.fates, tuple(spending.taken), shortfalls, spending.laureates)
