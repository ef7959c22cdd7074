"""The result of a count as plain values, and back: what is kept, published and printed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from voting import canonical
from voting.tally import results
from voting.tally.results import (
    BallotCount,
    DecidedBy,
    Line,
    Null,
    NullCode,
    Reason,
    Result,
    ScopeResult,
    Score,
    SharesRecord,
    Shortfall,
    Tie,
)
from voting.tally.values import Dimension, Method, ThresholdUnit

SCHEMA = 1
_CODES: dict[str, type] = {
    "taken": results.Taken,
    "taken_by_floor": results.TakenByFloor,
    "bought_by_shares": results.BoughtByShares,
    "taken_by_fill": results.TakenByFill,
    "withdrawn": results.Withdrawn,
    "threshold_missed": results.ThresholdMissed,
    "zero_score": results.ZeroScore,
    "conflict": results.Conflict,
    "owner_has_laureate": results.OwnerHasLaureate,
    "cap_reached": results.CapReached,
    "number_reached": results.NumberReached,
    "over_budget": results.OverBudget,
    "stopped": results.Stopped,
    "supporters_short": results.SupportersShort,
}
_NAMES = {made: code for code, made in _CODES.items()}
_READERS: dict[str, Any] = {  # Any: a constructor per field name
    "dimension": Dimension,
    "unit": ThresholdUnit,
    "rho": Fraction,
    "payment_cents": Fraction,
}


def value_of(result: Result) -> canonical.Value:
    """A result as canonical JSON takes it; exact rationals become « 7/3 »."""
    return {"v": SCHEMA, "scopes": [_scope(scope) for scope in result.scopes]}


def result_of(value: Mapping[str, Any]) -> Result:
    """The typed result of a kept value: its reasons can be told in words again."""
    return Result(tuple(_scope_from(row) for row in value["scopes"]))


def _fields(record: Any) -> dict[str, canonical.Value]:
    plain: dict[str, canonical.Value] = {}
    for name in record.__dataclass_fields__:
        given = getattr(record, name)
        if isinstance(given, Fraction | str):
            plain[name] = str(given)
        else:
            plain[name] = given
    return plain


def _scope(scope: ScopeResult) -> canonical.Value:
    return {
        "id": scope.scope_id,
        "method": str(scope.method),
        "budget_cents": scope.budget_cents,
        "received_cents": scope.received_cents,
        "spent_cents": scope.spent_cents,
        "winners": list(scope.winners),
        "ballots": {
            "cast": scope.ballots.cast,
            "valid": scope.ballots.valid,
            "blank": scope.ballots.blank,
            "nulls": [[str(n.code), n.value, n.bound, number] for n, number in scope.ballots.nulls],
        },
        "lines": [_line(line) for line in scope.lines],
        "ties": [_fields(tie) for tie in scope.ties],
        "shortfalls": [_fields(shortfall) for shortfall in scope.shortfalls],
        "shares": None if scope.shares is None else _shares(scope.shares),
    }


def _line(line: Line) -> canonical.Value:
    return {
        "project": line.project_id,
        "rank": line.rank,
        "cost_cents": line.cost_cents,
        "votes": line.score.votes,
        "score": line.score.score,
        "grades": list(line.score.grades),
        "removal": line.score.removal.hex() if len(line.score.removal) <= 64 else "",
        "left_before_cents": line.left_before_cents,
        "reason": {"code": _NAMES[type(line.reason)], **_fields(line.reason)},
        "order": line.order,
    }


def _shares(record: SharesRecord) -> canonical.Value:
    return {**_fields(record), "preferences": list(record.preferences) if record.preferences else None}


def _scope_from(row: Mapping[str, Any]) -> ScopeResult:
    ballots = row["ballots"]
    return ScopeResult(
        scope_id=row["id"],
        method=Method(row["method"]),
        budget_cents=row["budget_cents"],
        received_cents=row["received_cents"],
        ballots=BallotCount(
            ballots["cast"],
            ballots["valid"],
            ballots["blank"],
            tuple((Null(NullCode(code), value, bound), number) for code, value, bound, number in ballots["nulls"]),
        ),
        lines=tuple(_line_from(line) for line in row["lines"]),
        ties=tuple(Tie(t["taken_id"], t["left_id"], DecidedBy(t["decided_by"])) for t in row["ties"]),
        shortfalls=tuple(Shortfall(**{**s, "dimension": Dimension(s["dimension"])}) for s in row["shortfalls"]),
        shares=None if row["shares"] is None else _shares_from(row["shares"]),
    )


def _line_from(row: Mapping[str, Any]) -> Line:
    score = Score(row["votes"], row["score"], tuple(row["grades"]), bytes.fromhex(row["removal"]))
    return Line(
        row["project"],
        row["rank"],
        row["cost_cents"],
        score,
        row["left_before_cents"],
        _reason(row["reason"]),
        row["order"],
    )


def _reason(row: Mapping[str, Any]) -> Reason:
    given = {name: _READERS.get(name, _same)(value) for name, value in row.items() if name != "code"}
    reason: Reason = _CODES[row["code"]](**given)
    return reason


def _shares_from(row: Mapping[str, Any]) -> SharesRecord:
    preferences = tuple(row["preferences"]) if row["preferences"] else None
    return SharesRecord(**{**row, "endowment_cents": Fraction(row["endowment_cents"]), "preferences": preferences})


def _same(value: Any) -> Any:
    return value
