"""Real elections, recounted from their published files, give the laureates that the towns recorded."""

import pytest

from voting.tally.pabulib import ElectionFileError, Fault
from voting.tally.recount import recount
from voting.tally.values import Method

pytestmark = pytest.mark.elections

RECORDED = [
    ("Netherlands_Assen_2024", {}, 9),
    ("Poland_Czestochowa_2024", {}, 5),
    ("Poland_Krakow_2024", {}, 10),
    ("Poland_Warszawa_2022_Bielany", {"conflicts": [("201", "1932")]}, 15),
    ("Poland_Warszawa_2026", {}, 17),
    ("Poland_Wieliczka_2023_Green_Budget", {}, 30),
    ("Poland_Wroclaw_2025", {}, 7),
]


@pytest.mark.parametrize(("name", "options", "number"), RECORDED)
def test_the_recorded_laureates(elections_dir, name, options, number):
    answer = recount(elections_dir / f"{name}.pb", **options)

    assert set(answer.winners) == {project.id for project in answer.election.projects if project.selected}
    assert len(answer.winners) == number


@pytest.mark.parametrize("name", ["France_Toulouse_2019", "France_Toulouse_2024", *(row[0] for row in RECORDED)])
def test_the_recorded_votes_and_scores(elections_dir, name):
    answer = recount(elections_dir / f"{name}.pb", rule=Method.GREEDY)
    scores = {line.project_id: line.score for line in answer.scope.lines}

    assert answer.votes == {project.id: project.votes for project in answer.election.projects}
    assert [p.id for p in answer.election.projects if p.score not in (None, scores[p.id].score)] == []
    assert answer.scope.ballots.null == 0


def test_toulouse_2019_spends_its_million_to_the_euro_on_fourteen_projects(elections_dir):
    answer = recount(elections_dir / "France_Toulouse_2019.pb")

    assert (len(answer.winners), answer.winners[0], answer.spent_cents) == (14, "4", 1_000_000_00)


def test_toulouse_2019_would_have_had_eight_projects_under_stop(elections_dir):
    assert len(recount(elections_dir / "France_Toulouse_2019.pb", rule=Method.GREEDY_STOP).winners) == 8


def test_warszawa_2026_without_its_threshold_has_one_more(elections_dir):
    assert len(recount(elections_dir / "Poland_Warszawa_2026.pb", threshold=0).winners) == 18


def test_bielany_2022_is_refused_until_the_conflict_is_named(elections_dir):
    with pytest.raises(ElectionFileError) as refusal:
        recount(elections_dir / "Poland_Warszawa_2022_Bielany.pb")

    assert (refusal.value.fault, refusal.value.field) == (Fault.CONFLICT_NEEDED, "rule")


def test_wieliczka_2023_as_published(elections_dir):
    answer = recount(elections_dir / "Poland_Wieliczka_2023_Green_Budget.pb")

    assert answer.spent_cents == 995_079_00
    assert answer.scope.shares.endowment_cents == 315_00
    assert (answer.scope.shares.steps, answer.scope.shares.preferences) == (166, (1615, 873))


def test_wieliczka_2023_in_the_order_of_scores_would_have_had_fewer(elections_dir):
    assert len(recount(elections_dir / "Poland_Wieliczka_2023_Green_Budget.pb", rule=Method.GREEDY).winners) == 23
