"""The desks: each page for who has it, each form that keeps what was typed, each refusal beside its field."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cycles import services as cycle_services
from realisation import selectors, services, waiting
from realisation.models import Delivery, EnvelopeTransfer, LedgerEntry, Milestone, ProgressUpdate
from tests.factories import cycles, meetings, proposals
from tests.factories import realisation as factory

DAY = timedelta(days=1)
BUILDERS = ("", "{n}/", "{n}/arreter/", "{n}/dates/", "{n}/changer/", "{n}/corriger/", "{n}/suites/", "programme/")
BOOKS = ("", "2026/", "2026/transfert/", "ecritures/{e}/annuler/")
TEAM = ("chantiers/lancer/2026/",)
REVIEWS = ("bilans/", "bilans/2026/", "bilans/2026/apercu/", "bilans/2026/renvoyer/", "bilans/2026/blocs/money/")


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def errors(response) -> dict[str, list[str]]:
    return {name: list(found) for name, found in response.context["form"].errors.items()}


@pytest.fixture
def addresses(delivery, at):
    """Every page of the three desks, by desk."""
    entry = factory.enter(delivery, "commit", "10.00", at)
    facts = {"n": delivery.proposal.number, "e": entry.pk}
    return {
        "builders": [f"/bureau/chantiers/{path}".format(**facts) for path in BUILDERS],
        "books": [f"/bureau/finances/{path}".format(**facts) for path in BOOKS],
        "team": [f"/bureau/{path}" for path in TEAM],
        "reviews": [f"/bureau/{path}" for path in REVIEWS],
    }


MATRIX = {
    "paula": {"builders", "team", "reviews"},
    "bruno": {"builders"},
    "helene": {"builders", "reviews"},
    "farid": {"books"},
    "elias": {"reviews"},
    "chloe": set(),
}


@pytest.mark.parametrize("name", MATRIX)
def test_a_desk_exists_for_who_has_it(request, addresses, sign_in, name):
    client = sign_in(request.getfixturevalue(name))

    shown = {desk: {client.get(path).status_code for path in paths} for desk, paths in addresses.items()}

    assert shown == {desk: {200} if desk in MATRIX[name] else {404} for desk in addresses}


def test_a_visitor_is_asked_to_sign_in(addresses, client):
    for path in [path for paths in addresses.values() for path in paths]:
        assert client.get(path).status_code == 302


def test_another_department_s_delivery_does_not_exist(cycle, at, bruno, buildings, sign_in):
    other = factory.delivery(cycle, at, lead=buildings)
    client = sign_in(bruno)

    assert client.get(f"/bureau/chantiers/{other.proposal.number}/").status_code == 404
    assert client.post(f"/bureau/chantiers/{other.proposal.number}/reprendre/").status_code == 404
    assert other.proposal.title not in client.get("/bureau/chantiers/").content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_desk_costs_the_same_for_one_and_for_three(
    cycle, at, paula, sign_in, django_assert_max_num_queries, number
):
    for _ in range(number):
        factory.delivery(cycle, at, price="20000.00")
    client = sign_in(paula)
    client.get("/bureau/chantiers/")

    with django_assert_max_num_queries(12):
        page = client.get("/bureau/chantiers/").content.decode()

    assert f"{number} chantier" in page


def test_the_quietest_is_first(cycle, at, paula, green_spaces):
    fresh, silent = factory.delivery(cycle, at - 100 * DAY), factory.delivery(cycle, at - 95 * DAY)
    services.post_update(fresh, by=factory.HAND, at=at - DAY, text="Oui.")

    rows = selectors.desk_rows(Delivery.objects.select_related("proposal__cycle", "proposal__area"), at)

    assert [(row.cells[0].text, row.cells[2].text, row.cells[2].is_late) for row in rows] == [
        (silent.proposal.title, "sans nouvelles depuis 95 jours", True),
        (fresh.proposal.title, "il y a 1 jour", False),
    ]
    assert selectors.desk_heading(rows) == "2 chantiers, 1 sans nouvelles"


@pytest.fixture
def news(delivery) -> dict:
    return {
        "text": "Les arbres sont là.",
        "to": "works",
        "next_on": "",
        "next_text": "",
        "key": str(uuid4()),
    }


def test_news_from_a_phone(delivery, bruno, news, sign_in):
    path = f"/bureau/chantiers/{delivery.proposal.number}/"

    response = sign_in(bruno).post(path, news)

    delivery.refresh_from_db()
    assert (response.status_code, response.url, delivery.state) == (303, path, "works")
    assert said(response) == [f"La nouvelle du projet {delivery.proposal.number} est publiée."]


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"text": ""}, "text", "écrivez ce qui est neuf, même en une phrase."),
        ({"next_on": "hier"}, "next_on", "écrivez une date complète, par exemple 18/06/2026."),
        ({"next_on": "2020-01-01"}, "next_on", "choisissez une date à venir."),
        ({"next_text": "Plantation"}, "next_on", "indiquez la date de cette prochaine étape."),
        ({"to": "ailleurs"}, "to", "Sélectionnez un choix valide. ailleurs n’en fait pas partie."),
    ],
)
def test_refused_news_keep_what_was_typed(delivery, bruno, news, sign_in, changes, field, sentence):
    response = sign_in(bruno).post(f"/bureau/chantiers/{delivery.proposal.number}/", news | changes)

    assert (response.status_code, errors(response)) == (422, {field: [sentence]})
    assert ProgressUpdate.objects.count() == 0
    assert (news | changes)["text"] in response.content.decode()


def test_a_photograph_that_is_not_one_is_said(delivery, bruno, news, sign_in):
    photo = SimpleUploadedFile("chantier.jpg", b"<script>", "image/jpeg")

    response = sign_in(bruno).post(f"/bureau/chantiers/{delivery.proposal.number}/", news | {"photo_1": photo})

    assert response.status_code == 422
    assert errors(response) == {"photo_1": ["Ce fichier n’est pas d’un type accepté (JPEG, PNG ou WebP)."]}


def test_stopping_asks_why(delivery, bruno, sign_in):
    client, path = sign_in(bruno), f"/bureau/chantiers/{delivery.proposal.number}/arreter/"

    refused = client.post(path, {"outcome": "suspend", "reason": ""})
    accepted = client.post(path, {"outcome": "suspend", "reason": "Le ru est en crue."})

    assert errors(refused) == {"reason": ["donnez la raison : les habitant·es ont le droit de la connaître."]}
    assert said(accepted) == [f"Le projet {delivery.proposal.number} est suspendu ; sa raison est publique."]


def test_it_starts_again(delivery, bruno, sign_in, at):
    services.suspend(delivery, by=bruno, at=at, reason="Le ru est en crue.")
    client, path = sign_in(bruno), f"/bureau/chantiers/{delivery.proposal.number}/reprendre/"

    assert said(client.post(path)) == [f"Le projet {delivery.proposal.number} reprend."]
    assert "On ne peut pas reprendre : l’état actuel est « programmé »." in said(client.post(path))


def test_a_date_that_moves_back_asks_why(delivery, bruno, sign_in):
    client, path = sign_in(bruno), f"/bureau/chantiers/{delivery.proposal.number}/dates/"
    typed = {"kind": "delivery", "on": "2028-03-01", "delay_reason": ""}

    refused = client.post(path, typed)
    accepted = client.post(path, typed | {"delay_reason": "Aucune entreprise n’a répondu."})

    assert errors(refused) == {"__all__": ["Une date qui recule s’explique : dites pourquoi, en une phrase publique."]}
    assert accepted.status_code == 303
    assert Milestone.objects.get().forecast_on.isoformat() == "2028-03-01"


def launch(client, proposals, lead, *, cycle="2026", **changes):
    data = {"resolution": factory.RESOLUTION, "promised_on": "2028-12-31"}
    for proposal in proposals:
        data[f"{proposal.number}-lead_department"] = lead.pk
        data[f"{proposal.number}-contact_name"] = "Nadia Lemaire"
        data[f"{proposal.number}-envelope"] = proposal.cycle.envelopes.get().pk
    return client.post(f"/bureau/chantiers/lancer/{cycle}/", data | changes)


def test_the_team_launches_all_laureates(cycle, at, paula, green_spaces, sign_in):
    laureates = [factory.laureate(cycle, at, price="30000.00") for _ in range(3)]
    client = sign_in(paula)
    assert "3 lauréats attendent la délibération du conseil" in client.get("/bureau/chantiers/").content.decode()

    response = launch(client, laureates, green_spaces)

    assert said(response) == ["3 réalisations sont lancées."]
    assert list(Delivery.objects.order_by("pk").values_list("proposal", flat=True)) == [p.pk for p in laureates]
    assert "Tous les lauréats sont lancés" in client.get("/bureau/chantiers/lancer/2026/").content.decode()


def test_what_a_body_designates_without_a_vote_waits_like_laureates(
    town, at, paula, green_spaces, sign_in, time_machine
):
    time_machine.move_to(at)
    edition = cycles.cycle(at, slug="2027", prefix="BP27")
    rule = {"code": "conseil", "name": "le conseil citoyen", "decides": ["designation"]}
    values = cycles.next_version(edition).values
    ballot = values["ballot"] | {"decision_mode": "body_designation", "decided_by": "le conseil citoyen"}
    cycles.adopt(edition, values | {"bodies": {"listed": [rule]}})
    facts = {"cycle": edition, "stage": "feasible", "price_eur": Decimal(900)}
    garden = proposals.published(at, number="BP27-0001", title="Le jardin", **facts)
    bench = proposals.published(at, number="BP27-0002", title="Le banc", **facts)
    proposals.published(at, number="BP27-0003", cycle=edition, stage="unfeasible")
    client = sign_in(paula)
    assert "attend la délibération" not in client.get("/bureau/chantiers/").content.decode()

    body = meetings.body(at, cycle=edition, rule_code="conseil", powers=["laureates"])
    meetings.member(at, body, "Aïcha Benali")
    told = {"by": paula, "at": at, "matter": "laureates", "subject": "Le jardin", "votes_for": 1}
    cycle_services.record_decision(body, **told)
    assert selectors.cycles_to_launch() == []  # the residents vote
    cycles.adopt(edition, values | {"bodies": {"listed": [rule]}, "ballot": ballot})

    assert "2 lauréats attendent la délibération" in client.get("/bureau/chantiers/").content.decode()
    assert waiting.deliveries(paula, at) == "2 lauréats à lancer"
    page = client.get("/bureau/chantiers/lancer/2027/").content.decode()
    assert "cochez les projets qu’elle a désignés" in page and "BP27-0003" not in page
    none = launch(client, [garden, bench], green_spaces, cycle="2027")
    assert none.status_code == 422 and "Cochez au moins un projet désigné" in none.content.decode()
    ticked = {f"{garden.number}-is_designated": "on", f"{bench.number}-lead_department": ""}
    done = launch(client, [garden, bench], green_spaces, cycle="2027", **ticked)
    assert said(done) == ["1 réalisation est lancée."]
    assert list(Delivery.objects.values_list("proposal__number", flat=True)) == ["BP27-0001"]
    assert selectors.cycles_to_launch() == []  # the bench was not designated
    later = Delivery.objects.get().created_at + timedelta(days=1)
    cycle_services.record_decision(body, **told | {"at": later, "subject": "Le banc"})
    assert selectors.laureates_without_delivery(edition) == [bench]


def test_a_launch_beyond_the_envelope_is_said_above_the_form(cycle, at, paula, green_spaces, sign_in):
    laureates = [factory.laureate(cycle, at, price="60000.00") for _ in range(2)]

    response = launch(sign_in(paula), laureates, green_spaces)

    assert errors(response) == {"__all__": ["Il reste 40\u00a0000,00\u00a0€ sur cette enveloppe."]}
    assert Delivery.objects.count() == 0
    assert "Nadia Lemaire" in response.content.decode()


def test_a_launch_names_somebody(cycle, at, paula, green_spaces, sign_in):
    laureate = factory.laureate(cycle, at)

    response = launch(sign_in(paula), [laureate], green_spaces, **{f"{laureate.number}-contact_name": ""})

    assert response.status_code == 422
    assert "nommez la personne que les habitant·es peuvent appeler." in response.content.decode()


@pytest.fixture
def entry(delivery) -> dict:
    return {
        "kind": "committed", "delivery": delivery.pk, "amount_eur": "4 200,50 €", "on": timezone.now().date(),
        "document": "Marché 12", "label": "Arbres", "decided_by": "", "key": str(uuid4()),
    }  # fmt: skip


def test_an_entry_as_people_type_it(delivery, farid, entry, sign_in):
    response = sign_in(farid).post("/bureau/finances/2026/", entry)

    assert said(response) == [f"{delivery.proposal.number} : 4\u00a0200,50\u00a0€, engagé."]
    assert selectors.account_of(delivery).committed_eur == Decimal("4200.50")


def test_the_same_entry_posted_twice(delivery, farid, entry, sign_in):
    client = sign_in(farid)

    assert [client.post("/bureau/finances/2026/", entry).status_code for _ in range(2)] == [303, 303]
    assert LedgerEntry.objects.filter(kind="committed").count() == 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"amount_eur": "40 000,01"}, {"amount_eur": ["Il reste 40\u00a0000,00\u00a0€ à engager sur ce projet."]}),
        ({"amount_eur": "beaucoup"}, {"amount_eur": ["écrivez un montant en chiffres, par exemple 4 200,50."]}),
        ({"amount_eur": "-3"}, {"amount_eur": ["écrivez un montant supérieur à zéro."]}),
        ({"document": ""}, {"document": ["indiquez le numéro de la pièce."]}),
        ({"on": "2099-01-01"}, {"on": ["une écriture ne porte pas une date à venir."]}),
        ({"kind": "budgeted"}, {"decided_by": ["dites qui a décidé ce complément."]}),
        (
            {"kind": "budgeted", "decided_by": "le conseil", "amount_eur": "60000,01"},
            {"amount_eur": ["Il reste 60\u00a0000,00\u00a0€ sur cette enveloppe."]},
        ),
    ],
)
def test_a_refused_entry_keeps_what_was_typed(delivery, farid, entry, sign_in, changes, expected):
    response = sign_in(farid).post("/bureau/finances/2026/", entry | changes)

    assert (response.status_code, errors(response)) == (422, expected)
    assert LedgerEntry.objects.count() == 1
    assert 'value="Arbres"' in response.content.decode()


def test_a_reversal_from_the_desk(delivery, at, farid, sign_in):
    made = factory.enter(delivery, "commit", "700.00", at)
    client, path = sign_in(farid), f"/bureau/finances/ecritures/{made.pk}/annuler/"
    typed = {"reason": "Mauvais projet", "document": "Note 3"}

    first, second = client.post(path, typed), client.post(path, typed)

    assert said(first) == ["L’écriture « Plantation » est annulée."]
    assert errors(second) == {"__all__": ["Cette écriture est déjà une annulation, ou déjà annulée."]}
    assert "annulée depuis" in client.get("/bureau/finances/2026/").content.decode()


def transfer_form(envelope, **changes) -> dict:
    return {
        "source": envelope.pk, "target": "", "elsewhere": "le budget général", "amount_eur": "1000",
        "on": timezone.now().date(), "decided_by": "le conseil", "decision": "D 44", "key": str(uuid4()),
    } | changes  # fmt: skip


def test_a_transfer_from_the_desk(delivery, envelope, farid, sign_in):
    response = sign_in(farid).post("/bureau/finances/2026/transfert/", transfer_form(envelope))

    assert said(response) == ["Le transfert de 1\u00a0000,00\u00a0€ est enregistré."]
    assert EnvelopeTransfer.objects.get().elsewhere == "le budget général"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"elsewhere": ""}, {"elsewhere": ["dites où va l’argent, ou choisissez une enveloppe."]}),
        ({"amount_eur": "60000,01"}, {"amount_eur": ["Il reste 60\u00a0000,00\u00a0€ sur cette enveloppe."]}),
        ({"decided_by": ""}, {"decided_by": ["dites qui a décidé ce transfert."]}),
        ({"decision": ""}, {"decision": ["indiquez la référence de la décision."]}),
    ],
)
def test_a_refused_transfer_says_why(delivery, envelope, farid, sign_in, changes, expected):
    response = sign_in(farid).post("/bureau/finances/2026/transfert/", transfer_form(envelope, **changes))

    assert (response.status_code, errors(response)) == (422, expected)
