"""Recounting a file: the declared rule and bounds, the options, the refusals."""

import pytest

from voting.tally.pabulib import ElectionFileError, Fault
from voting.tally.recount import recount
from voting.tally.results import NullCode
from voting.tally.values import Method

SHAPES = [
    ("approbation", {}, Method.GREEDY, ("1", "2", "6", "5"), 49_500_50),
    ("choix_unique_arret", {}, Method.GREEDY_STOP, ("10",), 30_000_00),
    ("seuil", {}, Method.GREEDY, ("7", "8", "9"), 45_000_00),
    ("seuil", {"threshold": 0}, Method.GREEDY, ("7", "8", "9", "10"), 46_000_00),
    ("seuil", {"threshold": 11}, Method.GREEDY, ("7",), 20_000_00),
    ("incompatibles", {"conflicts": [("21", "22")]}, Method.GREEDY, ("22", "23"), 35_000_00),
    ("incompatibles", {"rule": "greedy"}, Method.GREEDY, ("22", "21"), 50_000_00),
    ("points", {}, Method.GREEDY, ("D", "A", "C"), 75_000_00),
    ("classement", {}, Method.GREEDY, ("P2", "P1"), 40_000_00),
    ("parts_egales", {}, Method.EQUAL_SHARES, ("E4", "E2", "E3"), 56_000_00),
    ("parts_egales", {"rule": "greedy"}, Method.GREEDY, ("E4", "E2", "E3"), 56_000_00),
    ("regle_inconnue", {"rule": "greedy_stop"}, Method.GREEDY_STOP, ("E4", "E2"), 40_000_00),
]


@pytest.mark.parametrize(("name", "options", "method", "winners", "spent"), SHAPES)
def test_each_shape_of_file(synthetic, name, options, method, winners, spent):
    answer = recount(synthetic / f"{name}.pb", **options)

    assert (answer.rule, answer.winners, answer.spent_cents) == (method, winners, spent)


@pytest.mark.parametrize(
    ("name", "options", "fault", "line", "field"),
    [
        ("regle_inconnue", {}, Fault.RULE_UNKNOWN, 11, "rule"),
        ("incompatibles", {}, Fault.CONFLICT_NEEDED, 11, "rule"),
        ("incompatibles", {"conflicts": [("21", "99")]}, Fault.CONFLICT_UNKNOWN, 0, ""),
        ("points", {"rule": "equal_shares"}, Fault.EQUAL_SHARES_NEEDS_APPROVALS, 10, "vote_type"),
    ],
)
def test_what_the_file_does_not_say_is_refused(synthetic, name, options, fault, line, field):
    with pytest.raises(ElectionFileError) as refusal:
        recount(synthetic / f"{name}.pb", **options)

    assert (refusal.value.fault, refusal.value.line, refusal.value.field) == (fault, line, field)


@pytest.mark.parametrize("label", ["", "unknown", "greedy-custom", "equalshares/add1u", "Greedy"])
def test_a_label_that_is_not_known_word_for_word_is_refused(synthetic, label):
    text = (synthetic / "approbation.pb").read_text().replace("rule;greedy", f"rule;{label}")

    with pytest.raises(ElectionFileError) as refusal:
        recount(text)

    assert refusal.value.fault is Fault.RULE_UNKNOWN


def test_a_threshold_rule_without_its_threshold_is_refused(synthetic):
    text = (synthetic / "seuil.pb").read_text().replace("min_project_score_threshold;6\n", "")

    with pytest.raises(ElectionFileError) as refusal:
        recount(text)

    assert (refusal.value.fault, refusal.value.field) == (Fault.KEY_MISSING, "min_project_score_threshold")


def test_a_bound_that_the_count_does_not_apply_is_refused_unless_the_rule_is_asked_for(synthetic):
    text = (synthetic / "approbation.pb").read_text().replace("max_length;3", "budget_per_category;20000,30000")

    with pytest.raises(ElectionFileError) as refusal:
        recount(text)

    assert (refusal.value.fault, refusal.value.line) == (Fault.BOUND_NOT_APPLIED, 12)
    assert recount(text, rule="greedy").winners == ("1", "2", "6", "5")


@pytest.mark.parametrize(
    ("name", "before", "after", "code", "number"),
    [
        ("approbation", "max_length;3", "max_length;2", NullCode.TOO_MANY, 2),
        ("approbation", "max_length;3", "min_length;2", NullCode.TOO_FEW, 3),
        ("approbation", "max_length;3", "max_sum_cost;30000", NullCode.COST_TOO_HIGH, 12),
        ("points", "max_sum_points;7", "max_sum_points;6", NullCode.SUM_TOO_HIGH, 18),
        ("points", "max_sum_points;7", "max_points;6", NullCode.MARK_TOO_HIGH, 6),
        ("points", "max_sum_points;7", "min_sum_points;3", NullCode.SUM_TOO_LOW, 3),
        ("classement", "min_length;3\nmax_length;3", "max_length;2", NullCode.TOO_MANY, 14),
    ],
)
def test_the_bounds_of_the_file_make_ballots_null(synthetic, name, before, after, code, number):
    text = (synthetic / f"{name}.pb").read_text()
    assert recount(text).scope.ballots.null == 0

    nulls = recount(text.replace(before, after)).scope.ballots.nulls

    assert {null.code for null, _ in nulls} == {code}
    assert sum(times for _, times in nulls) == number


def test_a_project_withdrawn_after_the_vote_neither_wins_nor_stops_the_list(synthetic):
    text = (synthetic / "choix_unique_arret.pb").read_text().replace("20;25000", "20;999999999")

    assert recount(text).winners == ("10", "30", "40")


def test_a_published_draw_seed_settles_equal_scores(synthetic):
    text = (synthetic / "choix_unique_arret.pb").read_text().replace("25000", "30000").replace(";10\n", ";20\n", 1)
    seeds = [f"{number}-{number}" for number in range(8)]

    firsts = {recount(text.replace("language;fr", f"draw_seed;{seed}")).winners[0] for seed in seeds}

    assert firsts == {"10", "20"}


def test_a_path_in_words_and_a_text_give_the_same_answer(synthetic):
    path = synthetic / "points.pb"

    assert recount(str(path)) == recount(path) == recount(path.read_text())
