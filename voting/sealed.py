"""The sealed JSON of a poll, read: the only source of the ballot page, the validator, the sealing and the count.

Pure. `read(data, digest)` re-hashes the bytes: edited bytes are refused, whoever edited them (PROTOCOL §6.3.14).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any

from voting import canonical, key_sheet
from voting.tally.order import draw_ranks
from voting.tally.results import Null
from voting.tally.scores import fault, is_blank
from voting.tally.values import (
    Ballot,
    BallotKind,
    BallotRule,
    Cap,
    Dimension,
    EqualSharesOptions,
    Floor,
    Method,
    Project,
    Rules,
    Scope,
    Threshold,
    ThresholdUnit,
    TieCriterion,
)

SCHEMA = 1
PLAIN_KINDS = (BallotKind.APPROVAL, BallotKind.CHOOSE_ONE)


class Tampered(ValueError):  # noqa: N818 -- it reads as what happened
    """The bytes of a sealed poll do not match its published digest."""


@dataclass(frozen=True, slots=True)
class SealedProject:
    """A project as sealed. `position` is its place on the ballot list, drawn; `id` is its name in the count; `keys` are
    the codes that caps and floors name, by dimension."""

    position: int
    id: str
    number: str
    title: str
    place: str
    theme: str
    drawing: str
    cost_cents: int
    scope: str
    owners: frozenset[str]
    keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SealedPoll:
    """One sealed poll, parsed. Costs in cents of `currency`; `closes_at` is the first instant after the vote."""

    digest: str
    kind: str
    title: str
    opens_at: datetime
    closes_at: datetime
    public_key: bytes
    seal_length: int
    currency: str
    scope_names: Mapping[str, str]
    rules: Rules
    projects: tuple[SealedProject, ...]
    draw_seed: str
    proofs: tuple[str, ...]
    receipt_key: str = ""
    keys: key_sheet.Keys | None = None  # None: the key is in one piece (practice, replay)

    @cached_property
    def by_scope(self) -> Mapping[str, tuple[SealedProject, ...]]:
        return {s.id: tuple(p for p in self.projects if p.scope == s.id) for s in self.rules.scopes}

    @cached_property
    def scopes(self) -> Mapping[str, Scope]:
        return {scope.id: scope for scope in self.rules.scopes}

    @cached_property
    def by_number(self) -> Mapping[str, SealedProject]:
        return {project.number: project for project in self.projects}

    @cached_property
    def _positions(self) -> Mapping[str, int]:
        return {project.id: project.position for project in self.projects}

    @cached_property
    def _costs(self) -> Mapping[str, Mapping[str, int]]:
        return {scope: {p.id: p.cost_cents for p in listed} for scope, listed in self.by_scope.items()}

    def in_sealed_order(self, scopes: Iterable[str]) -> list[str]:
        """A person's scopes in the order of the sealed rules."""
        own = set(scopes)
        return [scope for scope in self.scopes if scope in own]

    def tally_projects(self) -> tuple[Project, ...]:
        """The projects as the count takes them, with their rank in the public draw."""
        ranks = draw_ranks(self.draw_seed.encode(), (p.id for p in self.projects))
        return tuple(
            Project(p.id, p.cost_cents, scope=p.scope, owners=p.owners, draw_rank=ranks[p.id], **p.keys)
            for p in self.projects
        )

    def ballot_fault(self, scope: str, ballot: Ballot) -> Null | None:
        """Why this ballot would be null, or None; a blank ballot is always good."""
        rule = self.scopes[scope].ballot
        return None if is_blank(ballot, rule.kind) else fault(ballot, rule, self._costs[scope])

    def content(self, scope: str, ballot: Ballot) -> bytes:
        """The canonical content that goes inside a seal: the scope and the choices as list positions."""
        kind = self.scopes[scope].ballot.kind
        return content(kind, scope, [(self._positions[project_id], mark) for project_id, mark in ballot])

    def ballot(self, data: bytes) -> tuple[str, Ballot]:
        """The scope and the ballot of an opened content. Raises ValueError when it is not one of this poll."""
        value = canonical.load(data)
        if not isinstance(value, dict) or set(value) != {"c", "s"} or value["s"] not in self.scopes:
            msg = "unknown scope"
            raise ValueError(msg)
        marks = []
        for choice in value["c"]:
            position, mark = choice if isinstance(choice, list) else (choice, 1)
            if type(position) is not int or type(mark) is not int or not 0 <= position < len(self.projects):
                msg = "unknown position"
                raise ValueError(msg)
            marks.append((self.projects[position].id, mark))
        return value["s"], tuple(sorted(marks))

    def in_order_of(self, scope: str, seed: bytes) -> list[SealedProject]:
        """A scope's projects in the order drawn from that seed."""
        return sorted(self.by_scope[scope], key=lambda p: sha256(seed + p.number.encode()).digest())


def content(kind: BallotKind, scope: str, marks: Iterable[tuple[int, int]]) -> bytes:
    """Canonical content: positions alone where a mark says nothing, (position, mark) pairs otherwise."""
    ordered = sorted(marks)
    choices: list[canonical.Value] = [p if kind in PLAIN_KINDS else [p, mark] for p, mark in ordered]
    return canonical.dump({"s": scope, "c": choices})


def longest_content(rules: Rules, scope_of: Iterable[str]) -> int:
    """Bytes of the largest content the rules allow, over all scopes. `scope_of`: each position's scope, in order."""
    places: dict[str, list[int]] = {}
    for position, scope_id in enumerate(scope_of):
        places.setdefault(scope_id, []).append(position)
    return max(
        (_longest_in(scope, sorted(places.get(scope.id, []), reverse=True)) for scope in rules.scopes), default=0
    )


