"""Small polls in few words: euros in, winners out."""

from collections.abc import Mapping

from voting.tally.count import count
from voting.tally.results import Result, ScopeResult
from voting.tally.values import Ballot, BallotKind, BallotRule, Project, Rules, Scope

APPROVAL = BallotRule(BallotKind.APPROVAL)


def project(name: str, eur: int | float, **fields) -> Project:
    """A project priced in euros."""
    return Project(name, round(eur * 100), **fields)


def votes(**counts: int) -> dict[Ballot, int]:
    """So many one-choice approvals for each project."""
    return {((name, 1),): number for name, number in counts.items()}


def approvals(counts: Mapping[str, int]) -> dict[Ballot, int]:
    """`{"A B": 3}`: three people approve A and B. The empty string is a blank ballot."""
    return {tuple((name, 1) for name in names.split()): number for names, number in counts.items()}


def marks(*ballots: tuple[int, str]) -> dict[Ballot, int]:
    """`(3, "A4 B1")`: three people give A 4 and B 1 (points, ranks or grades)."""
    return {tuple((word[0], int(word[1:])) for word in words.split()): number for number, words in ballots}


def scope(eur: int | float | None, ballot: BallotRule = APPROVAL, **fields) -> Scope:
    return Scope(fields.pop("id", ""), None if eur is None else round(eur * 100), ballot, **fields)


def run(projects, urn, only: Scope, **rules) -> ScopeResult:
    """Count a poll of one scope."""
    return count(projects, {only.id: urn}, Rules((only,), **rules)).scopes[0]


def run_all(projects, urns, scopes, **rules) -> Result:
    return count(projects, urns, Rules(tuple(scopes), **rules))


def reason(result: ScopeResult, name: str):
    return next(line.reason for line in result.lines if line.project_id == name)
