"""What departments do with a case."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry
from bp_platform.notifications.models import OutboxMessage
from cycles import selectors as cycle_selectors
from instruction import policies, selectors, services
from instruction.models import Case, Costing
from tests.factories import cycles as rulebooks
from tests.factories import instruction as factory


def journal() -> list[tuple[str, str, str, str]]:
    return [(e.act, e.from_state, e.to_state, e.role) for e in JournalEntry.objects.order_by("pk")]


def give(case, by, at, department, **facts):
    return services.give_opinion(
        case,
        by=by,
        at=at,
        department=department,
        **{"verdict": "favourable", "public_text": "Le sol est sain.", **facts},
    )


def cost(case, by, at, **facts):
    return services.set_costing(
        case,
        by=by,
        at=at,
        **{"lines": factory.lines(), "confidence_percent": 10, "price_on": date(2026, 1, 1), **facts},
    )


def test_the_first_opinion_starts_the_study(case_in, bruno, green_spaces, at):
    case = case_in("triaged")

    opinion = give(case, bruno, at, green_spaces, internal_note="Voir le plan des réseaux.")

    case.refresh_from_db()
    assert (case.state, case.started_at) == ("under_review", at)
    assert (opinion.verdict, opinion.given_by, opinion.validated_at) == ("favourable", bruno, None)
    assert journal()[-2:] == [
        ("start_review", "triaged", "under_review", "department_agent"),
        ("give_opinion", "", "", "department_agent"),
    ]


def test_an_opinion_may_be_rewritten_until_it_is_validated(case_in, bruno, helene, green_spaces, at):
    case = case_in("under_review")
    give(case, bruno, at, green_spaces)

    opinion = give(case, bruno, at, green_spaces, verdict="with_reservations", public_text="Planter à 3 m.")

    assert [(o.verdict, o.public_text) for o in case.opinions.all()] == [("with_reservations", "Planter à 3 m.")]
    services.validate_opinion(opinion, by=helene, at=at)
    with pytest.raises(Refused, match="L’avis de votre direction est validé : il ne change plus"):
        give(case, bruno, at, green_spaces)


def test_an_opinion_says_why(case_in, bruno, green_spaces, at):
    case = case_in("under_review")

    with pytest.raises(ValidationError, match="expliquez votre avis en une ou deux phrases"):
        give(case, bruno, at, green_spaces, public_text="  \n ")


def test_nobody_speaks_for_another_department(case_in, bruno, green_spaces, buildings, at):
    case = case_in("under_review", consulted=[buildings])

    with pytest.raises(Refused, match="un avis que pour votre direction"):
        give(case, bruno, at, buildings)


def test_a_department_that_is_not_consulted_gives_no_opinion(case_in, bruno, buildings, at):
    case = case_in("under_review")

    with pytest.raises(Refused, match="« Patrimoine » n’est pas consultée"):
        give(case, bruno, at, buildings)


def test_the_head_validates_once(case_in, bruno, helene, green_spaces, at):
    opinion = give(case_in("under_review"), bruno, at, green_spaces)

    validated = services.validate_opinion(opinion, by=helene, at=at)

    assert (validated.validated_by, validated.validated_at) == (helene, at)
    assert journal()[-1] == ("validate_opinion", "", "", "department_head")
    with pytest.raises(Refused, match="Cet avis est déjà validé"):
        services.validate_opinion(opinion, by=helene, at=at)


def test_an_agent_does_not_validate(case_in, bruno, green_spaces, at):
    opinion = give(case_in("under_review"), bruno, at, green_spaces)

    with pytest.raises(Refused, match="responsable de la direction « Espaces verts » valide"):
        services.validate_opinion(opinion, by=bruno, at=at)


@pytest.mark.parametrize("attack", ["UPDATE instruction_departmentopinion SET verdict = 'unfavourable'",
                                    "DELETE FROM instruction_departmentopinion"])  # fmt: skip
def test_a_validated_opinion_is_never_rewritten(case_in, at, attack):
    case_in("reviewed")

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)


def test_a_costing_is_a_new_version(case_in, bruno, green_spaces, at):
    case = case_in("triaged")
    cost(case, bruno, at)

    second = cost(case, bruno, at, lines=factory.lines()[:1], running_cost_eur=Decimal("350"))

    versions = Costing.objects.order_by("version").values_list("version", "department", "running_cost_eur")
    assert list(versions) == [(1, green_spaces.pk, Decimal("0.00")), (2, green_spaces.pk, Decimal("350.00"))]
    assert [item.total_eur for item in second.items.all()] == [Decimal("12000.00")]
    assert journal()[-1] == ("set_costing", "", "", "department_agent")


def test_a_costing_has_lines(case_in, bruno, at):
    with pytest.raises(ValidationError, match="Ajoutez au moins une ligne"):
        cost(case_in("under_review"), bruno, at, lines=[])


def test_a_stranger_costs_nothing(case_in, chloe, at):
    with pytest.raises(Refused, match="Seules les directions chargées du dossier BP26-0001"):
        cost(case_in("under_review"), chloe, at)


def test_a_question_stops_the_clock_and_reaches_the_owner(case_in, bruno, at, settings):
    case = case_in("triaged")

    question = services.ask_owner(case, by=bruno, at=at, text="Combien de bancs ?", is_public=True)

    case.refresh_from_db()
    assert (case.state, question.department.short_name, question.asked_at) == ("awaiting_owner", "Espaces verts", at)
    letter = OutboxMessage.objects.get(event="case_question")
    assert (letter.contact.name, letter.context["question"]) == ("Aïcha Benali", "Combien de bancs ?")
    assert letter.context["secret_answer_url"].startswith(settings.BASE_URL + "/suivi/question/")
    assert journal()[-1] == ("ask_owner", "under_review", "awaiting_owner", "department_agent")


def test_one_question_at_a_time(case_in, bruno, at):
    case = case_in("awaiting_owner")

    with pytest.raises(Refused, match="On ne peut pas poser une question au porteur"):
        services.ask_owner(case, by=bruno, at=at, text="Et où ?")


def test_an_empty_question_is_refused(case_in, bruno, at):
    with pytest.raises(ValidationError, match="écrivez votre question"):
        services.ask_owner(case_in("under_review"), by=bruno, at=at, text=" ")


def test_the_answer_starts_the_clock_again(case_in, at):
    question = case_in("awaiting_owner").questions.get()

    services.answer_question(question, by=factory.HAND, at=at, answer="Quatre bancs.")

    question.refresh_from_db()
    assert (question.answer, question.answered_at, question.case.state) == ("Quatre bancs.", at, "under_review")
    with pytest.raises(Refused, match="On ne peut pas répondre à cette question"):
        services.answer_question(question, by=factory.HAND, at=at, answer="Cinq.")


def test_a_study_needs_every_validated_opinion(case_in, bruno, green_spaces, buildings, at):
    case = case_in("under_review", consulted=[buildings])
    factory.give(case, at, green_spaces)

    with pytest.raises(Refused, match="Il manque l’avis validé de : Patrimoine"):
        services.complete_review(case, by=bruno, at=at)


def test_a_study_needs_a_costing_unless_it_is_unfavourable(case_in, bruno, green_spaces, at):
    case = case_in("under_review")
    factory.give(case, at, green_spaces)

    with pytest.raises(Refused, match="Il manque le chiffrage"):
        services.complete_review(case, by=bruno, at=at)

    against = case_in("under_review", title="Un téléphérique")
    factory.give(against, at, green_spaces, verdict="unfavourable")
    services.complete_review(against, by=bruno, at=at)
    assert Case.objects.get(pk=against.pk).state == "reviewed"


def test_a_complete_study_is_handed_in(case_in, bruno, green_spaces, at):
    case = case_in("under_review")
    factory.give(case, at, green_spaces)
    cost(case, bruno, at)

    services.complete_review(case, by=bruno, at=at)

    case.refresh_from_db()
    assert (case.state, case.reviewed_at) == ("reviewed", at)
    assert journal()[-1] == ("complete_review", "under_review", "reviewed", "department_agent")


def rules_with(cycle, **caps):
    version = rulebooks.next_version(cycle)
    version.values["caps"] |= caps
    version.save()


WORKS = [services.CostLine("works", "Plantation", Decimal(1), Decimal("10000"), Decimal("20"))]


def test_what_nobody_has_priced_counts_for_the_share_of_article_4(case_in, cycle, bruno, at):
    rules_with(cycle, studies_percent=10, contingencies_percent=5)
    case = case_in("triaged")

    first = cost(case, bruno, at, lines=WORKS)
    rows = [(item.kind, item.label, item.total_eur) for item in first.items.order_by("position")]
    assert rows == [
        ("works", "Plantation", Decimal("12000.00")),
        ("study", "Études\u00a0: 10\u00a0% des travaux (article 4)", Decimal("1200.00")),
        ("contingency", "Aléas\u00a0: 5\u00a0% des travaux (article 4)", Decimal("600.00")),
    ]
    as_shown = [services.CostLine(i.kind, i.label, i.quantity, i.unit_price_eur * 2, i.vat_percent) for i in first.items.order_by("position")]  # fmt: skip
    with translation.override("en"):
        again = cost(case, bruno, at, lines=as_shown)
    assert [item.total_eur for item in again.items.order_by("position")] == [
        Decimal(24000),
        Decimal(2400),
        Decimal(1200),
    ]
    priced = cost(
        case, bruno, at, lines=[*WORKS, services.CostLine("contingency", "Sol", Decimal(1), Decimal(50), Decimal(0))]
    )
    assert [item.kind for item in priced.items.order_by("position")] == ["works", "contingency", "study"]


def test_what_other_funders_bring_is_deducted_where_article_4_says_so(case_in, cycle, bruno, at):
    case = case_in("under_review")
    costing = cost(case, bruno, at, lines=WORKS, funded_eur=Decimal(5000))
    rules = cycle_selectors.rules_of(cycle).caps

    assert selectors.price_eur(costing, rules) == Decimal(12000)
    deducted = rules.model_copy(update={"are_other_funders_deducted": True})
    assert selectors.price_eur(costing, deducted) == selectors.counted_eur(costing, deducted) == Decimal(7000)
    assert selectors.total_eur(costing) == Decimal(12000)
    with pytest.raises(ValidationError):
        cost(case, bruno, at, lines=WORKS, funded_eur=Decimal(-1))


def test_a_reason_that_the_article_does_not_print_is_not_cited(case_in, cycle):
    version = rulebooks.next_version(cycle)
    version.values["admissibility"]["is_investment_only"] = False
    version.save()
    case = case_in("triaged")

    assert "operating_expenditure" not in policies.citable(case)
    assert not policies.can_cite(case, "operating_expenditure")
