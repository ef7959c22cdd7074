"""The count of a whole poll: the scopes in their sealed order, each with its trace (PROTOCOL §6.6)."""

from collections import Counter
from collections.abc import Iterable, Mapping

from voting.tally.by_shares import allocate_shares
from voting.tally.greedy import Laureates, allocate
from voting.tally.results import Result, ScopeResult, Tallied
from voting.tally.scope import Ready, prepare, result_of
from voting.tally.ties import decisive_ties
from voting.tally.values import Method, Project, Rules, RulesError, RulesFault, Urn, check


def count(projects: Iterable[Project], urns: Mapping[str, Urn | Tallied], rules: Rules) -> Result:
    """Count the urn of each scope (scope id → grouped ballots); a scope without an urn has no ballots;
    where only sums are known, equal shares cannot be counted.

    One pass in the sealed order: who is taken in a scope bars rivals in the later ones, and what a scope leaves goes
    only to the later scope it names. Raises RulesError when the rules contradict one another."""
    sealed = tuple(projects)
    check(rules, sealed)
    laureates = Laureates()
    received: Counter[str] = Counter()
    results: list[ScopeResult] = []
    for scope in rules.scopes:
        listed = tuple(project for project in sealed if project.scope == scope.id)
        ready = prepare(scope, rules, listed, urns.get(scope.id, {}), received[scope.id], laureates)
        result, laureates = _count_scope(ready)
        if scope.leftover_to is not None:
            received[scope.leftover_to] += result.left_cents or 0
        results.append(result)
    return Result(tuple(results))


def _count_scope(ready: Ready) -> tuple[ScopeResult, Laureates]:
    if ready.scope.method is Method.EQUAL_SHARES:
        if ready.ballots.valid and not ready.valid:
            raise RulesError(RulesFault.EQUAL_SHARES_NEEDS_BALLOTS, ready.scope.id)
        allocation, record, ties = allocate_shares(ready)
        return result_of(ready, allocation.fates, allocation.taken, ties=ties, shares=record), allocation.laureates
    allocation = allocate(ready.scope, ready.rules, ready.budget_cents, ready.running, ready.laureates)
    ties = tuple(decisive_ties(ready, allocation))
    return (
        result_of(ready, allocation.fates, allocation.taken, ties=ties, shortfalls=allocation.shortfalls),
        allocation.laureates,
    )
