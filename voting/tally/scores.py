"""From ballots to scores (PROTOCOL §6.6.29–30). An invalid ballot is null as a whole, never trimmed."""

from collections import Counter
from collections.abc import Iterable, Mapping

from voting.tally.results import BallotCount, Null, NullCode, Score
from voting.tally.values import Ballot, BallotKind, BallotRule, Project, Urn


def hands(counts: Mapping[str, int]) -> dict[Ballot, int]:
    """A show of hands as an urn: so many hands for each project."""
    return {((project_id, 1),): number for project_id, number in counts.items() if number}


def is_blank(ballot: Ballot, kind: BallotKind) -> bool:
    """No choice at all. Zero points to everybody is blank; the worst grade to everybody is an opinion."""
    return not (any(points for _, points in ballot) if kind is BallotKind.POINTS else ballot)


def fault(ballot: Ballot, rule: BallotRule, costs: Mapping[str, int]) -> Null | None:
    """Why this non-blank ballot is null, or None. `costs` in cents: every project of the scope, withdrawn ones too."""
    chosen = [(project_id, mark) for project_id, mark in ballot if mark or rule.kind is not BallotKind.POINTS]
    if any(project_id not in costs for project_id, _ in chosen):
        return Null(NullCode.UNKNOWN_PROJECT)
    number, most = len(chosen), 1 if rule.kind in (BallotKind.CHOOSE_ONE, BallotKind.HANDS) else rule.max_choices
    if len({project_id for project_id, _ in chosen}) < number:
        return Null(NullCode.REPEATED_PROJECT)
    if number < rule.min_choices:
        return Null(NullCode.TOO_FEW, number, rule.min_choices)
    if most is not None and number > most:
        return Null(NullCode.TOO_MANY, number, most)
    if rule.kind is BallotKind.POINTS:
        return _points_fault([points for _, points in chosen], rule)
    if rule.kind is BallotKind.RANKING:
        return _ranking_fault([rank for _, rank in chosen], rule)
    if rule.kind is BallotKind.GRADES:
        return _bounds_fault([grade for _, grade in chosen], 0, (rule.grades or 1) - 1)
    return _cost_fault(sum(costs[project_id] for project_id, _ in chosen), rule)


def _bounds_fault(marks: list[int], least: int, most: int | None) -> Null | None:
    if min(marks) < least:
        return Null(NullCode.MARK_TOO_LOW, min(marks), least)
    if most is not None and max(marks) > most:
        return Null(NullCode.MARK_TOO_HIGH, max(marks), most)
    return None


def _points_fault(points: list[int], rule: BallotRule) -> Null | None:
    total = sum(points)
    if per_project := _bounds_fault(points, max(rule.min_points, 0), rule.max_points):
        return per_project
    if rule.max_sum_points is not None and total > rule.max_sum_points:
        return Null(NullCode.SUM_TOO_HIGH, total, rule.max_sum_points)
    if rule.exact_sum and total != rule.max_sum_points:
        return Null(NullCode.SUM_NOT_EXACT, total, rule.max_sum_points or 0)
    if total < rule.min_sum_points:
        return Null(NullCode.SUM_TOO_LOW, total, rule.min_sum_points)
    return None


def _ranking_fault(ranks: list[int], rule: BallotRule) -> Null | None:
    if rule.ranks is not None and len(ranks) > rule.ranks:
        return Null(NullCode.TOO_MANY, len(ranks), rule.ranks)
    return None if sorted(ranks) == list(range(1, len(ranks) + 1)) else Null(NullCode.RANKS_BROKEN)


def _cost_fault(total_cents: int, rule: BallotRule) -> Null | None:
    if rule.max_sum_cost_cents is not None and total_cents > rule.max_sum_cost_cents:
        return Null(NullCode.COST_TOO_HIGH, total_cents, rule.max_sum_cost_cents)
    if total_cents < rule.min_sum_cost_cents:
        return Null(NullCode.COST_TOO_LOW, total_cents, rule.min_sum_cost_cents)
    return None


def sort_ballots(urn: Urn, rule: BallotRule, projects: Iterable[Project]) -> tuple[dict[Ballot, int], BallotCount]:
    """Set blank and null ballots apart: the valid ones, and the count of each sort."""
    costs = {project.id: project.cost_cents for project in projects}
    valid: dict[Ballot, int] = {}
    nulls: Counter[Null] = Counter()
    blank = 0
    for ballot, number in urn.items():
        if is_blank(ballot, rule.kind):
            blank += number
        elif why := fault(ballot, rule, costs):
            nulls[why] += number
        else:
            valid[ballot] = number
    return valid, BallotCount(sum(urn.values()), sum(valid.values()), blank, tuple(sorted(nulls.items())))


def score(valid: Mapping[Ballot, int], rule: BallotRule, projects: Iterable[Project]) -> dict[str, Score]:
    """The score of every project, from the valid non-blank ballots."""
    ids = [project.id for project in projects]
    if rule.kind is BallotKind.GRADES:
        return _majority_judgement(valid, rule.grades or 1, ids)
    votes: Counter[str] = Counter()
    points: Counter[str] = Counter()
    top = (rule.ranks or 0) + 1
    for ballot, number in valid.items():
        for project_id, mark in ballot:
            if mark:
                votes[project_id] += number
                points[project_id] += number * (top - mark if rule.kind is BallotKind.RANKING else mark)
    return {project_id: Score(votes[project_id], points[project_id]) for project_id in ids}


def _majority_judgement(valid: Mapping[Ballot, int], grades: int, ids: list[str]) -> dict[str, Score]:
    histograms = {project_id: [0] * grades for project_id in ids}
    for ballot, number in valid.items():
        for project_id, grade in ballot:
            histograms[project_id][grade] += number
    return graded(histograms, sum(valid.values()))


def graded(histograms: Mapping[str, list[int]], voters: int) -> dict[str, Score]:
    """Majority judgement from how many gave each grade to each project; whoever gave none gave the worst."""
    scores: dict[str, Score] = {}
    for project_id, histogram in histograms.items():
        histogram[0] += voters - sum(histogram)
        removal = removed_medians(histogram)
        above_worst = voters - histogram[0]
        scores[project_id] = Score(above_worst, removal[0] if removal else 0, tuple(histogram), removal)
    return scores


def removed_medians(histogram: list[int]) -> bytes:
    """The lower medians met when one median grade at a time is removed (Balinski and Laraki), as bytes: they compare
    like the rule does. The medians walk outwards from the middle, below and above in turn."""
    grades = b"".join(bytes([grade]) * number for grade, number in enumerate(histogram))
    middle = len(grades) // 2
    walk = bytearray(len(grades))
    if len(grades) % 2:
        walk[0] = grades[middle]
        walk[1::2] = grades[:middle][::-1]
        walk[2::2] = grades[middle + 1 :]
    else:
        walk[0::2] = grades[:middle][::-1]
        walk[1::2] = grades[middle:]
    return bytes(walk)
