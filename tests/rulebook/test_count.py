"""How votes are counted, article by article. Each case is one where the other reading would change the laureates."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.voting.tally.polls import approvals, marks, project, reason, run, run_all, scope, votes
from voting.tally.order import draw_ranks
from voting.tally.results import (
    CapReached,
    Conflict,
    NullCode,
    NumberReached,
    OverBudget,
    OwnerHasLaureate,
    Shortfall,
    Stopped,
    SupportersShort,
    TakenByFloor,
    ThresholdMissed,
    Tie,
    Withdrawn,
    ZeroScore,
)
from voting.tally.values import (
    BallotKind,
    BallotRule,
    Cap,
    Dimension,
    EqualSharesOptions,
    Floor,
    Method,
    RulesError,
    Threshold,
    ThresholdUnit,
    TieCriterion,
)

POINTS = BallotRule(BallotKind.POINTS, max_sum_points=5, max_points=3)
SHARES = {"method": Method.EQUAL_SHARES}


class TestTheOrder:
    def test_the_best_score_comes_first_whatever_the_cost(self):
        projects = [project("school", 90), project("bench", 10), project("tree", 15)]

        result = run(projects, votes(school=5, bench=4, tree=3), scope(100))

        assert result.winners == ("school", "bench")

    def test_equal_scores_go_to_the_lower_cost_before_the_draw(self):
        projects = [project("dear", 60, draw_rank=1), project("cheap", 50, draw_rank=2)]

        result = run(projects, votes(dear=7, cheap=7), scope(100))

        assert result.winners == ("cheap",)
        assert [(tie.taken_id, tie.left_id, tie.decided_by) for tie in result.ties] == [("cheap", "dear", "criterion")]

    def test_the_rule_may_prefer_more_voters_to_a_lower_cost(self):
        projects = [project("A", 60), project("B", 50)]
        urn = marks((3, "A2"), (2, "B3"))

        by_voters = run(projects, urn, scope(100, POINTS, tie_criterion=TieCriterion.MORE_VOTERS))
        by_cost = run(projects, urn, scope(100, POINTS))

        assert (by_voters.winners, by_cost.winners) == (("A",), ("B",))

    def test_equal_scores_and_costs_go_to_the_draw_and_not_to_the_place_on_the_list(self):
        projects = [project("first", 60, draw_rank=2), project("second", 60, draw_rank=1)]

        result = run(projects, votes(first=7, second=7), scope(100))

        assert result.winners == ("second",)
        assert [(tie.taken_id, tie.left_id, tie.decided_by) for tie in result.ties] == [("second", "first", "draw")]

    def test_a_tie_that_changes_nothing_is_not_reported(self):
        projects = [project("A", 60, draw_rank=1), project("B", 40, draw_rank=2), project("C", 200)]

        result = run(projects, votes(A=7, B=7, C=7), scope(100))

        assert (result.winners, result.ties) == (("B", "A"), ())

    def test_the_draw_is_the_ascending_sha256_of_seed_zero_byte_number(self):
        assert draw_ranks(b"4-2-6-1", ["1", "2", "3", "10"]) == {"2": 1, "1": 2, "3": 3, "10": 4}


class TestTheThreshold:
    def test_reaching_the_threshold_exactly_is_enough(self):
        result = run(
            [project("at", 10), project("under", 10)], votes(at=30, under=29), scope(100, threshold=Threshold(30))
        )

        assert result.winners == ("at",)
        assert reason(result, "under") == ThresholdMissed(ThresholdUnit.SCORE, 30, 1)

    def test_it_counts_points_unless_the_rule_says_voters(self):
        urn = marks((4, "A3"), (8, "B1"))
        projects = [project("A", 10), project("B", 10)]

        in_points = run(projects, urn, scope(100, POINTS, threshold=Threshold(10)))
        in_voters = run(projects, urn, scope(100, POINTS, threshold=Threshold(5, ThresholdUnit.VOTERS)))

        assert (in_points.winners, in_voters.winners) == (("A",), ("B",))

    def test_a_percentage_is_taken_of_the_valid_ballots_that_are_not_blank(self):
        urn = approvals({"A": 1, "B": 2, "": 97})
        third = Threshold(Fraction(100, 3), ThresholdUnit.PERCENT)

        result = run([project("A", 10), project("B", 10)], urn, scope(100, threshold=third))

        assert result.winners == ("B", "A")

    def test_a_percentage_is_exact(self):
        urn = votes(A=1, B=2)

        result = run(
            [project("A", 10), project("B", 10)],
            urn,
            scope(100, threshold=Threshold(Fraction("33.34"), ThresholdUnit.PERCENT)),
        )

        assert result.winners == ("B",)

    def test_it_comes_before_the_floors(self):
        projects = [project("N", 10, area="north"), project("S", 10, area="south")]
        floors = (Floor(Dimension.AREA, "north", 1),)

        result = run(projects, votes(N=4, S=6), scope(100, threshold=Threshold(5), floors=floors))

        assert result.winners == ("S",)
        assert result.shortfalls == (Shortfall(Dimension.AREA, "north", 1, 0),)

    def test_nobody_wins_with_no_vote_at_all(self):
        result = run([project("A", 10), project("free", 0)], votes(A=1), scope(100))

        assert result.winners == ("A",)
        assert reason(result, "free") == ZeroScore()


class TestSkipAndStop:
    PROJECTS = (project("A", 60), project("B", 50), project("C", 40))
    URN = votes(A=9, B=8, C=7)

    def test_skip_goes_on_below_what_does_not_fit(self):
        result = run(self.PROJECTS, self.URN, scope(100))

        assert result.winners == ("A", "C")
        assert reason(result, "B") == OverBudget(1000)

    def test_stop_ends_the_list_at_what_does_not_fit(self):
        result = run(self.PROJECTS, self.URN, scope(100, method=Method.GREEDY_STOP))

        assert result.winners == ("A",)
        assert (reason(result, "B"), reason(result, "C")) == (OverBudget(1000), Stopped("B"))

    def test_stop_stops_for_money_only_and_skips_what_is_barred(self):
        projects = [
            project("A", 10, area="north", owners=frozenset({"Aïcha"})),
            project("B", 10, area="north"),
            project("C", 10, owners=frozenset({"Aïcha"})),
            project("D", 10),
            project("E", 10),
            project("F", 10),
        ]

        result = run(
            projects,
            votes(A=9, B=8, C=7, D=6, E=5, F=2),
            scope(
                20,
                method=Method.GREEDY_STOP,
                threshold=Threshold(3),
                caps=(Cap(Dimension.AREA, "north", max_projects=1),),
            ),
            conflicts=(frozenset({"A", "D"}),),
            one_per_owner=True,
        )

        assert result.winners == ("A", "E")
        assert reason(result, "B") == CapReached(Dimension.AREA, "north", max_projects=1)
        assert reason(result, "C") == OwnerHasLaureate("Aïcha", "A")
        assert reason(result, "D") == Conflict("A")
        assert reason(result, "F") == ThresholdMissed(ThresholdUnit.SCORE, 3, 1)

    def test_the_last_euro_may_be_spent(self):
        assert run([project("A", 100)], votes(A=1), scope(100)).left_cents == 0

    def test_a_cap_of_money_may_be_reached_exactly(self):
        projects = [
            project("A", 30, tranche="small"),
            project("B", 20, tranche="small"),
            project("C", 10, tranche="small"),
        ]

        result = run(
            projects, votes(A=9, B=8, C=7), scope(100, caps=(Cap(Dimension.TRANCHE, "small", max_cents=4000),))
        )

        assert result.winners == ("A", "C")
        assert reason(result, "B") == CapReached(Dimension.TRANCHE, "small", max_cents=4000, missing_cents=1000)

    def test_a_free_project_is_taken_even_with_nothing_left(self):
        assert run([project("A", 100), project("free", 0)], votes(A=2, free=1), scope(100)).winners == ("A", "free")


class TestFloors:
    def test_every_area_gets_its_best_before_any_gets_its_second(self):
        projects = [
            project("N1", 40, area="north"),
            project("N2", 40, area="north"),
            project("S1", 40, area="south"),
        ]
        floors = (Floor(Dimension.AREA, "north", 2), Floor(Dimension.AREA, "south", 1))

        result = run(projects, votes(N1=9, N2=8, S1=1), scope(80, floors=floors))

        assert result.winners == ("N1", "S1")
        assert reason(result, "S1") == TakenByFloor(Dimension.AREA, "south", 1, 0)
        assert result.shortfalls == (Shortfall(Dimension.AREA, "north", 2, 1),)

    def test_areas_are_served_in_the_order_of_their_candidates(self):
        projects = [project("S1", 60, area="south"), project("N1", 60, area="north")]
        floors = (Floor(Dimension.AREA, "south", 1), Floor(Dimension.AREA, "north", 1))

        assert run(projects, votes(S1=3, N1=5), scope(100, floors=floors)).winners == ("N1",)

    def test_an_area_whose_best_is_too_dear_gets_its_next_one_even_where_the_rule_stops(self):
        projects = [project("N1", 200, area="north"), project("N2", 50, area="north"), project("S1", 60, area="south")]
        floors = (Floor(Dimension.AREA, "north", 1),)

        result = run(projects, votes(N1=9, N2=1, S1=5), scope(100, floors=floors, method=Method.GREEDY_STOP))

        assert result.winners == ("N2",)

    def test_floor_laureates_count_against_the_number_and_the_caps(self):
        projects = [project("S1", 10, area="south"), project("A", 10), project("B", 10)]

        result = run(
            projects,
            votes(S1=1, A=9, B=8),
            scope(100, floors=(Floor(Dimension.AREA, "south", 1),), max_winners=2),
        )

        assert result.winners == ("S1", "A")
        assert reason(result, "B") == NumberReached(2)

    def test_a_floor_laureate_bars_its_rivals(self):
        projects = [project("S1", 10, area="south"), project("A", 10)]

        result = run(
            projects,
            votes(S1=1, A=9),
            scope(100, floors=(Floor(Dimension.AREA, "south", 1),)),
            conflicts=(frozenset({"A", "S1"}),),
        )

        assert result.winners == ("S1",)
        assert reason(result, "A") == Conflict("S1")


class TestExclusions:
    def test_the_first_taken_bars_the_others_and_a_skipped_one_bars_nobody(self):
        projects = [project("too_dear", 200), project("rival", 50)]

        result = run(projects, votes(too_dear=9, rival=3), scope(100), conflicts=(frozenset({"too_dear", "rival"}),))

        assert result.winners == ("rival",)

    def test_a_barred_project_does_not_bar_in_its_turn(self):
        projects = [project("A", 10), project("B", 10), project("C", 10)]

        result = run(
            projects,
            votes(A=9, B=8, C=7),
            scope(100),
            conflicts=(frozenset({"A", "B"}), frozenset({"B", "C"})),
        )

        assert result.winners == ("A", "C")

    def test_one_laureate_per_owner_holds_across_scopes(self):
        aicha = frozenset({"Aïcha"})
        projects = [
            project("A", 10, scope="district", owners=aicha),
            project("B", 10, scope="city", owners=aicha | {"Bruno"}),
            project("C", 10, scope="city", owners=frozenset({"Chloé"})),
        ]

        result = run_all(
            projects,
            {"district": votes(A=1), "city": votes(B=9, C=1)},
            [scope(100, id="district"), scope(100, id="city")],
            one_per_owner=True,
        )

        assert result.winners == ("A", "C")

    def test_a_withdrawn_project_is_skipped_and_its_ballots_keep_their_other_choices(self):
        projects = [project("A", 10), project("B", 60), project("C", 50)]

        result = run(projects, approvals({"A B": 3, "C": 2}), scope(100), withdrawn=frozenset({"A"}))

        assert result.winners == ("B",)
        assert reason(result, "A") == Withdrawn()

    def test_a_withdrawn_project_still_weighs_in_a_budget_ballot(self):
        knapsack = BallotRule(BallotKind.APPROVAL, max_sum_cost_cents=6000)
        projects = [project("A", 50), project("B", 50)]

        result = run(projects, approvals({"A B": 3, "B": 0}), scope(100, knapsack), withdrawn=frozenset({"A"}))

        assert result.winners == ()
        assert [(null.code, number) for null, number in result.ballots.nulls] == [(NullCode.COST_TOO_HIGH, 3)]


class TestScopesAndNumbers:
    PROJECTS = (
        project("D1", 50, scope="district"),
        project("C1", 120, scope="city"),
        project("C2", 90, scope="city"),
    )
    URNS = {"district": votes(D1=3), "city": votes(C1=9, C2=8)}

    def test_a_leftover_goes_to_the_later_scope_that_is_named(self):
        scopes = [scope(80, id="district", leftover_to="city"), scope(100, id="city")]

        result = run_all(self.PROJECTS, self.URNS, scopes)

        assert result.winners == ("D1", "C1")
        assert result.scopes[1].received_cents == 3000

    def test_without_a_name_it_stays(self):
        result = run_all(self.PROJECTS, self.URNS, [scope(80, id="district"), scope(100, id="city")])

        assert result.winners == ("D1", "C2")

    def test_it_never_goes_back_to_an_earlier_scope(self):
        scopes = [scope(80, id="district"), scope(100, id="city", leftover_to="district")]

        with pytest.raises(RulesError, match="leftover_not_later"):
            run_all(self.PROJECTS, self.URNS, scopes)

    def test_n_winners_stop_at_n_and_money_still_binds(self):
        projects = [project("A", 60), project("B", 60), project("C", 40), project("D", 1)]

        result = run(projects, votes(A=9, B=8, C=7, D=6), scope(100, max_winners=2))

        assert result.winners == ("A", "C")
        assert (reason(result, "B"), reason(result, "D")) == (OverBudget(2000), NumberReached(2))


class TestBallots:
    def test_points_beyond_the_maximum_make_the_ballot_null_and_are_never_trimmed(self):
        projects = [project("A", 60), project("B", 60)]
        urn = marks((2, "A3 B3"), (1, "B2"), (9, "A4"))

        result = run(projects, urn, scope(100, POINTS))

        assert result.winners == ("B",)
        assert [(null.code, number) for null, number in result.ballots.nulls] == [
            (NullCode.MARK_TOO_HIGH, 9),
            (NullCode.SUM_TOO_HIGH, 2),
        ]

    def test_fewer_points_than_the_maximum_are_valid_unless_the_rule_says_exactly(self):
        projects = [project("A", 60), project("B", 60)]
        urn = marks((3, "A2"), (1, "B3 A2"))

        up_to = run(projects, urn, scope(100, POINTS))
        exactly = run(projects, urn, scope(100, replace(POINTS, exact_sum=True)))

        assert (up_to.winners, exactly.winners) == (("A",), ("B",))

    def test_points_rank_by_points_and_not_per_euro(self):
        projects = [project("A", 100), project("B", 10)]

        assert run(projects, marks((3, "A3"), (2, "B3")), scope(100, POINTS)).winners == ("A",)

    def test_rank_one_of_three_is_worth_three_points(self):
        ranking = BallotRule(BallotKind.RANKING, ranks=3)
        projects = [project("A", 60), project("B", 60), project("C", 60)]
        urn = marks((2, "A1 B2"), (2, "C1 B2"), (1, "B2 C1"))

        result = run(projects, urn, scope(100, ranking))

        assert {line.project_id: line.score.score for line in result.lines} == {"A": 6, "B": 10, "C": 9}
        assert result.winners == ("B",)

    def test_a_blank_ballot_is_neither_valid_nor_null(self):
        result = run([project("A", 1)], approvals({"A": 2, "": 3}), scope(100, BallotRule(BallotKind.APPROVAL, 1)))

        assert (result.ballots.cast, result.ballots.valid, result.ballots.blank, result.ballots.null) == (5, 2, 3, 0)

    def test_a_project_named_twice_makes_the_ballot_null(self):
        result = run([project("A", 1)], {(("A", 1), ("A", 1)): 2}, scope(100))

        assert [(null.code, number) for null, number in result.ballots.nulls] == [(NullCode.REPEATED_PROJECT, 2)]


class TestMajorityJudgement:
    GRADES = BallotRule(BallotKind.GRADES, grades=4)

    def winner(self, *ballots: tuple[int, str]) -> tuple[str, ...]:
        return run(
            [project("A", 60, draw_rank=1), project("B", 60, draw_rank=2)], marks(*ballots), scope(100, self.GRADES)
        ).winners

    def test_the_median_wins_over_the_mean(self):
        assert self.winner((3, "A2 B1"), (2, "A0 B3")) == ("A",)

    def test_an_unrated_project_gets_the_worst_grade(self):
        assert self.winner((2, "B1"), (1, "A3")) == ("B",)

    def test_the_median_of_an_even_number_is_the_lower_one(self):
        assert self.winner((1, "A0 B1"), (1, "A3 B1")) == ("B",)

    def test_equal_medians_are_separated_by_removing_one_median_at_a_time(self):
        assert self.winner((2, "A2 B2"), (1, "A1 B0"), (2, "A2 B3"), (2, "A0 B1")) == ("B",)

    def test_blank_ballots_are_out(self):
        assert self.winner((2, "A2 B1"), (1, "A0 B1"), (3, "")) == ("A",)

    def test_the_worst_grade_from_everybody_never_wins(self):
        assert self.winner((3, "A0 B0")) == ()


class TestEqualShares:
    def test_a_minority_gets_its_share_where_the_order_of_scores_gives_it_nothing(self):
        projects = [project("A", 50), project("B", 50), project("C", 40)]
        urn = approvals({"A B": 6, "C": 4})

        shares = run(projects, urn, scope(100, **SHARES))
        greedy = run(projects, urn, scope(100))

        assert (shares.winners, greedy.winners) == (("A", "C"), ("A", "B"))

    def test_it_ends_before_the_first_step_that_overspends_and_not_at_the_first_exhaustive_one(self):
        projects = [project("A", 30), project("B", 28), project("C", 26)]
        urn = approvals({"A": 2, "B": 2, "C": 2})

        result = run(projects, urn, scope(60, **SHARES))

        assert result.winners == ("C", "B")
        assert result.shares.endowment_cents == 1400
        assert reason(result, "A") == SupportersShort(200)

    def test_blank_ballots_take_no_share(self):
        projects = [project("A", 60), project("B", 60)]
        options = EqualSharesOptions(add_one=False)

        result = run(projects, approvals({"A": 3, "B": 2, "": 5}), scope(100, equal_shares=options, **SHARES))

        assert result.winners == ("A",)

    def test_ties_of_rho_go_to_the_lower_cost_then_the_votes_then_the_draw(self):
        projects = [project("A", 60, draw_rank=1), project("B", 50, draw_rank=3), project("C", 50, draw_rank=2)]

        result = run(projects, approvals({"A B C": 4}), scope(100, **SHARES))
        lone = run(projects, approvals({"A B C": 4}), scope(60, **SHARES))

        assert (result.winners, lone.winners) == (("C", "B"), ("C",))
        assert lone.ties == (Tie("C", "B", "draw"), Tie("C", "A", "criterion"))

    def test_at_equal_rho_and_cost_more_votes_come_before_the_draw(self):
        projects = [project("A", 16, draw_rank=1), project("B", 16, draw_rank=2), project("C", 40, draw_rank=3)]
        urn = approvals({"A": 2, "B": 2, "B C": 1, "C": 3})
        options = EqualSharesOptions(add_one=False)

        result = run(projects, urn, scope(80, equal_shares=options, **SHARES), conflicts=(frozenset({"A", "B"}),))

        assert result.winners == ("C", "B")

    def test_a_project_dearer_than_the_envelope_does_not_end_the_steps(self):
        projects = [project("A", 40), project("too_dear", 61)]

        result = run(projects, approvals({"A": 2, "too_dear": 4}), scope(60, **SHARES))

        assert result.winners == ("A",)
        assert reason(result, "too_dear") == OverBudget(100)

    def test_fill_and_comparison_are_off_unless_the_rule_says_so(self):
        projects = [project("A", 30), project("B", 28), project("C", 26), project("D", 5)]
        urn = approvals({"A": 2, "B": 2, "C": 1, "C D": 1})

        plain = run(projects, urn, scope(60, **SHARES))
        filled = run(projects, urn, scope(60, equal_shares=EqualSharesOptions(fill=True), **SHARES))

        assert (plain.winners, filled.winners) == (("C", "B"), ("C", "B", "D"))

    def test_the_comparison_counts_voters_who_got_nothing_in_one_outcome(self):
        projects = [project("A", 50), project("B", 50), project("C", 40)]
        urn = approvals({"A B": 6, "C": 4})
        compared = scope(100, equal_shares=EqualSharesOptions(comparison=True), **SHARES)

        result = run(projects, urn, compared)

        assert result.shares.preferences == (4, 6)
        assert (result.shares.is_kept, result.winners) == (False, ("A", "B"))

    @pytest.mark.parametrize(
        "limits",
        [
            {"floors": (Floor(Dimension.AREA, "north", 1),)},
            {"caps": (Cap(Dimension.TRANCHE, "small", max_cents=1),)},
            {"max_winners": 2},
        ],
    )
    def test_it_is_refused_with_floors_caps_tranches_or_a_number(self, limits):
        with pytest.raises(RulesError, match="equal_shares_with_limits"):
            run([project("A", 1)], votes(A=1), scope(100, **SHARES, **limits))

    def test_it_is_refused_on_points(self):
        with pytest.raises(RulesError, match="equal_shares_needs_approvals"):
            run([project("A", 1)], marks((1, "A1")), scope(100, POINTS, **SHARES))
