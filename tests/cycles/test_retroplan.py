"""Dates counted from the day that cannot move, and what deserves a look in them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cycles import daysoff, reserve, retroplan
from cycles.calendar_checks import Facts, Stage, remarks
from cycles.daysoff import Span

USUAL = {"call": 8, "instruction": 14, "campaign": 4, "vote": 3, "proclamation": 2, "realisation": 104}
DAYS = st.dates(date(2026, 1, 1), date(2035, 1, 1))
LENGTHS = st.dictionaries(st.sampled_from(retroplan.ORDER), st.integers(1, 120), min_size=1)


def by_kind(planned):
    return {one.kind: (one.first, one.last) for one in planned}


def test_backward_from_the_budget_vote():
    planned = by_kind(retroplan.plan(USUAL, "budget", date(2027, 12, 14)))

    assert planned == {
        "call": (date(2027, 2, 2), date(2027, 3, 29)),
        "instruction": (date(2027, 3, 30), date(2027, 7, 5)),
        "campaign": (date(2027, 7, 6), date(2027, 8, 2)),
        "vote": (date(2027, 8, 3), date(2027, 8, 23)),
        "proclamation": (date(2027, 8, 24), date(2027, 9, 6)),
        "realisation": (date(2027, 9, 7), date(2029, 9, 3)),
    }


@given(LENGTHS, st.sampled_from(["budget", "vote", "start"]), DAYS)
def test_every_plan_is_in_order_in_whole_weeks_and_ends_on_a_monday(weeks, anchor, on):
    planned = retroplan.plan(weeks, anchor, on)

    assert [one.kind for one in planned] == [kind for kind in retroplan.ORDER if weeks.get(kind)]
    assert all((one.last - one.first).days + 1 == 7 * weeks[one.kind] for one in planned)
    assert {one.first.weekday() for one in planned} == {1}
    assert {one.last.weekday() for one in planned} == {0}
    assert all(before.last < after.first for before, after in zip(planned, planned[1:], strict=False))


@given(LENGTHS, DAYS)
def test_the_budget_always_has_its_sixteen_weeks(weeks, on):
    planned = retroplan.plan(weeks, "budget", on)

    results = [one for one in planned if one.kind in {"proclamation", "realisation", "review"}]
    if results:
        assert results[0].first <= on - timedelta(weeks=16)
        assert on - timedelta(weeks=17) < results[0].first


@given(LENGTHS, DAYS)
def test_two_weeks_at_least_between_the_study_and_the_vote(weeks, on):
    planned = by_kind(retroplan.plan(weeks | {"instruction": 8, "vote": 2}, "vote", on))

    assert planned["vote"][0] - planned["instruction"][1] > timedelta(weeks=2)
    assert on - timedelta(days=7) < planned["vote"][0] <= on


def test_forward_from_a_start():
    planned = by_kind(retroplan.plan({"call": 4, "vote": 2}, "start", date(2027, 1, 1)))

    assert planned == {"call": (date(2027, 1, 5), date(2027, 2, 1)), "vote": (date(2027, 2, 2), date(2027, 2, 15))}


def test_nothing_planned_from_nothing():
    assert retroplan.plan({}, "start", date(2027, 1, 1)) == []


CALL = Stage("call", "Appel à idées", date(2027, 1, 5), date(2027, 3, 1))
STUDY = Stage("instruction", "Étude", date(2027, 3, 2), date(2027, 6, 7))
VOTE = Stage("vote", "Vote", date(2027, 9, 14), date(2027, 10, 4))
RESULTS = Stage("proclamation", "Résultats", date(2027, 10, 5), date(2027, 10, 18))
WORKS = Stage("realisation", "Réalisation", date(2027, 12, 1), date(2029, 12, 1))
GOOD = [CALL, STUDY, VOTE, RESULTS, WORKS]
COUNCIL = (date(2027, 11, 15),)


def said(stages, **facts):
    return [remark.sentence for remark in remarks(stages, Facts(**{"councils": COUNCIL, **facts}))]


def test_a_good_calendar_is_left_alone():
    assert said(GOOD, holidays=daysoff.public_holidays(2027), budget_vote_on=date(2028, 3, 30)) == []


@pytest.mark.parametrize(
    ("stages", "facts", "start"),
    [
        ([STUDY, Stage("vote", "Vote", date(2027, 6, 1), date(2027, 6, 21))], {}, "Le vote s’ouvre le 1er juin 2027, avant la fin de l’étude (7 juin 2027)"),
        ([STUDY, Stage("vote", "Vote", date(2027, 6, 14), date(2027, 7, 5))], {"printing_days": 0}, "Il ne reste que 6 jours entre"),
        ([STUDY, Stage("vote", "Vote", date(2027, 6, 22), date(2027, 7, 12))], {}, "Le vote s’ouvre 15 jours après la fin de l’étude : les livrets ne seront pas imprimés, il y faut 21 jours"),
        ([STUDY, Stage("call", "Appel à idées", date(2027, 4, 1), date(2027, 6, 4))], {}, "« Étude » commence le 2 mars 2027, avant « Appel à idées » (1er avril 2027)"),
        ([VOTE, RESULTS], {"budget_vote_on": date(2027, 10, 1)}, "Les résultats viennent après le vote du budget"),
        ([VOTE, RESULTS], {"budget_vote_on": date(2027, 12, 14)}, "Pour entrer dans le budget voté le 14 décembre 2027"),
        ([VOTE, Stage("proclamation", "Résultats", date(2027, 9, 30), date(2027, 10, 9))], {}, "Les résultats ouvrent avant la fin du vote"),
        (GOOD, {"councils": ()}, "Notez les séances du conseil"),
        (GOOD, {"councils": (date(2027, 1, 4),)}, "Aucune séance du conseil n’est notée entre"),
        ([Stage("vote", "Vote", date(2027, 9, 14), date(2027, 9, 20))], {}, "« Vote » dure 7 jours"),
        ([Stage("call", "Appel", date(2027, 3, 1), date(2027, 4, 4))], {}, "« Appel » se termine le 4 avril 2027 (un dimanche)"),
        ([Stage("vote", "Vote", date(2027, 4, 15), date(2027, 5, 3))], {"holidays": daysoff.public_holidays(2027)}, "Pendant le vote, le 1er mai est férié (Fête du Travail)"),
        ([Stage("vote", "Vote", date(2027, 3, 2), date(2027, 3, 26))], {"holidays": daysoff.public_holidays(2027, is_alsace_moselle=True)}, "« Vote » se termine le 26 mars 2027 (Vendredi saint)"),
        ([Stage("vote", "Vote", date(2027, 7, 6), date(2027, 7, 23))], {"school": daysoff.school_holidays(2027, 2027, "B")}, "« Vote » tombe pour 100 % pendant les vacances scolaires (Vacances d’été)"),
        ([VOTE], {"closures": [Span(date(2027, 9, 20), date(2027, 9, 21), "Déménagement")]}, "« Vote » : services fermés du 20 au 21 septembre 2027"),
        ([VOTE], {"reserves": [reserve.reserve_of(reserve.Vote("other", date(2027, 9, 26), date(2027, 10, 3)))]}, "Période de réserve du 1er mars au 3 octobre 2027"),
    ],
)  # fmt: skip
def test_each_thing_that_deserves_a_look_is_a_sentence(stages, facts, start):
    found = [sentence.replace("\u00a0", " ") for sentence in said(stages, **facts)]

    assert any(sentence.startswith(start) for sentence in found), found


def test_an_election_in_the_middle_of_the_vote_is_told_by_its_days():
    vote = reserve.Vote("other", date(2027, 9, 26), date(2027, 10, 3))

    found = said([VOTE], reserves=[reserve.reserve_of(vote)], election_names={"other": "référendum"})

    assert [line[:24] for line in found[1:]] == ["Le 26 septembre 2027, on", "Le 3 octobre 2027, on vo"]


def test_a_one_day_vote_in_the_street_is_not_too_short():
    day = Stage("vote", "Vote", date(2027, 9, 18), date(2027, 9, 18))

    assert said([day], is_one_day_vote=True) == []
    assert len(said([day])) == 1


def test_the_reserve_runs_from_the_sixth_month_before_until_the_last_round():
    municipal = reserve.Vote("municipal", date(2026, 3, 15), date(2026, 3, 22))
    found = reserve.reserve_of(municipal)

    assert (found.first, found.last) == (date(2025, 9, 1), date(2026, 3, 22))
    assert reserve.at([municipal], date(2025, 8, 31)) is None
    assert reserve.at([municipal], date(2025, 9, 1)) == found
    assert reserve.at([municipal], date(2026, 3, 23)) is None


def test_what_the_team_wrote_replaces_the_known_election_of_the_year():
    exact = reserve.Vote("presidential", date(2027, 4, 11), date(2027, 4, 25))
    aside = reserve.Vote("legislative", date(2027, 6, 6), date(2027, 6, 13), is_set_aside=True, reason="Non concernés")

    votes = reserve.calendar_of([exact, aside])

    assert [vote for vote in votes if vote.first_round_on.year == 2027] == [exact, aside]
    assert reserve.at(votes, date(2027, 5, 1)) is None
    assert reserve.at(votes, date(2026, 10, 1)).last == date(2027, 4, 25)
    assert reserve.at(reserve.KNOWN, date(2027, 5, 1)).vote.kind == "legislative"


def test_overseas_and_alsace_have_their_own_days():
    assert date(2027, 12, 20) in daysoff.public_holidays(2027, "reunion")
    assert date(2027, 12, 20) not in daysoff.public_holidays(2027, "A")
    assert daysoff.public_holidays(2027, is_alsace_moselle=True)[date(2027, 12, 26)] == "Saint-Étienne"
    assert daysoff.school_holidays(2027, 2027, "reunion") == ()
    assert daysoff.school_holidays(2050, 2050, "A") == ()
