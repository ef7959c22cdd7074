"""The acts on a delivery: each success, each refusal with its sentence, its line in the journal, its letter."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry, JournalReason
from bp_platform.notifications.models import OutboxMessage
from cycles import services as cycle_services
from proposals.models import Proposal, Stage
from realisation import policies, selectors, services
from realisation.models import Delivery, Milestone
from tests.factories import cycles, meetings, proposals
from tests.factories import realisation as factory

DAY = timedelta(days=1)


def acts() -> list[tuple[str, str, str, str]]:
    rows = JournalEntry.objects.exclude(chain="house").order_by("chain", "position")
    return list(rows.values_list("act", "from_state", "to_state", "role"))


def letters() -> list[str]:
    return list(OutboxMessage.objects.order_by("pk").values_list("event", flat=True))


def create(proposal, lead, by, at, **facts) -> Delivery:
    given = {
        "resolution": factory.RESOLUTION,
        "lead_department": lead,
        "contact_name": "Nadia Lemaire",
        "promised_on": date(2027, 12, 31),
    }
    return services.create_delivery(proposal, by=by, at=at, **(given | facts))


def test_the_council_has_voted(cycle, paula, green_spaces, at):
    proposal = factory.laureate(cycle, at)

    made = create(proposal, green_spaces, paula, at)

    proposal.refresh_from_db()
    assert (made.state, made.promised_on, proposal.stage) == ("scheduled", date(2027, 12, 31), Stage.DELIVERY)
    assert list(made.milestones.values_list("kind", "planned_on")) == [("delivery", date(2027, 12, 31))]
    assert acts() == [("create_delivery", "", "scheduled", "participation")]
    assert letters() == ["delivery_scheduled"]


def test_only_a_laureate_becomes_a_delivery(cycle, paula, green_spaces, at):
    proposal = factory.laureate(cycle, at, stage=Stage.NOT_SELECTED)

    with pytest.raises(Refused, match=f"Le projet {proposal.number} n’est pas lauréat."):
        create(proposal, green_spaces, paula, at)


def test_a_laureate_becomes_a_delivery_once(delivery, green_spaces, paula, at):
    with pytest.raises(Refused, match="a déjà sa réalisation"):
        create(delivery.proposal, green_spaces, paula, at)


def test_only_the_team_records_the_resolution(cycle, bruno, green_spaces, at):
    with pytest.raises(Refused, match="Seule l’équipe participation peut le faire"):
        create(factory.laureate(cycle, at), green_spaces, bruno, at)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"resolution": " "}, "indiquez la délibération"),
        ({"contact_name": ""}, "Ce champ ne peut pas être vide"),
    ],
)
def test_a_delivery_is_whole(cycle, paula, green_spaces, at, facts, sentence):
    with pytest.raises(ValidationError, match=sentence):
        create(factory.laureate(cycle, at), green_spaces, paula, at, **facts)


def test_a_laureate_without_price_waits_for_it(cycle, paula, green_spaces, at):
    with pytest.raises(ValidationError, match="n’a pas de prix"):
        create(factory.laureate(cycle, at, price_eur=None), green_spaces, paula, at)


def test_an_envelope_of_another_edition_is_refused(cycle, paula, green_spaces, at):
    other = cycles.cycle(at, slug="2025", prefix="BP25").envelopes.get()

    with pytest.raises(ValidationError, match="n’appartient pas à l’édition"):
        create(factory.laureate(cycle, at), green_spaces, paula, at, envelope=other)


def test_all_laureates_are_launched_or_none(cycle, paula, green_spaces, at):
    pledges = [
        services.Pledge(factory.laureate(cycle, at, price=price), green_spaces, "Nadia Lemaire", date(2027, 12, 31))
        for price in ("90000.00", "10000.01")
    ]

    with pytest.raises(Refused, match="Il reste 10\u00a0000,00\u00a0€ sur cette enveloppe"):
        services.create_deliveries(cycle, by=paula, at=at, resolution=factory.RESOLUTION, pledges=pledges)

    assert (Delivery.objects.count(), letters(), acts()) == (0, [], [])
    assert set(Proposal.objects.values_list("stage", flat=True)) == {Stage.WINNER}


def test_the_laureate_of_another_edition_is_refused(cycle, paula, green_spaces, at):
    other = cycles.cycle(at, slug="2025", prefix="BP25")
    pledge = services.Pledge(factory.laureate(other, at), green_spaces, "Nadia Lemaire", date(2027, 12, 31))

    with pytest.raises(ValidationError, match="n’appartient pas à cette édition"):
        services.create_deliveries(cycle, by=paula, at=at, resolution=factory.RESOLUTION, pledges=[pledge])


def test_a_delivery_goes_forward(delivery, bruno, at):
    for state in ("design", "procurement", "works"):
        services.advance(delivery, by=bruno, at=at, to=state)
    services.deliver(delivery, by=bruno, at=at, on=at.date())
    services.inaugurate(delivery, by=bruno, at=at, on=at.date())

    delivery.refresh_from_db()
    delivery.proposal.refresh_from_db()
    assert (delivery.state, delivery.delivered_on, delivery.inaugurated_on) == ("inaugurated", at.date(), at.date())
    assert delivery.proposal.stage == Stage.DELIVERED
    assert dict(delivery.milestones.values_list("kind", "actual_on")) == {
        "delivery": at.date(),
        "inauguration": at.date(),
    }
    assert acts()[1:] == [
        ("start_design", "scheduled", "design", "department_agent"),
        ("start_procurement", "design", "procurement", "department_agent"),
        ("start_works", "procurement", "works", "department_agent"),
        ("deliver", "works", "delivered", "department_agent"),
        ("inaugurate", "delivered", "inaugurated", "department_agent"),
    ]
    assert letters() == ["delivery_scheduled", "delivery_done"]


def test_nothing_is_delivered_tomorrow(delivery, bruno, at):
    with pytest.raises(ValidationError, match="Cette date n’est pas encore arrivée"):
        services.deliver(delivery, by=bruno, at=at, on=at.date() + DAY)


def test_the_inauguration_does_not_precede_the_delivery(delivery, bruno, at):
    services.deliver(delivery, by=bruno, at=at, on=at.date())

    with pytest.raises(ValidationError, match="L’inauguration ne précède pas la livraison"):
        services.inaugurate(delivery, by=bruno, at=at, on=at.date() - DAY)


def test_another_department_is_refused(delivery, farid, chloe, at):
    for stranger in (farid, chloe):
        with pytest.raises(Refused, match="Seule la direction qui réalise ce projet"):
            services.advance(delivery, by=stranger, at=at, to="works")


def test_what_is_over_moves_no_more(delivery, bruno, at):
    services.abandon(delivery, by=bruno, at=at, reason="Le sol est pollué.")

    with pytest.raises(Refused, match="On ne peut pas commencer les travaux : l’état actuel est « abandonné »"):
        services.advance(delivery, by=bruno, at=at, to="works")


def test_a_suspended_project_says_why_and_resumes_where_it_was(delivery, bruno, at):
    services.advance(delivery, by=bruno, at=at, to="works")

    stopped = services.suspend(delivery, by=bruno, at=at, reason="Le ru est en crue.")
    resumed = services.resume(delivery, by=bruno, at=at)

    assert (stopped.state, stopped.public_reason, stopped.resumes_to) == ("suspended", "Le ru est en crue.", "works")
    assert (resumed.state, resumed.public_reason, resumed.resumes_to) == ("works", "", "")
    assert letters() == ["delivery_scheduled", "delivery_suspended", "delivery_resumed"]
    assert [r.text for r in JournalReason.objects.all()] == ["Le ru est en crue."]


@pytest.mark.parametrize("act", [services.suspend, services.abandon])
def test_nobody_stops_without_a_public_reason(delivery, bruno, at, act):
    with pytest.raises(ValidationError, match="dit publiquement pourquoi"):
        act(delivery, by=bruno, at=at, reason="  ")

    delivery.refresh_from_db()
    assert (delivery.state, letters()) == ("scheduled", ["delivery_scheduled"])


def test_an_abandoned_project_says_why(delivery, bruno, at):
    services.abandon(delivery, by=bruno, at=at, reason="Le sol est pollué.")

    delivery.proposal.refresh_from_db()
    message = OutboxMessage.objects.get(event="delivery_abandoned")
    assert delivery.proposal.stage == Stage.ABANDONED
    assert (message.contact.name, message.context["reason"]) == ("Aïcha Benali", "Le sol est pollué.")


def test_a_date_that_moves_back_is_explained(delivery, bruno, at):
    later = date(2028, 3, 1)
    with pytest.raises(ValidationError, match="Une date qui recule s’explique"):
        services.plan_milestone(delivery, by=bruno, at=at, kind="delivery", planned_on=later)

    services.plan_milestone(
        delivery, by=bruno, at=at, kind="delivery", planned_on=later, delay_reason="Aucune entreprise n’a répondu."
    )

    row = Milestone.objects.get(delivery=delivery)
    assert (row.planned_on, row.forecast_on, row.expected_on) == (date(2027, 12, 31), later, later)
    summary = selectors.delivery_summary(delivery.proposal, at)
    assert summary.promised == "Promis pour le 31 décembre 2027, attendu pour le 1er mars 2028"
    assert summary.delay_reason == "Aucune entreprise n’a répondu."


def test_the_projection_is_what_the_deliveries_imply(cycle, delivery, bruno, at):
    other = factory.delivery(cycle, at, price="10000.00")
    services.abandon(other, by=factory.HAND, at=at, reason="Le sol est pollué.")

    expected = selectors.expected_stage([delivery.proposal_id, other.proposal_id])

    shown = dict(Proposal.objects.values_list("pk", "stage"))
    assert {pk: value.stage for pk, value in expected.items()} == shown
    assert Decimal("40000.00") == delivery.proposal.price_eur


def test_without_a_vote_the_body_of_the_rulebook_designates_first(town, paula, at, green_spaces):
    edition = cycles.cycle(at, slug="2027", prefix="BP27")
    rule = {"code": "conseil", "name": "le conseil citoyen", "decides": ["designation"]}
    values = cycles.next_version(edition).values
    ballot = values["ballot"] | {"decision_mode": "body_designation", "decided_by": "le conseil citoyen"}
    cycles.adopt(edition, values | {"bodies": {"listed": [rule]}, "ballot": ballot})
    project = proposals.published(at, cycle=edition, stage="feasible", price_eur=Decimal(900))

    refused = policies.can_create(paula, project, at)
    assert "«\xa0le conseil citoyen\xa0», dont aucune décision n’est notée" in str(refused.reason)
    body = meetings.body(at, cycle=edition, rule_code="conseil", powers=["laureates"])
    meetings.member(at, body, "Aïcha Benali")
    cycle_services.record_decision(body, by=paula, at=at, matter="laureates", subject="Le jardin", votes_for=1)

    assert policies.can_create(paula, project, at)
    project.stage = "unfeasible"
    assert "n’est pas réalisable" in str(policies.can_create(paula, project, at).reason)
