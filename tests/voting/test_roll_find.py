"""Finding somebody on the roll, at a counter, with a queue behind them."""

from __future__ import annotations

import pytest

from tests.factories import voting as make
from voting import selectors, services
from voting.services.roll import Person


@pytest.fixture
def poll(db):
    poll = make.draft_poll()
    people = [
        Person("Aïcha Durand", 1978, number="A-12"),
        Person("Aïcha Durand", 2001, number="A-13"),
        Person("Bruno Durand-Lefèvre", 1960),
        Person("Chloé D’Arc", 1990),
        Person("Œdipe Martin", 1955),
    ]
    services.admit(poll, people, by=make.BUILDER, at=make.clock())
    return poll


def found(poll, words, at_most=10):
    return [(entry.name, entry.birth_year) for entry in selectors.find(poll, words, at_most=at_most)]


@pytest.mark.parametrize("words", ["aicha durand", "DURAND Aïcha", "durand aï"])
def test_a_name_is_found_in_either_order_without_accents(poll, words):
    assert found(poll, words)[:2] == [("Aïcha Durand", 1978), ("Aïcha Durand", 2001)]


@pytest.mark.parametrize("words", ["aisha durant", "durent aïcha", "Aicha Duran"])
def test_a_spelling_slip_still_finds(poll, words):
    assert ("Aïcha Durand", 1978) in found(poll, words)


def test_those_who_have_every_word_come_before_the_near_ones(poll):
    services.admit(poll, [Person("Zoé Durant", 1970)], by=make.BUILDER, at=make.clock())

    names = [name for name, _year in found(poll, "durand")]

    assert names == ["Aïcha Durand", "Aïcha Durand", "Bruno Durand-Lefèvre", "Zoé Durant"]


def test_a_year_narrows_and_a_number_names(poll):
    assert found(poll, "durand 2001") == [("Aïcha Durand", 2001)]
    assert found(poll, "A-12") == [("Aïcha Durand", 1978)]
    assert found(poll, "1955") == [("Œdipe Martin", 1955)]


def test_apostrophes_hyphens_and_ligatures_do_not_matter(poll):
    assert found(poll, "d'arc chloe") == [("Chloé D’Arc", 1990)]
    assert found(poll, "durand lefevre")[0] == ("Bruno Durand-Lefèvre", 1960)
    assert found(poll, "oedipe") == [("Œdipe Martin", 1955)]


def test_no_more_than_asked_and_nothing_for_nothing(poll):
    assert len(found(poll, "durand", at_most=2)) == 2
    assert found(poll, "  % _ ") == []
    assert found(poll, "nobodyofthatname") == []


def test_another_vote_is_another_roll(poll):
    other = make.draft_poll(cycle=make.cycle_with_projects("2025", "BP25"))

    assert found(other, "durand") == []


def test_two_queries_with_the_marks(poll, django_assert_num_queries):
    with django_assert_num_queries(2):
        for entry in selectors.find(poll, "durand", at_most=10):
            assert not hasattr(entry, "mark")