def _longest_in(scope: Scope, positions: list[int]) -> int:
    rule, most = scope.ballot, len(positions)
    bounds = (rule.max_choices, rule.ranks, 1 if rule.kind is BallotKind.CHOOSE_ONE else None)
    count = min([most, *(b for b in bounds if b is not None)])
    mark = max(rule.max_points or 0, rule.max_sum_points or 0, rule.ranks or 0, rule.grades or 0, 1)
    if rule.kind is BallotKind.POINTS and rule.max_points is None and rule.max_sum_points is None:
        mark = 10**9
    if rule.kind is BallotKind.POINTS and rule.max_points is not None:
        mark = rule.max_points
    return len(content(rule.kind, scope.id, [(p, mark) for p in positions[:count]]))


@lru_cache(maxsize=8)
def _parsed(data: bytes) -> SealedPoll:
    value = canonical.load(data)
    if value["v"] != SCHEMA:
        msg = "unknown version of the sealed JSON"
        raise Tampered(msg)
    return SealedPoll(
        digest=canonical.digest(data),
        kind=value["kind"],
        title=value["title"],
        opens_at=datetime.fromisoformat(value["opens_at"]),
        closes_at=datetime.fromisoformat(value["closes_at"]),
        public_key=bytes.fromhex(value["public_key"]),
        seal_length=value["seal_length"],
        currency=value["currency"],
        scope_names={scope["id"]: scope["name"] for scope in value["scopes"]},
        rules=rules_from(value),
        projects=tuple(_project(position, row) for position, row in enumerate(value["projects"])),
        draw_seed=value["draw_seed"],
        proofs=tuple(value["proofs"]),
        receipt_key=value["receipt_key"],
        keys=key_sheet.keys_from(value),
    )


def read(data: bytes, digest: str) -> SealedPoll:
    """Parse the sealed bytes once they match their digest. Raises Tampered otherwise."""
    if canonical.digest(data) != digest:
        msg = "the sealed JSON does not match its digest"
        raise Tampered(msg)
    return _parsed(data)


def _project(position: int, row: Mapping[str, Any]) -> SealedProject:
    return SealedProject(
        position=position,
        id=row["id"],
        number=row["number"],
        title=row["title"],
        place=row["place"],
        theme=row["theme"],
        drawing=row["drawing"],
        cost_cents=row["cost_cents"],
        scope=row["scope"],
        owners=frozenset(row["owners"]),
        keys=row.get("keys", {}),
    )


# Rules to JSON and back


def rules_value(rules: Rules, names: Mapping[str, str]) -> dict[str, canonical.Value]:
    """The rules as plain values of the sealed JSON; what is not used is left out."""
    return {
        "scopes": [{"name": names[scope.id], **_scope_value(scope)} for scope in rules.scopes],
        "conflicts": sorted(sorted(group) for group in rules.conflicts),
        "one_per_owner": rules.one_per_owner,
    }


def _scope_value(scope: Scope) -> dict[str, canonical.Value]:
    ballot = {name: getattr(scope.ballot, name) for name in BallotRule.__dataclass_fields__ if name != "kind"}
    value: dict[str, canonical.Value] = {
        "id": scope.id,
        "budget_cents": scope.budget_cents,
        "ballot": {"kind": str(scope.ballot.kind), **{k: v for k, v in ballot.items() if v not in (None, False)}},
        "method": str(scope.method),
        "max_winners": scope.max_winners,
        "leftover_to": scope.leftover_to,
        "tie_criterion": str(scope.tie_criterion),
        "caps": [
            {"dimension": str(c.dimension), "key": c.key, "max_projects": c.max_projects, "max_cents": c.max_cents}
            for c in scope.caps
        ],
        "floors": [{"dimension": str(f.dimension), "key": f.key, "min_projects": f.min_projects} for f in scope.floors],
        "equal_shares": {
            "add_one": scope.equal_shares.add_one,
            "step_cents": scope.equal_shares.step_cents,
            "fill": scope.equal_shares.fill,
            "comparison": scope.equal_shares.comparison,
        },
    }
    if scope.threshold is not None:
        value["threshold"] = {"value": str(scope.threshold.value), "unit": str(scope.threshold.unit)}
    return value


def rules_from(value: Mapping[str, Any]) -> Rules:
    """The rules of a sealed JSON, or of a poll's plan, which has the same keys."""
    return Rules(
        scopes=tuple(_scope_from(row) for row in value["scopes"]),
        conflicts=tuple(frozenset(group) for group in value["conflicts"]),
        one_per_owner=value["one_per_owner"],
    )


def _scope_from(row: Mapping[str, Any]) -> Scope:
    limit = row.get("threshold")
    return Scope(
        id=row["id"],
        budget_cents=row["budget_cents"],
        ballot=BallotRule(**{**row["ballot"], "kind": BallotKind(row["ballot"]["kind"])}),
        method=Method(row["method"]),
        threshold=Threshold(_number(limit["value"]), ThresholdUnit(limit["unit"])) if limit else None,
        max_winners=row["max_winners"],
        caps=tuple(Cap(**{**cap, "dimension": Dimension(cap["dimension"])}) for cap in row["caps"]),
        floors=tuple(Floor(**{**floor, "dimension": Dimension(floor["dimension"])}) for floor in row["floors"]),
        leftover_to=row["leftover_to"],
        tie_criterion=TieCriterion(row["tie_criterion"]),
        equal_shares=EqualSharesOptions(**row["equal_shares"]),
    )


def _number(text: str) -> int | Fraction:
    fraction = Fraction(text)
    return fraction.numerator if fraction.denominator == 1 else fraction
