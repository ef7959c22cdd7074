"""What must hold for every poll, whatever the ballots: drawn polls of a few projects, checked against the definition."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voting.tally.polls import APPROVAL, run
from voting.tally import results
from voting.tally.count import count
from voting.tally.equal_shares import Instance, equal_shares
from voting.tally.values import (
    BallotKind,
    BallotRule,
    Cap,
    Dimension,
    Floor,
    Method,
    Project,
    Rules,
    Scope,
    Threshold,
)

NAMES = "ABCDEFG"
AREAS = ("north", "south")

counts = st.integers(min_value=1, max_value=9)
subsets = st.lists(st.sampled_from(NAMES), unique=True, max_size=4).map(sorted)


@st.composite
def project_lists(draw, least_cents: int = 0):
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1))
    ranks = draw(st.permutations(range(1, len(names) + 1)))
    return [
        Project(
            name,
            draw(st.integers(least_cents, 60)) * 100,
            area=draw(st.sampled_from(AREAS)),
            owners=frozenset(draw(st.lists(st.sampled_from(("Aïcha", "Bruno")), max_size=1))),
            draw_rank=rank,
        )
        for name, rank in zip(names, ranks, strict=True)
    ]


@st.composite
def polls(draw, methods=tuple(Method)):
    """Projects, an urn of approvals among them, and rules that may use everything the method allows."""
    projects = draw(project_lists())
    names = [project.id for project in projects]
    ballots = st.lists(st.sampled_from(names), unique=True, max_size=4).map(
        lambda chosen: tuple((name, 1) for name in sorted(chosen))
    )
    urn = draw(st.dictionaries(ballots, counts, max_size=8))
    method = draw(st.sampled_from(methods))
    limits = {}
    if method is not Method.EQUAL_SHARES:
        limits = {
            "caps": draw(
                st.sampled_from(
                    [
                        (),
                        (Cap(Dimension.AREA, "north", max_projects=1),),
                        (Cap(Dimension.AREA, "south", max_cents=4000),),
                    ]
                )
            ),
            "floors": draw(st.sampled_from([(), (Floor(Dimension.AREA, "south", 2),)])),
            "max_winners": draw(st.sampled_from([None, 2])),
        }
    scope = Scope(
        id="",
        budget_cents=draw(st.integers(0, 150)) * 100,
        ballot=APPROVAL,
        method=method,
        threshold=draw(st.sampled_from([None, Threshold(3)])),
        **limits,
    )
    rules = Rules(
        (scope,),
        conflicts=(frozenset(names[:2]),) if draw(st.booleans()) and len(names) > 1 else (),
        withdrawn=frozenset(names[-1:]) if draw(st.booleans()) else frozenset(),
        one_per_owner=draw(st.booleans()),
    )
    return projects, urn, rules


def counted(poll):
    projects, urn, rules = poll
    return count(projects, {"": urn}, rules).scopes[0]


@given(polls())
def test_the_money_is_never_overspent(poll):
    result = counted(poll)

    assert result.spent_cents <= poll[2].scopes[0].budget_cents


@given(polls(), st.randoms())
def test_the_order_of_projects_and_ballots_changes_nothing(poll, random):
    projects, urn, rules = poll
    shuffled, ballots = random.sample(projects, len(projects)), list(urn.items())
    random.shuffle(ballots)

    assert counted((shuffled, dict(ballots), rules)) == counted(poll)


@given(polls(methods=(Method.GREEDY, Method.GREEDY_STOP)), st.data())
def test_one_more_approval_never_makes_a_laureate_lose(poll, data):
    projects, urn, rules = poll
    result = counted(poll)
    if not result.winners:
        return
    winner = data.draw(st.sampled_from(result.winners))
    more = dict(urn)
    ballot = ((winner, 1),)
    more[ballot] = more.get(ballot, 0) + 1

    assert winner in counted((projects, more, rules)).winners


@given(polls())
def test_every_line_s_reason_is_true(poll):
    projects, _, rules = poll
    result = counted(poll)
    by_id = {project.id: project for project in projects}

    for line in result.lines:
        assert is_true(line, by_id, result, rules), line


def is_true(line, by_id, result, rules) -> bool:
    """Re-check a reason against the winners alone."""
    project, scope, reason = by_id[line.project_id], rules.scopes[0], line.reason
    winners = [by_id[name] for name in result.winners]
    same_area = [winner for winner in winners if winner.area == project.area]
    left = scope.budget_cents - result.spent_cents
    match reason:
        case results.Taken() | results.TakenByFloor() | results.BoughtByShares():
            return line.is_taken and project.cost_cents <= line.left_before_cents
        case results.Withdrawn():
            return project.id in rules.withdrawn
        case results.ThresholdMissed():
            return line.score.votes == reason.required - reason.missing < scope.threshold.value
        case results.ZeroScore():
            return line.score.votes == 0
        case results.Conflict():
            return reason.with_id in result.winners and {project.id, reason.with_id} <= rules.conflicts[0]
        case results.OwnerHasLaureate():
            return (
                reason.laureate_id in result.winners
                and reason.owner in project.owners & by_id[reason.laureate_id].owners
            )
        case results.CapReached(max_projects=None):
            spent = sum(winner.cost_cents for winner in same_area)
            return spent + project.cost_cents - reason.max_cents >= reason.missing_cents > 0
        case results.CapReached():
            return len(same_area) == reason.max_projects
        case results.NumberReached():
            return len(winners) == reason.number
        case results.OverBudget():
            return project.cost_cents - left >= reason.missing_cents > 0 or project.cost_cents > scope.budget_cents
        case results.Stopped():
            blocking = next(other for other in result.lines if other.project_id == reason.after_id)
            return isinstance(blocking.reason, results.OverBudget) and blocking.rank < line.rank
        case results.SupportersShort():
            return 0 < reason.missing_cents <= project.cost_cents
    return False


@given(polls(), st.integers(1, 5))
def test_the_same_ballots_twice_give_the_same_greedy_laureates(poll, times):
    projects, urn, rules = poll
    scope = rules.scopes[0]
    if scope.method is Method.EQUAL_SHARES or scope.threshold:
        return

    assert counted((projects, {ballot: n * times for ballot, n in urn.items()}, rules)).winners == counted(poll).winners


@given(project_lists(), st.lists(subsets, max_size=8), st.sampled_from(list(Method)))
def test_when_the_money_suffices_for_all_all_supported_projects_are_funded(projects, wishes, method):
    names = {project.id for project in projects}
    urn = {tuple((name, 1) for name in wish if name in names): 1 for wish in wishes}
    supported = {name for ballot in urn for name, _ in ballot}
    plenty = Scope("", sum(project.cost_cents for project in projects), APPROVAL, method)

    assert set(run(projects, urn, plenty).winners) == supported


def naive_equal_shares(projects, ballots, budget: int, step: int, rivals=frozenset()):
    """The definition, word for word, with a voter for each ballot: every step is run, one by one."""
    voters = [frozenset(name for name, _ in ballot) for ballot, number in ballots.items() for _ in range(number)]
    if not voters:
        return [], 0
    endowment = budget // (step * len(voters)) * step
    kept = naive_run(projects, voters, endowment, rivals)
    kept_at = endowment
    everything = {project.id for project in projects if any(project.id in voter for voter in voters)}
    while not everything <= set(kept) | (rivals if rivals & set(kept) else set()):
        endowment += step
        bought = naive_run(projects, voters, endowment, rivals)
        if sum(project.cost_cents for project in projects if project.id in bought) > budget:
            break
        kept, kept_at = bought, endowment
    return kept, kept_at


def naive_run(projects, voters, endowment: int, rivals):
    money = [Fraction(endowment)] * len(voters)
    left, bought = list(projects), []
    while True:
        best = None
        for project in left:
            supporters = [place for place, voter in enumerate(voters) if project.id in voter]
            part = naive_part(project.cost_cents, [money[place] for place in supporters])
            if part is None:
                continue
            rho = part / project.cost_cents if project.cost_cents else Fraction(0)
            key = (rho, project.cost_cents, -len(supporters), project.draw_rank)
            if best is None or key < best[0]:
                best = (key, project, supporters, part)
        if best is None:
            return bought
        _, project, supporters, part = best
        for place in supporters:
            money[place] -= min(money[place], part)
        bought.append(project.id)
        barred = rivals if project.id in rivals else {project.id}
        left = [other for other in left if other.id not in barred]


def naive_part(cost: int, purses) -> Fraction | None:
    """The least part such that everybody pays it or their last cent, and the cost is reached."""
    if not purses or sum(purses) < cost:
        return None
    owed, ordered = Fraction(cost), sorted(purses)
    for place, purse in enumerate(ordered):
        if owed <= purse * (len(ordered) - place):
            return owed / (len(ordered) - place)
        owed -= purse
    return Fraction(0)


@settings(max_examples=200, deadline=None)
@given(project_lists(), st.dictionaries(subsets.map(tuple), counts, max_size=7), st.integers(0, 150), st.booleans())
def test_equal_shares_is_its_definition_run_step_by_step(projects, wishes, budget, has_rivals):
    names = {project.id for project in projects}
    urn: dict = {}
    for wish, number in wishes.items():
        ballot = tuple((name, 1) for name in wish if name in names)
        urn[ballot] = urn.get(ballot, 0) + number
    urn.pop((), None)

    check_against_definition(
        projects, urn, budget, frozenset("AB") if has_rivals and names >= set("AB") else frozenset()
    )


def check_against_definition(projects, urn, budget_eur: int, rivals=frozenset()):
    budget = budget_eur * 100
    affordable = [project for project in projects if project.cost_cents <= budget]
    votes = {project.id: sum(n for ballot, n in urn.items() if (project.id, 1) in ballot) for project in affordable}
    ordered = sorted(affordable, key=lambda project: (project.cost_cents, -votes[project.id], project.draw_rank))
    instance = Instance(ordered, urn, {name: rivals - {name} for name in rivals})

    shares = equal_shares(instance, budget, sum(urn.values()), step_cents=100)

    expected, endowment = naive_equal_shares(affordable, urn, budget, 100, rivals)
    assert [bought.project_id for bought in shares.rounds] == expected
    assert shares.endowment_cents == endowment


@pytest.mark.parametrize(
    ("costs", "wishes", "budget"),
    [
        ((10, 26, 4, 5), {"AD": 1, "ABCD": 6, "AB": 3, "BC": 1}, 28),
        ((20, 24, 19, 12, 35), {"ABCE": 3, "E": 3, "AD": 3}, 107),
        ((10, 33, 9, 10), {"D": 4, "C": 3, "A": 1, "ABCD": 2}, 42),
        ((35, 6, 13, 35, 16), {"BCD": 3, "ACD": 2, "BC": 1, "CE": 3, "ABE": 3}, 80),
    ],
    ids=["money spent before", "near but not tied", "somebody gave all", "tied with a purchase"],
)
def test_no_step_that_could_change_something_is_jumped_over(costs, wishes, budget):
    """Each case goes wrong without one of the conditions of `_Run.next_change`, or without the exact comparison."""
    projects = [Project(name, eur * 100, draw_rank=rank) for rank, (name, eur) in enumerate(zip(NAMES, costs))]  # noqa: B905 -- fewer costs than names

    check_against_definition(projects, {tuple((name, 1) for name in wish): n for wish, n in wishes.items()}, budget)


def test_a_dear_project_with_one_supporter_does_not_take_a_step_per_euro():
    """Steps that cannot change anything are jumped over: here half a million of them."""
    projects = [Project("A", 10_000_00, draw_rank=1), Project("B", 700_000_00, draw_rank=2)]
    urn = {(("A", 1),): 99, (("A", 1), ("B", 1)): 1}

    result = run(projects, urn, Scope("", 1_000_000_00, APPROVAL, Method.EQUAL_SHARES))

    assert (result.winners, result.shares.endowment_cents) == (("A", "B"), 700_100_00)
    assert result.shares.steps < 5


grades = st.lists(st.integers(0, 3), min_size=1, max_size=9)


@given(
    grades.flatmap(
        lambda one: st.tuples(st.just(one), st.lists(st.integers(0, 3), min_size=len(one), max_size=len(one)))
    )
)
def test_majority_judgement_is_the_removal_of_one_median_at_a_time(pair):
    ballots: dict = {}
    for ballot in zip(*pair, strict=True):
        content = (("A", ballot[0]), ("B", ballot[1]))
        ballots[content] = ballots.get(content, 0) + 1
    projects = [Project("A", 100, draw_rank=1), Project("B", 100, draw_rank=2)]

    result = run(projects, ballots, Scope("", 1000, BallotRule(BallotKind.GRADES, grades=4)))

    first = "B" if removed_one_by_one(pair[1]) > removed_one_by_one(pair[0]) else "A"
    assert result.lines[0].project_id == first


def removed_one_by_one(given_grades):
    left, medians = sorted(given_grades), []
    while left:
        medians.append(left.pop((len(left) - 1) // 2))
    return medians
