"""The method of equal shares with cost utility, exact (PROTOCOL §6.6.31).

Each voter gets the same sum. A project is bought when its supporters can pay for it together, everyone the same part
or their last cent; the one that asks least per unit of cost comes first. The sum is then raised step by step, each time
from scratch, until the next step would overspend or everything is bought.

Budgets are exact rationals, kept as reduced (numerator, denominator) pairs: `Fraction` costs three times as much here.
Floats only sort out who cannot be first: whatever lies within `_NEAR` of the best is compared exactly. Each value is
kept once (`_Run.exact`), as many voters hold the same sum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import gcd, inf

from voting.tally.values import Ballot, Project

_NEAR = 1e-7


@dataclass(frozen=True, slots=True)
class Round:
    """One purchase. `payment_cents` is what each supporter paid who had it; `capped` supporters gave all they had."""

    project_id: str
    rho: Fraction
    payment_cents: Fraction
    payers: int
    capped: int
    tied_with: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shares:
    """The kept step. `money_cents`: for every project not bought, what its supporters still hold together."""

    endowment_cents: Fraction
    rounds: tuple[Round, ...]
    money_cents: Mapping[str, Fraction]
    barred_by: Mapping[str, str]
    is_complete: bool
    steps: int


class Instance:
    """Projects and grouped ballots, indexed once for all the steps. `projects` come in the order that settles ties
    of rho: the caller gives cost, then votes, then draw."""

    def __init__(
        self, projects: Sequence[Project], valid: Mapping[Ballot, int], rivals: Mapping[str, frozenset[str]]
    ) -> None:
        index = {project.id: place for place, project in enumerate(projects)}
        groups: dict[tuple[int, ...], int] = {}
        for ballot, number in valid.items():
            wanted = tuple(sorted(index[project_id] for project_id, _ in ballot if project_id in index))
            groups[wanted] = groups.get(wanted, 0) + number
        groups.pop((), None)
        self.ids = [project.id for project in projects]
        self.costs = [project.cost_cents for project in projects]
        self.approvals = list(groups)
        self.weights = list(groups.values())
        self.supporters: list[list[int]] = [[] for _ in projects]
        for group, wanted in enumerate(self.approvals):
            for place in wanted:
                self.supporters[place].append(group)
        self.votes = [sum(self.weights[group] for group in groups_of) for groups_of in self.supporters]
        self.rivals = [
            frozenset(index[rival] for rival in rivals.get(project.id, ()) if rival in index) for project in projects
        ]


class _Run:
    """One step: everybody starts with `endowment` cents."""

    def __init__(self, instance: Instance, endowment: Fraction) -> None:
        self.instance, self.endowment = instance, endowment
        self.exact: list[tuple[int, int]] = []
        self.approx: list[float] = []
        self.index: dict[tuple[int, int], int] = {}
        self._value(endowment.numerator, endowment.denominator)
        self.held: dict[int, dict[int, int]] = {}
        self.at = [0] * len(instance.weights)
        self.rounds: list[Round] = []
        self.bought: dict[int, int] = {}
        self.barred: dict[int, int] = {}
        self.spent_cents = 0
        self.is_capped = False

    def _value(self, numerator: int, denominator: int) -> int:
        """The index of a reduced value, new or known."""
        pair = (numerator, denominator)
        if pair not in self.index:
            self.index[pair] = len(self.exact)
            self.exact.append(pair)
            self.approx.append(numerator / denominator)
        return self.index[pair]

    def _hold(self, place: int) -> dict[int, int]:
        """Value index → number of supporters who hold that value; kept in `held` until the next purchase."""
        number: dict[int, int] = {}
        weights, at = self.instance.weights, self.at
        for group in self.instance.supporters[place]:
            value = at[group]
            number[value] = number.get(value, 0) + weights[group]
        self.held[place] = number
        return number

    def money(self, place: int) -> Fraction:
        return sum((Fraction(*self.exact[value]) * number for value, number in self._hold(place).items()), Fraction(0))

    def rough_rho(self, place: int) -> float:
        """rho in floats, or infinity when the supporters cannot pay."""
        cost, weight, approx = self.instance.costs[place], self.instance.votes[place], self.approx
        holdings = sorted([(approx[value], number) for value, number in self._hold(place).items()])
        total = sum(value * number for value, number in holdings)
        if not cost:
            return 0.0
        if total < cost * (1 + _NEAR) and (total < cost * (1 - _NEAR) or self.money(place) < cost):
            return inf
        remaining = float(cost)
        for value, number in holdings:
            if remaining <= value * weight or number == weight:
                break
            remaining -= value * number
            weight -= number
        return remaining / weight / cost

    def payment(self, place: int) -> tuple[Fraction, int]:
        """What each supporter pays at most, exactly, and how many can pay that much. The supporters, evaluated since
        the last purchase, can pay."""
        held, exact = self.held[place], self.exact
        weight = self.instance.votes[place]
        owed, unit = self.instance.costs[place], 1
        for value in self._ascending(held):
            numerator, denominator = exact[value]
            if owed * denominator <= numerator * weight * unit:
                break
            owed = owed * denominator - numerator * held[value] * unit
            unit *= denominator
            common = gcd(owed, unit)
            owed, unit = owed // common, unit // common
            weight -= held[value]
        return Fraction(owed, unit * weight), weight

    def _ascending(self, held: Mapping[int, int]) -> list[int]:
        """Values in exact order: floats are correctly rounded, so only equal floats need the exact comparison."""
        approx = self.approx
        values = sorted(held, key=approx.__getitem__)
        if len({approx[value] for value in values}) < len(values):
            values.sort(key=lambda value: Fraction(*self.exact[value]))
        return values

    def buy(self, place: int, tied: Sequence[int]) -> None:
        payment, full = self.payment(place)
        cost, votes = self.instance.costs[place], self.instance.votes[place]
        rho = payment / cost if cost else Fraction(0)
        names = tuple(self.instance.ids[other] for other in tied if other != place)
        self.rounds.append(Round(self.instance.ids[place], rho, payment, full, votes - full, names))
        self.bought[place] = len(self.rounds) - 1
        self.spent_cents += cost
        self.is_capped = self.is_capped or full < votes
        for rival in self.instance.rivals[place]:
            self.barred.setdefault(rival, place)
        if payment:
            self._pay(place, payment)

    def _pay(self, place: int, payment: Fraction) -> None:
        paid, unit = payment.numerator, payment.denominator
        after: dict[int, int] = {}
        for value in self.held[place]:
            numerator, denominator = self.exact[value]
            rest, common = numerator * unit - paid * denominator, denominator * unit
            divisor = gcd(rest, common)
            after[value] = self._value(rest // divisor, common // divisor) if rest > 0 else self._value(0, 1)
        at = self.at
        for group in self.instance.supporters[place]:
            at[group] = after[at[group]]

    def go(self, budget_cents: int) -> bool:
        """Buy until nothing more can be bought; False as soon as the budget is overspent.

        The heap holds the last known rho of each project: budgets only shrink, so it never overstates."""
        heap = [(1 / votes, place) for place, votes in enumerate(self.instance.votes) if votes]
        heap = [(0.0 if not self.instance.costs[place] else rho, place) for rho, place in heap]
        heapify(heap)
        while fresh := self._front(heap):
            best = min(fresh)[0]
            near = [place for rho, place in fresh if rho <= best * (1 + _NEAR)]
            chosen, tied = self._first(near)
            self.buy(chosen, tied)
            if self.spent_cents > budget_cents:
                return False
            for rho, place in fresh:
                if place != chosen:
                    heappush(heap, (rho, place))
        return True

    def _front(self, heap: list[tuple[float, int]]) -> list[tuple[float, int]]:
        """Take off the heap, with their present rho, all projects that could be first now."""
        fresh: list[tuple[float, int]] = []
        best = inf
        while heap and heap[0][0] <= best * (1 + 2 * _NEAR):
            place = heappop(heap)[1]
            if place not in self.barred and (rho := self.rough_rho(place)) < inf:
                fresh.append((rho, place))
                best = min(best, rho)
        return fresh

    def _first(self, near: list[int]) -> tuple[int, list[int]]:
        """The least rho, exactly; places are in the order that settles ties."""
        if len(near) == 1:
            return near[0], near
        costs = self.instance.costs
        rhos = {place: self.payment(place)[0] / costs[place] if costs[place] else Fraction(0) for place in near}
        least = min(rhos.values())
        tied = sorted(place for place, rho in rhos.items() if rho == least)
        return tied[0], tied

    @property
    def is_complete(self) -> bool:
        return all(
            place in self.bought or place in self.barred for place, votes in enumerate(self.instance.votes) if votes
        )

    def next_change(self) -> Fraction | None:
        """An endowment below which, from here, raising it changes nothing: None when no bound is known.

        Known when every supporter paid the same part in every round: then rho is 1 ÷ votes, whatever the endowment, and
        a project not bought can only step in at a round whose rho is not below its own 1 ÷ votes, with at most the
        money its supporters have left at that round."""
        if self.is_capped:
            return None
        bounds = [
            bound
            for place, votes in enumerate(self.instance.votes)
            if votes and place not in self.bought and (bound := self._earliest_entry(place)) is not None
        ]
        return min(bounds, default=None)

    def _earliest_entry(self, place: int) -> Fraction | None:
        votes, cost = self.instance.votes[place], self.instance.costs[place]
        least = Fraction(1, votes)
        entry = next((turn for turn, bought in enumerate(self.rounds) if bought.rho >= least), len(self.rounds))
        if place in self.barred and entry > self.bought[self.barred[place]]:
            return None
        spent = Fraction(0)
        for group in self.instance.supporters[place]:
            paid = (self.bought[other] for other in self.instance.approvals[group] if other in self.bought)
            spent += self.instance.weights[group] * sum(
                self.rounds[turn].payment_cents for turn in paid if turn < entry
            )
        return (cost + spent) / votes


def equal_shares(
    instance: Instance, budget_cents: int, voters: int, *, step_cents: int = 100, add_one: bool = True
) -> Shares:
    """Raise the endowment from ⌊budget ÷ voters⌋ whole steps, each step from scratch; the last one that does not
    overspend is kept. Without `add_one`, the exact quotient once. Steps that cannot change anything are jumped over."""
    if not voters:
        return _record(_Run(instance, Fraction(0)), 0)
    if not add_one:
        single = _Run(instance, Fraction(budget_cents, voters))
        single.go(budget_cents)
        return _record(single, 1)
    endowment = budget_cents // (step_cents * voters) * step_cents
    run = _Run(instance, Fraction(endowment))
    run.go(budget_cents)
    steps = 1
    while not run.is_complete:
        following = endowment + step_cents
        if (change := run.next_change()) is not None and change > following:
            following = -int(-change // step_cents) * step_cents
        candidate = _Run(instance, Fraction(following))
        steps += 1
        if not candidate.go(budget_cents):
            return _record(_last_step(run, following - step_cents, budget_cents), steps)
        run, endowment = candidate, following
    return _record(run, steps)


def bought_at(instance: Instance, budget_cents: int, endowment_cents: Fraction) -> frozenset[str]:
    """What one step buys, until it overspends."""
    run = _Run(instance, endowment_cents)
    run.go(budget_cents)
    return frozenset(instance.ids[place] for place in run.bought)


def _last_step(run: _Run, endowment: int, budget_cents: int) -> _Run:
    """The step just before the one that overspends: after a jump, the same purchases with more money left."""
    if endowment == run.endowment:
        return run
    last = _Run(run.instance, Fraction(endowment))
    last.go(budget_cents)
    return last


def _record(run: _Run, steps: int) -> Shares:
    ids = run.instance.ids
    unbought = [place for place in range(len(ids)) if place not in run.bought]
    return Shares(
        endowment_cents=run.endowment,
        rounds=tuple(run.rounds),
        money_cents={ids[place]: run.money(place) for place in unbought},
        barred_by={ids[place]: ids[by] for place, by in run.barred.items() if place not in run.bought},
        is_complete=run.is_complete,
        steps=steps,
    )
