"""After the promise: what changes says from, to and why; what was said by mistake is corrected; all of it is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from bp_platform.accounts.models import Contact
from bp_platform.core.decisions import Refused
from bp_platform.core.models import JournalEntry, JournalReason
from bp_platform.notifications.models import OutboxMessage
from proposals.models import Follow, Stage
from realisation import selectors, services
from realisation.models import Delivery, DeliveryChange, Milestone
from realisation.selectors import wording
from tests.realisation.test_letters import read
from tests.realisation.test_pages import words

DAY = timedelta(days=1)
WHY = "L’entreprise a fait faillite ; une autre la remplace."


@pytest.fixture
def built(delivery) -> services.AsBuilt:
    """The delivery as it was voted."""
    return services.AsBuilt(
        lead_department=delivery.lead_department, contact_name="Nadia Lemaire", expected_on=date(2027, 12, 31)
    )


def change(delivery, by, at, wanted, **facts) -> list[DeliveryChange]:
    return services.change(delivery, **{"by": by, "at": at, "wanted": wanted, "reason": WHY} | facts)


def last_acts(number: int) -> list[str]:
    rows = JournalEntry.objects.exclude(chain="house").order_by("-position")[:number]
    return [row.act for row in reversed(rows)]


def test_who_reads_english_acts_in_french_and_each_is_written_to_in_their_language(delivery, built, helene, at):
    """Helene's interface is in English: the public line is the town's; a follower's letter is the follower's."""
    emily = Contact.objects.create(name="Emily Hart", email="emily@example.org", language="en")
    Follow.objects.create(proposal=delivery.proposal, contact=emily, since=at)
    wanted = replace(built, scope="Douze arbres.", expected_on=date(2028, 3, 1), expected_cost_eur=Decimal("45000"))

    with translation.override("en"):
        change(delivery, helene, at, wanted)

    rows = DeliveryChange.objects.order_by("pk").values_list("before", "after")
    assert [tuple(row) for row in rows] == [
        ("comme voté", "Douze arbres."),
        ("40\u00a0000\u00a0€", "45\u00a0000\u00a0€"),
        ("31 décembre 2027", "1er mars 2028"),
    ]
    letters = OutboxMessage.objects.filter(event="delivery_change")
    english, french = letters.get(contact=emily).context, letters.exclude(contact=emily).get().context
    assert (english["status"], french["status"]) == ("scheduled", "programmé")
    assert any(line.startswith("Expected date") for line in english["lines"])
    assert any(line.startswith("Date attendue") for line in french["lines"])


def test_everything_may_change_and_each_line_says_why(delivery, built, helene, buildings, at, client):
    wanted = replace(
        built, lead_department=buildings, contact_name="Yann Le Goff", place="Square des Mariniers",
        scope="Douze arbres au lieu de vingt.", expected_cost_eur=Decimal("45000"), expected_on=date(2028, 3, 1),
    )  # fmt: skip

    made = change(delivery, helene, at, wanted)

    assert [(row.kind, row.before, row.after) for row in made] == [
        ("department", "Direction des espaces verts", "Direction du patrimoine bâti"),
        ("contact", "Nadia Lemaire", "Yann Le Goff"),
        ("place", "Les Mariniers", "Square des Mariniers"),
        ("scope", "comme voté", "Douze arbres au lieu de vingt."),
        ("cost", "40\u00a0000\u00a0€", "45\u00a0000\u00a0€"),
        ("date", "31 décembre 2027", "1er mars 2028"),
    ]
    assert {(row.reason, row.author_label) for row in made} == {(WHY, "Direction du patrimoine bâti")}
    delivery.refresh_from_db()
    assert delivery.promised_on == date(2027, 12, 31)
    assert last_acts(6) == [f"change:{row.kind}" for row in made]
    assert {row.text for row in JournalReason.objects.all()} == {WHY}
    summary = selectors.delivery_summary(delivery.proposal, at)
    assert summary.promised == "Promis pour le 31 décembre 2027, attendu pour le 1er mars 2028"
    assert (summary.address, summary.cost) == (
        "Square des Mariniers",
        "Coût attendu\u00a0: 45\u00a0000\u00a0€ (voté\u00a0: 40\u00a0000\u00a0€)",
    )
    page = words(client.get(f"/2026/projets/{delivery.proposal.number}/").content.decode())
    assert "Date attendue : 31 décembre 2027 → 1er mars 2028" in page.replace("\u00a0", " ")
    assert WHY in page


def test_the_letter_tells_what_why_and_where(delivery, built, bruno, at):
    change(delivery, bruno, at, replace(built, contact_name="Yann Le Goff", expected_on=date(2028, 3, 1)))

    subject, text = read("delivery_change")

    assert subject == f"Ce qui change pour le projet {delivery.proposal.number}, et pourquoi"
    assert "• Personne à contacter : Nadia Lemaire → Yann Le Goff\n• Date attendue : 31 décembre 2027 → 1er" in text
    assert WHY in text
    assert OutboxMessage.objects.filter(event="delivery_change").count() == 1


@pytest.mark.parametrize(
    ("facts", "reason", "sentence"),
    [
        ({}, WHY, "modifiez au moins une ligne."),
        ({"contact_name": "Yann Le Goff"}, "  ", "Dites pourquoi cela change|Ce champ ne peut pas être vide"),
        ({"expected_on": date(2026, 3, 1)}, WHY, "choisissez une date à venir"),
        ({"expected_cost_eur": Decimal("-3")}, WHY, "supérieur à zéro|supérieure ou égale"),
    ],
)
def test_a_change_is_true_and_motivated(delivery, built, bruno, at, facts, reason, sentence):
    with pytest.raises(ValidationError) as refused:
        change(delivery, bruno, at, replace(built, **facts), reason=reason)

    assert any(part in str(refused.value).replace("\u00a0", " ") for part in sentence.split("|"))
    assert (DeliveryChange.objects.count(), Milestone.objects.get().forecast_on) == (0, None)


def test_the_same_change_posted_twice_is_one(delivery, built, bruno, at):
    key, wanted = uuid4(), replace(built, contact_name="Yann Le Goff", expected_on=date(2028, 3, 1))

    first, second = (change(delivery, bruno, at, wanted, key=key) for _ in range(2))

    assert {row.pk for row in first} == {row.pk for row in second}
    assert OutboxMessage.objects.filter(event="delivery_change").count() == 1


def test_an_agent_does_not_hand_the_project_over_and_strangers_change_nothing(
    delivery, built, bruno, farid, buildings, at
):
    with pytest.raises(Refused, match="responsable de la direction, ou l’équipe participation"):
        change(delivery, bruno, at, replace(built, lead_department=buildings))
    with pytest.raises(Refused, match="Seule la direction qui réalise ce projet"):
        change(delivery, farid, at, replace(built, contact_name="Yann"))


def test_an_abandoned_project_changes_no_more_and_a_delivered_one_keeps_its_date(delivery, built, bruno, at):
    services.deliver(delivery, by=bruno, at=at, on=at.date())
    with pytest.raises(ValidationError, match="sa date ne bouge plus"):
        change(delivery, bruno, at, replace(built, expected_on=date(2028, 3, 1)))

    services.undo_delivered(delivery, by=bruno, at=at, to="works", reason="Erreur.")
    services.abandon(delivery, by=bruno, at=at, reason="Le sol est pollué.")
    with pytest.raises(Refused, match="abandonné"):
        change(delivery, bruno, at, replace(built, contact_name="Yann"))


def test_neither_the_promise_nor_a_change_is_rewritten(delivery, built, bruno, at):
    change(delivery, bruno, at, replace(built, contact_name="Yann Le Goff"))
    for statement in (
        "UPDATE realisation_delivery SET promised_on = '2030-01-01'",
        "UPDATE realisation_deliverychange SET reason = 'Autre'",
        "DELETE FROM realisation_deliverychange",
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_livre_by_mistake_is_undone_told_and_what_waited_does_not_leave(delivery, bruno, at):
    services.deliver(delivery, by=bruno, at=at, on=at.date())
    services.inaugurate(delivery, by=bruno, at=at, on=at.date())
    services.tell_sequel(delivery, by=bruno, at=at, words="Une fête.")

    fixed = services.undo_delivered(delivery, by=bruno, at=at + DAY, to="works", reason="Mauvais projet choisi.")

    fixed.proposal.refresh_from_db()
    assert (fixed.state, fixed.delivered_on, fixed.inaugurated_on, fixed.sequel) == ("works", None, None, "")
    assert set(fixed.milestones.values_list("actual_on", flat=True)) == {None}
    assert fixed.proposal.stage == Stage.DELIVERY
    assert last_acts(2) == ["change:state", "undo_delivered"]
    assert OutboxMessage.objects.get(event="delivery_done").state == "cancelled"
    assert "inauguré → en travaux" in OutboxMessage.objects.get(event="delivery_change").context["lines"][0]

    services.deliver(fixed, by=bruno, at=at + 9 * DAY, on=at.date() + 9 * DAY)
    assert OutboxMessage.objects.filter(event="delivery_done", state="queued").count() == 1


def test_only_the_inauguration_may_be_undone(delivery, bruno, at):
    services.deliver(delivery, by=bruno, at=at, on=at.date())
    services.inaugurate(delivery, by=bruno, at=at, on=at.date())

    fixed = services.undo_delivered(delivery, by=bruno, at=at, to="delivered", reason="La fête est reportée.")

    assert (fixed.state, fixed.delivered_on, fixed.inaugurated_on) == ("delivered", at.date(), None)
    assert OutboxMessage.objects.get(event="delivery_done").state == "queued"
    with pytest.raises(ValidationError, match="choisissez l’étape où en est vraiment le projet"):
        services.undo_delivered(delivery, by=bruno, at=at, to="delivered", reason="Encore.")


def test_what_is_not_delivered_has_nothing_to_undo(delivery, bruno, at):
    with pytest.raises(Refused, match="On ne peut pas corriger une livraison : l’état actuel est « programmé »"):
        services.undo_delivered(delivery, by=bruno, at=at, to="works", reason="Erreur.")


def test_what_followed_is_told_of_what_exists(delivery, bruno, at, client):
    with pytest.raises(Refused, match="se raconte une fois le projet livré"):
        services.tell_sequel(delivery, by=bruno, at=at, words="Une fête chaque printemps.")

    services.deliver(delivery, by=bruno, at=at, on=at.date())
    services.tell_sequel(delivery, by=bruno, at=at, words="Une fête chaque printemps.")

    assert last_acts(1) == ["tell_sequel"]
    assert "Une fête chaque printemps." in client.get("/2026/realisation/").content.decode()


def test_a_quick_win_is_delivered_within_six_months_of_the_vote(cycle, delivery, bruno, at):
    services.deliver(delivery, by=bruno, at=at, on=at.date())
    summary = selectors.delivery_summary(delivery.proposal, at)
    assert (summary.quick_win, summary.outcome) == ("Réalisé en moins de six mois", "kept")

    delivery.refresh_from_db()
    six_months_before = date(2025, 9, 2)
    assert wording.quick_win(delivery, six_months_before) == "Réalisé en moins de six mois"
    assert wording.quick_win(delivery, six_months_before - DAY) == ""


def test_a_step_is_done_and_a_date_that_is_done_moves_no_more(delivery, bruno, at):
    services.plan_milestone(delivery, by=bruno, at=at, kind="design", planned_on=at.date() - DAY)

    made = services.reach_milestone(delivery, by=bruno, at=at, kind="design", on=at.date())

    assert (made.actual_on, last_acts(1)) == (at.date(), ["reach:design"])
    assert services.reach_milestone(delivery, by=bruno, at=at, kind="design", on=at.date()) == made
    with pytest.raises(Refused, match="Cette étape est faite"):
        services.plan_milestone(delivery, by=bruno, at=at, kind="design", planned_on=at.date() + DAY)
    with pytest.raises(Refused, match="n’a pas de date"):
        services.reach_milestone(delivery, by=bruno, at=at, kind="works", on=at.date())
    with pytest.raises(Refused, match="s’annoncent avec une nouvelle"):
        services.reach_milestone(delivery, by=bruno, at=at, kind="delivery", on=at.date())
    with pytest.raises(ValidationError, match="cette date n’est pas encore arrivée"):
        services.reach_milestone(delivery, by=bruno, at=at, kind="works", on=at.date() + DAY)


def test_another_delivery_date_is_a_public_change_whichever_page_gives_it(delivery, bruno, at):
    services.plan_milestone(
        delivery, by=bruno, at=at, kind="delivery", planned_on=date(2028, 3, 1), delay_reason="Le ru est en crue."
    )

    assert [(row.kind, row.reason) for row in DeliveryChange.objects.all()] == [("date", "Le ru est en crue.")]
    assert OutboxMessage.objects.filter(event="delivery_change").count() == 1


@pytest.fixture
def form(delivery) -> dict:
    return {
        "lead_department": delivery.lead_department_id, "contact_name": "Yann Le Goff", "place": "", "scope": "",
        "expected_cost_eur": "40 000,00", "expected_on": "2027-12-31", "reason": WHY, "key": str(uuid4()),
    }  # fmt: skip


def test_the_desk_changes_and_keeps_what_was_typed(delivery, bruno, sign_in, form):
    client, path = sign_in(bruno), f"/bureau/chantiers/{delivery.proposal.number}/changer/"

    refused = client.post(path, form | {"reason": ""})
    unchanged = client.post(path, form | {"contact_name": "Nadia Lemaire"})
    accepted = client.post(path, form)

    assert refused.context["form"].errors == {"reason": ["dites pourquoi\u00a0: cette raison est publique."]}
    assert 'value="Yann Le Goff"' in refused.content.decode()
    assert unchanged.status_code == 422
    assert (accepted.status_code, DeliveryChange.objects.get().kind) == (303, "contact")


def test_a_head_who_hands_over_comes_back_to_the_desk(delivery, helene, buildings, sign_in, form):
    client, path = sign_in(helene), f"/bureau/chantiers/{delivery.proposal.number}/changer/"

    response = client.post(path, form | {"lead_department": buildings.pk})

    assert (response.status_code, response.url) == (303, "/bureau/chantiers/")
    assert client.get(path).status_code == 404
    assert Delivery.objects.get().lead_department == buildings


def test_the_desk_corrects_tells_what_followed_and_notes_a_step(delivery, bruno, at, sign_in):
    client, path = sign_in(bruno), f"/bureau/chantiers/{delivery.proposal.number}"
    services.plan_milestone(delivery, by=bruno, at=at, kind="design", planned_on=at.date())
    assert "était prévu le 2 mars 2026" in words(client.get(f"{path}/dates/").content.decode())

    assert client.post(f"{path}/dates/fait/", {"kind": "design", "on": "2026-03-02"}).status_code == 303
    client.post(f"{path}/dates/fait/", {"kind": "design", "on": "demain"})
    services.deliver(delivery, by=bruno, at=at, on=at.date())
    client.post(f"{path}/suites/", {"words": "Une fête."})
    typed = {"to": "works", "reason": "", "key": str(uuid4())}
    refused = client.post(f"{path}/corriger/", typed)
    accepted = client.post(f"{path}/corriger/", typed | {"reason": "Erreur de ligne."})

    assert Milestone.objects.get(kind="design").actual_on == at.date()
    assert refused.context["form"].errors == {"reason": ["dites pourquoi\u00a0: cette raison est publique."]}
    assert (accepted.status_code, Delivery.objects.get().state) == (303, "works")
