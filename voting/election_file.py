"""One scope of a counted vote as a Pabulib election: what `.pb` readers and `recount` read. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from voting.sealed import SealedPoll
from voting.tally.greedy import required
from voting.tally.pabulib import WITHDRAWN_COST, Election, ProjectRow, Selected, VoteType
from voting.tally.pabulib_writer import amount
from voting.tally.results import ScopeResult, Withdrawn
from voting.tally.values import Ballot, BallotKind, Method, Scope, ThresholdUnit, TieCriterion

CUSTOM = "greedy-custom"
VOTE_TYPES = {
    BallotKind.APPROVAL: VoteType.APPROVAL,
    BallotKind.CHOOSE_ONE: VoteType.CHOOSE_ONE,
    BallotKind.POINTS: VoteType.CUMULATIVE,
    BallotKind.RANKING: VoteType.ORDINAL,
}


def can_be_written(scope: Scope) -> bool:
    """Majority judgement and shows of hands have no type in the format."""
    return scope.ballot.kind in VOTE_TYPES


@dataclass(frozen=True, slots=True)
class Frame:
    """Whose vote it was, and its first and last day there."""

    unit: str
    first_day: date
    last_day: date


def election(text: SealedPoll, result: ScopeResult, urn: Mapping[Ballot, int], frame: Frame) -> Election:
    """The projects with their result, and every readable ballot, blank ones too."""
    scope = text.scopes[result.scope_id]
    lines = {line.project_id: line for line in result.lines}
    projects = tuple(
        ProjectRow(
            id=project.id,
            cost_cents=WITHDRAWN_COST * 100 if isinstance(lines[project.id].reason, Withdrawn) else project.cost_cents,
            name=project.title,
            votes=lines[project.id].score.votes,
            score=lines[project.id].score.score,
            selected=Selected.YES if lines[project.id].is_taken else Selected.NO,
        )
        for project in sorted(text.by_scope[scope.id], key=lambda project: project.number)
    )
    meta = _meta(text, scope, result, projects, frame) | {"num_votes": str(sum(urn.values()))}
    if meta["vote_type"] == VoteType.CUMULATIVE and not meta["max_sum_points"]:
        meta["vote_type"] = VoteType.SCORING
    return Election({key: value for key, value in meta.items() if value}, projects, dict(urn))


def _meta(
    text: SealedPoll, scope: Scope, result: ScopeResult, projects: tuple[ProjectRow, ...], frame: Frame
) -> dict[str, str]:
    bounds, budget = scope.ballot, scope.budget_cents
    longest = 1 if bounds.kind is BallotKind.CHOOSE_ONE else bounds.ranks or bounds.max_choices
    return {
        "description": " ".join(text.title.split()),
        "country": "France" if text.currency == "EUR" else "",
        "unit": " ".join(frame.unit.split()),
        "subunit": text.scope_names[scope.id],
        "instance": str(frame.last_day.year),
        "num_projects": str(len(projects)),
        "num_votes": "",
        "budget": amount(sum(p.cost_cents for p in projects) if budget is None else budget + result.received_cents),
        "vote_type": VOTE_TYPES[bounds.kind],
        "rule": _label(text, scope),
        "date_begin": f"{frame.first_day:%d.%m.%Y}",
        "date_end": f"{frame.last_day:%d.%m.%Y}",
        "min_length": _bound(bounds.min_choices),
        "max_length": _bound(longest),
        "min_points": _bound(bounds.min_points),
        "max_points": _bound(bounds.max_points),
        "min_sum_points": _bound((bounds.max_sum_points if bounds.exact_sum else 0) or bounds.min_sum_points),
        "max_sum_points": _bound(bounds.max_sum_points),
        "min_sum_cost": amount(bounds.min_sum_cost_cents) if bounds.min_sum_cost_cents else "",
        "max_sum_cost": "" if bounds.max_sum_cost_cents is None else amount(bounds.max_sum_cost_cents),
        "min_project_score_threshold": _threshold(scope, result.ballots.valid),
        "currency": text.currency,
        "language": "fr" if text.currency == "EUR" else "",
        "draw_seed": text.draw_seed,
    }


def _bound(number: int | None) -> str:
    return str(number) if number else ""


def _threshold(scope: Scope, valid_ballots: int) -> str:
    """In score units, as the format wants it; a percentage becomes the number of votes that it asks for."""
    return str(required(scope.threshold, valid_ballots)) if scope.threshold else ""


def _label(text: SealedPoll, scope: Scope) -> str:
    """The rule as the format names it; what it has no word for is « greedy-custom », which no reader may guess."""
    is_plain = scope.ballot.kind in (BallotKind.APPROVAL, BallotKind.CHOOSE_ONE)
    if scope.caps or scope.floors or scope.max_winners is not None or scope.budget_cents is None:
        return CUSTOM
    if text.rules.one_per_owner or scope.tie_criterion is not TieCriterion.LOWER_COST:
        return CUSTOM
    if scope.threshold and scope.threshold.unit is not ThresholdUnit.SCORE and not is_plain:
        return CUSTOM
    if text.rules.conflicts:
        return "greedy-exclusive" if scope.method is Method.GREEDY else CUSTOM
    if scope.method is Method.EQUAL_SHARES:
        return _shares_label(scope)
    if scope.method is Method.GREEDY_STOP:
        return "greedy-no-skip"
    return "greedy-threshold" if scope.threshold else "greedy"


def _shares_label(scope: Scope) -> str:
    options = scope.equal_shares
    if options.fill or options.step_cents != 100 or (options.comparison and not options.add_one):
        return CUSTOM
    if options.comparison:
        return "equalshares/add1-comparison"
    return "equalshares/add1" if options.add_one else "equalshares"
