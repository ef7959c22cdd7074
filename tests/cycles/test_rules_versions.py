"""Version 1 of the rules is still read: the same values, the same articles, nothing added to what was adopted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cycles import articles
from cycles.rules import SCHEMA_VERSION, Rules, upgraded
from cycles.rules.versions import GRADES
from tests.reading import plain

SAMPLES = json.loads(Path(__file__).with_name("samples").joinpath("rules_v1.json").read_text())


@pytest.mark.parametrize("name", SAMPLES)
def test_the_articles_of_a_kept_version_read_as_on_the_day_they_were_adopted(name):
    kept = SAMPLES[name]

    rules = Rules.model_validate(kept["values"])

    read = [
        [a.number, a.title, a.section, *(plain(p) for p in a.paragraphs if p != articles.GAPS)]
        for a in articles.articles(rules)
    ]
    known = [[*head[:3], *map(plain, head[3:])] for head in kept["articles"]]
    assert read[: len(known)] == [_without_moved(article) for article in known]
    assert [article[0] for article in read[len(known) :]] == ([10] if name in ("P13", "full") else [])


def _without_moved(article):
    """The leftover's sentence is now an article of its own."""
    return [part for part in article if part != "L’argent qui n’est pas dépensé revient à l’édition suivante."]


def test_what_moved_is_found_again():
    rules = Rules.model_validate(SAMPLES["full"]["values"])

    assert rules.leftovers.unspent == "next_edition"
    assert rules.model_dump()["delivery"].keys() == {
        "deadline_months", "update_every_days", "answer_days", "carried_by", "has_follow_up_groups",
    }  # fmt: skip
    assert rules.delivery.answer_days == 0
    assert Rules.model_validate(rules.model_dump(mode="json")) == rules


def test_a_kept_version_without_grades_or_points_has_the_usual_ones():
    graded = Rules.model_validate({"schema_version": 1, "ballot": {"kind": "majority_judgement"}})
    pointed = Rules.model_validate({"schema_version": 1, "ballot": {"kind": "points"}})

    assert (graded.ballot.grades, pointed.ballot.points_per_voter) == (GRADES, 10)


def test_reading_an_old_version_leaves_it_as_it_is():
    values = SAMPLES["full"]["values"]
    before = json.dumps(values)

    assert upgraded(values)["schema_version"] == SCHEMA_VERSION
    assert json.dumps(values) == before
