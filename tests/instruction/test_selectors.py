"""What pages read of the study."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bp_platform.core.components import Event
from instruction import selectors, services
from instruction.selectors import Expected, PublicOpinion, Refusal
from proposals import services as proposals
from proposals.models import Proposal
from tests.factories import instruction as factory


def again(case):
    """The case's proposal as a page reads it."""
    return Proposal.objects.select_related(*selectors.JOINED).get(pk=case.proposal_id)


def test_the_published_answer(case_in, django_assert_num_queries, at):
    proposal = again(case_in("published"))

    with django_assert_num_queries(4):
        summary = selectors.public_study(proposal).summary

    assert (summary.outcome, summary.outcome_label, summary.is_feasible) == ("feasible", "Réalisable", True)
    assert (summary.price_eur, summary.net_eur, summary.vat_eur, summary.total_eur) == (
        Decimal("13800.00"), Decimal("11500.00"), Decimal("2300.00"), Decimal("13800.00"),
    )  # fmt: skip
    assert (summary.confidence_percent, summary.price_on, summary.costed_by) == (
        15, "1er janvier 2026", "Direction des espaces verts",
    )  # fmt: skip
    assert [item.label for item in summary.items] == ["Plantation et bancs", "Aléas"]
    assert summary.opinions == (
        PublicOpinion("Direction des espaces verts", "favourable", "Favorable", "Le sol est sain."),
    )
    assert (summary.refusal, summary.decided_by, summary.published_at) == (None, "l’équipe participation", at)


def test_the_published_refusal(case_in, cycle, elias, paula, at):
    case = services.reject(
        case_in("reviewed"), by=elias, at=at, reason="contrary_to_deliberated_policy",
        explanation="Le conseil a voté un autre usage.", next_step="Venez au conseil de quartier.",
    )  # fmt: skip
    services.publish_answers(cycle, by=paula, at=at)

    summary = selectors.public_study(again(case)).summary

    assert summary.refusal == Refusal(
        code="contrary_to_deliberated_policy",
        label="Un choix voté par le conseil s’y oppose",
        article="3.11",
        article_title="Ce qu’un projet doit être",
        explanation="Le conseil a voté un autre usage.",
        next_step="Venez au conseil de quartier.",
        is_political=True,
    )
    assert (summary.price_eur, summary.arbitration) == (None, "Élias Ben Amar")


@pytest.mark.parametrize("state", ["received", "triaged", "under_review", "awaiting_owner", "reviewed", "decided"])
def test_nothing_before_publication(case_in, state):
    assert selectors.public_study(again(case_in(state))).summary is None


def test_the_history_of_a_study(case_in, cycle, buildings, bruno, at):
    case = case_in("triaged", consulted=[buildings])
    asked = services.ask_owner(case, by=bruno, at=at + timedelta(days=1), text="Combien de bancs ?", is_public=True)
    services.answer_question(asked, by=factory.HAND, at=at + timedelta(days=3), answer="Quatre.")

    assert selectors.public_study(again(case)).events == [
        Event(date(2026, 3, 2), "L’étude commence"),
        Event(
            date(2026, 3, 2),
            "Étude confiée à\u00a0: Direction des espaces verts",
            text="Également consultée\u00a0: Direction du patrimoine bâti.",
        ),
        Event(date(2026, 3, 3), "Question posée au porteur", text="Combien de bancs ?"),
        Event(date(2026, 3, 5), "Réponse du porteur", text="Quatre."),
    ]


def test_an_internal_question_keeps_its_words(case_in):
    case = case_in("awaiting_owner")

    assert selectors.public_study(again(case)).events[-1] == Event(date(2026, 3, 2), "Question posée au porteur")


def test_stage_and_price_implied_by_the_cases(case_in, cycle, idea, paula, at):
    feasible = case_in("reviewed", title="Un verger")
    refused = case_in("reviewed", title="Une piscine")
    stopped = case_in("triaged", title="Un kiosque")
    proposals.withdraw(stopped.proposal, at=at)
    services.declare_feasible(feasible, by=paula, at=at)
    services.reject(refused, by=paula, at=at, reason="over_cap", explanation="Trop cher.", next_step="Plus petit.")
    ids = [idea.pk, feasible.proposal_id, refused.proposal_id, stopped.proposal_id]
    before = selectors.expected_stage(ids)
    services.publish_answers(cycle, by=paula, at=at)

    assert before == {pk: Expected("study", None) for pk in ids[1:3]}
    assert selectors.expected_stage(ids) == {
        feasible.proposal_id: Expected("feasible", Decimal("13800.00")),
        refused.proposal_id: Expected("unfeasible", None),
    }


@pytest.mark.parametrize(
    ("day", "words", "late"),
    [
        (date(2026, 2, 27), "retard de 3 jours", True),
        (date(2026, 3, 1), "retard de 1 jour", True),
        (date(2026, 3, 2), "aujourd’hui", False),
        (date(2026, 3, 3), "demain", False),
        (date(2026, 3, 5), "jeu. 5 mars", False),
        (date(2026, 4, 1), "mer. 1er avril", False),
    ],
)
def test_late_is_read_from_the_dates(case_in, green_spaces, at, day, words, late):
    case_in("triaged", due_on=day)

    parts = selectors.parts_of([green_spaces.pk], at)

    assert [(row.cells[1].text, row.cells[1].is_late) for row in selectors.part_rows(parts, at)] == [(words, late)]
    assert [part.is_late for part in parts] == [late]


def test_a_day_is_late_at_local_midnight(case_in, green_spaces):
    case_in("triaged", due_on=date(2026, 3, 20))

    def late(at):
        return [part.days_late for part in selectors.parts_of([green_spaces.pk], at)]

    assert late(datetime(2026, 3, 20, 22, 59, tzinfo=UTC)) == [0]
    assert late(datetime(2026, 3, 20, 23, 1, tzinfo=UTC)) == [1]


def test_the_clock_stands_still_while_the_owner_thinks(case_in, green_spaces, bruno, at):
    case = case_in("triaged", due_on=date(2026, 3, 4))
    question = services.ask_owner(case, by=bruno, at=at, text="Combien de bancs ?")
    later = at + timedelta(days=10)
    waiting = selectors.parts_of([green_spaces.pk], later)
    services.answer_question(question, by=factory.HAND, at=later, answer="Quatre.")
    again = selectors.parts_of([green_spaces.pk], later)

    assert [(part.waits_for, part.days_late) for part in waiting] == [("owner", 0)]
    assert [(part.due_on, part.days_late) for part in again] == [(date(2026, 3, 14), 0)]


def test_the_most_pressing_first_and_what_is_said_leaves(case_in, green_spaces, buildings, at):
    soon = case_in("triaged", title="Un verger", due_on=date(2026, 3, 9))
    late = case_in("triaged", title="Un kiosque", due_on=date(2026, 2, 20))
    said = case_in("under_review", title="Une haie", lead=buildings, consulted=[green_spaces])
    factory.give(said, at, green_spaces)

    parts = selectors.parts_of([green_spaces.pk], at)

    assert [part.case for part in parts] == [late, soon]
    assert selectors.done_this_month([green_spaces.pk], at) == 1
    assert selectors.hours_words(parts) == "8\u00a0h"


def test_a_case_given_to_somebody_else_is_not_mine(case_in, green_spaces, bruno, helene, at):
    mine, theirs = case_in("triaged"), case_in("triaged", title="Un kiosque")
    theirs.assignments.update(person=helene)

    assert [part.case for part in selectors.parts_of([green_spaces.pk], at, person=bruno)] == [mine]
