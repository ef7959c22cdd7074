"""The answer: decided, kept under embargo, published all at once."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry, JournalReason
from bp_platform.notifications.models import OutboxMessage
from instruction import policies, selectors, services
from instruction.forms import DecisionForm
from instruction.models import Arbitration, Case
from proposals import services as proposals
from proposals.models import Proposal
from tests.factories import cycles as rulebooks
from tests.factories import instruction as factory

REFUSAL = {
    "reason": "no_land_control",
    "explanation": "La place appartient à la copropriété.",
    "next_step": "Proposez l’idée à son assemblée générale.",
}


def test_a_feasible_project_has_the_price_of_its_costing(case_in, paula, at):
    case = services.declare_feasible(case_in("reviewed"), by=paula, at=at)

    case.refresh_from_db()
    assert (case.state, case.outcome, case.price_eur, case.decided_at) == (
        "decided", "feasible", Decimal("13800.00"), at,
    )  # fmt: skip
    assert (case.decided_by, case.decided_role, case.decided_by_label) == (
        paula, "participation", "l’équipe participation",
    )  # fmt: skip
    line = JournalEntry.objects.get(act="declare_feasible")
    assert (line.from_state, line.to_state, line.role, line.rule) == ("reviewed", "decided", "participation", "art. 4")


def test_changes_are_told(case_in, paula, at):
    with pytest.raises(ValidationError, match="dites ce qui change"):
        services.declare_feasible_with_changes(case_in("reviewed"), by=paula, at=at, changes=" ")

    case = Case.objects.get()
    services.declare_feasible_with_changes(case, by=paula, at=at, changes="Deux bancs au lieu de quatre.")
    case.refresh_from_db()
    assert (case.outcome, case.changes, case.price_eur) == (
        "feasible_with_changes", "Deux bancs au lieu de quatre.", Decimal("13800.00"),
    )  # fmt: skip


def test_a_refusal_cites_its_article(case_in, paula, at):
    services.reject(case_in("reviewed"), by=paula, at=at, **REFUSAL)

    case = Case.objects.get()
    assert (case.outcome, case.refusal_reason, case.refusal_article, case.explanation, case.next_step) == (
        "unfeasible", "no_land_control", "3.5", REFUSAL["explanation"], REFUSAL["next_step"],
    )  # fmt: skip
    assert case.price_eur is None
    line = JournalEntry.objects.get(act="reject_case")
    assert (line.rule, line.role) == ("art. 3.5", "participation")
    assert JournalReason.objects.get(chain=line.chain, position=line.position).text == REFUSAL["explanation"]


@pytest.mark.parametrize("part", ["explanation", "next_step"])
def test_a_refusal_without_its_parts_is_refused(case_in, paula, at, part):
    with pytest.raises(ValidationError) as refusal:
        services.reject(case_in("reviewed"), by=paula, at=at, **(REFUSAL | {part: "  "}))

    assert list(refusal.value.message_dict) == [part]


def test_a_reason_is_one_of_the_rulebook(case_in, paula, at):
    with pytest.raises(Refused, match="Choisissez un motif du règlement"):
        services.reject(case_in("reviewed"), by=paula, at=at, **(REFUSAL | {"reason": "ugly"}))


def test_a_technician_cannot_set_a_political_reason(case_in, paula, at):
    with pytest.raises(Refused, match="Ce motif est politique"):
        services.reject(
            case_in("reviewed"), by=paula, at=at, **(REFUSAL | {"reason": "contrary_to_deliberated_policy"})
        )
    assert Case.objects.get().state == "reviewed"


def test_an_elected_member_decides_by_name(case_in, elias, at):
    case = case_in("reviewed")

    services.reject(case, by=elias, at=at, **(REFUSAL | {"reason": "contrary_to_deliberated_policy"}))

    case.refresh_from_db()
    assert (case.decided_role, case.decided_by_label) == ("elected_member", "Élias Ben Amar, élu·e")
    arbitration = Arbitration.objects.get()
    assert (arbitration.case, arbitration.decider, arbitration.decider_name, arbitration.statement) == (
        case, elias, "Élias Ben Amar", REFUSAL["explanation"],
    )  # fmt: skip
    assert [o.verdict for o in case.opinions.all()] == ["favourable"]


def test_an_import_names_the_elected_member(case_in, at):
    political = REFUSAL | {"reason": "contrary_to_deliberated_policy"}
    with pytest.raises(ValidationError, match="nommez l’élu·e"):
        services.reject(case_in("reviewed"), by=factory.HAND, at=at, **political)

    services.reject(Case.objects.get(), by=factory.HAND, at=at, decider_name="Élias Ben Amar", **political)

    assert Arbitration.objects.get().decider_name == "Élias Ben Amar"


def test_a_project_over_the_cap_is_not_feasible(case_in, cycle, paula, at):
    version = rulebooks.next_version(cycle)
    version.values["caps"]["maximum_cost_eur"] = "10000"
    version.save()
    cycle.section_freezes.all()

    with pytest.raises(Refused, match=r"Le coût, 13.800.€, dépasse le plafond de 10.000.€ \(article 4.1"):
        services.declare_feasible(case_in("reviewed"), by=paula, at=at)


def test_a_project_that_costs_too_much_to_run_is_not_feasible(case_in, cycle, paula, bruno, at):
    version = rulebooks.next_version(cycle)
    version.values["admissibility"]["maximum_running_cost_eur"] = "500"
    version.save()
    case = case_in("under_review")
    services.set_costing(
        case, by=bruno, at=at, lines=factory.lines(), confidence_percent=10, price_on=at.date(),
        running_cost_eur=Decimal("501"),
    )  # fmt: skip
    factory.give(case, at, case.assignments.get().department)
    services.complete_review(case, by=bruno, at=at)

    with pytest.raises(Refused, match=r"L’entretien, 501.€ par an, dépasse la limite de 500.€"):
        services.declare_feasible(case, by=paula, at=at)


def test_an_agent_does_not_decide(case_in, bruno, at):
    with pytest.raises(Refused, match="Seuls l’équipe participation et les élu·es"):
        services.declare_feasible(case_in("reviewed"), by=bruno, at=at)


def test_a_case_is_decided_once(case_in, paula, at):
    case = case_in("decided")

    with pytest.raises(Refused, match=r"On ne peut pas refuser ce projet\s: l’état actuel est «\sdécidé\s»"):
        services.reject(case, by=paula, at=at, **REFUSAL)


@pytest.mark.django_db(transaction=True)
def test_two_decisions_at_once_make_one(case_in, paula, elias, at):
    case = case_in("reviewed")
    gate, said = threading.Barrier(2), []

    def decide(act, by, **facts):
        gate.wait()
        try:
            act(Case.objects.get(pk=case.pk), by=by, at=at, **facts)
            said.append("decided")
        except Refused:
            said.append("refused")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=decide, args=(services.declare_feasible, paula)),
        threading.Thread(target=decide, args=(services.reject, elias), kwargs=REFUSAL),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(said) == ["decided", "refused"]
    assert JournalEntry.objects.filter(to_state="decided").count() == 1


def test_answers_leave_together(case_in, cycle, paula, at):
    bench = case_in("decided")
    tree = case_in("reviewed", title="Un verger")

    with pytest.raises(Refused, match="Toutes les réponses partent ensemble : il reste à décider BP26-0002"):
        services.publish_answers(cycle, by=paula, at=at)
    services.reject(tree, by=paula, at=at, **REFUSAL)
    published = services.publish_answers(cycle, by=paula, at=at)

    assert [(case.pk, case.state, case.published_at) for case in published] == [
        (bench.pk, "published", at),
        (tree.pk, "published", at),
    ]
    shown = Proposal.objects.order_by("number").values_list("stage", "price_eur")
    assert list(shown) == [("feasible", Decimal("13800.00")), ("unfeasible", None)]
    letters = OutboxMessage.objects.filter(event__in=["case_feasible", "case_unfeasible"]).order_by("pk")
    assert [(m.event, m.key) for m in letters] == [("case_feasible", "BP26-0001"), ("case_unfeasible", "BP26-0002")]
    lines = JournalEntry.objects.filter(act="publish_answer").values_list("from_state", "to_state", "role")
    assert list(lines) == [("decided", "published", "participation")] * 2


def test_nothing_is_told_before_publication(case_in):
    case = case_in("decided")

    assert not OutboxMessage.objects.filter(event__startswith="case_feas").exists()
    study = selectors.public_study(Proposal.objects.get(pk=case.proposal_id))
    assert study.summary is None
    assert "Réponse" not in str(study.events)
    assert Proposal.objects.get().stage == "study"


def test_nothing_to_publish_is_said(cycle, paula, at):
    with pytest.raises(Refused, match="Aucune réponse n’attend d’être publiée"):
        services.publish_answers(cycle, by=paula, at=at)


def test_the_case_of_a_withdrawn_idea_stays_where_it_stopped(case_in, cycle, paula, at):
    case_in("decided")
    withdrawn = case_in("decided", title="Un verger")
    proposals.withdraw(withdrawn.proposal, at=at)

    published = services.publish_answers(cycle, by=paula, at=at)

    withdrawn.refresh_from_db()
    assert [case.proposal.number for case in published] == ["BP26-0001"]
    assert (withdrawn.state, withdrawn.proposal.stage) == ("decided", "withdrawn")


def test_an_undecided_case_of_a_withdrawn_idea_holds_nobody_back(case_in, cycle, paula, at):
    case_in("decided")
    proposals.withdraw(case_in("triaged", title="Un verger").proposal, at=at)

    assert len(services.publish_answers(cycle, by=paula, at=at)) == 1


def test_a_cost_that_fits_no_tranche_is_not_feasible(case_in, cycle, paula, at):
    version = rulebooks.next_version(cycle)
    version.values["caps"]["tranches"] = [{"code": "petits", "name": "Petits", "up_to_eur": "13799"}]
    version.save()

    with pytest.raises(Refused, match=r"Le coût, 13.800.€, n’entre dans aucune tranche de coût \(article 4"):
        services.declare_feasible(case_in("reviewed"), by=paula, at=at)


def test_where_works_alone_count_studies_and_contingencies_do_not(case_in, cycle, paula, at):
    version = rulebooks.next_version(cycle)
    version.values["caps"] |= {"maximum_cost_eur": "12000", "counts": "works"}  # 12 000 € of works, 1 800 € beside
    version.save()

    assert services.declare_feasible(case_in("reviewed"), by=paula, at=at).price_eur == Decimal("13800.00")


def test_a_reason_that_the_edition_has_not_kept_is_not_cited(case_in, cycle, paula, at):
    version = rulebooks.next_version(cycle)
    version.values["admissibility"]["reasons"] = ["already_planned"]
    version.save()
    case = case_in("reviewed")

    form = DecisionForm(is_elected=True, reasons=policies.citable(case))
    offered = [code for code, _label in form.fields["reason"].choices]
    assert offered == ["", "already_planned", "over_cap", "running_cost_too_high", "ineligible_author"]
    with pytest.raises(Refused, match="n’est pas un motif de l’article 3 de cette édition"):
        services.reject(case, by=paula, at=at, **REFUSAL | {"reason": "out_of_competence"})

    assert services.reject(case, by=paula, at=at, **REFUSAL | {"reason": "already_planned"}).refusal_article == "3.6"
