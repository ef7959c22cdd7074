"""Each person of the demo town lands where their work is, finds a first task there, and can do it."""

from __future__ import annotations

import pytest

from tests.duties import DUTIES

UNENDING = {  # rows stay listed
    "department_agent", "department_head", "ambassador", "resident", "committee_member", "polling_officer", "count_officer",
}  # fmt: skip
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.mark.parametrize("duty", DUTIES, ids=lambda duty: duty.role)
def test_everybody_finds_their_first_task_and_does_it(demo_town, duty):
    done = demo_town.duties[duty.role]

    assert done.landed == duty.lands
    assert done.door_is_shown, "the page where they land does not lead to their work"
    assert done.status == 303, done.said
    assert duty.said in done.said


@pytest.mark.parametrize("duty", [d for d in DUTIES if d.role not in UNENDING], ids=lambda duty: duty.role)
def test_a_task_that_is_done_no_longer_waits(demo_town, duty):
    done = demo_town.duties[duty.role]

    assert done.after == done.before - 1


def test_what_is_missing_is_said_in_the_words_of_the_field(demo_town):
    """Every form of the town was posted empty: no answer is the bare sentence of a library."""
    bare = {
        visit.url for visit in demo_town.visits if visit.method == "post" and "Ce champ est obligatoire" in visit.html
    }

    assert bare == set()
