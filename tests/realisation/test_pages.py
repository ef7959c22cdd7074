"""What the public reads: every laureate, every euro, in a few queries; the CSV is the page."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest

from realisation import selectors, services
from realisation.models import Delivery
from tests.factories import cycles
from tests.factories import realisation as factory

DAY = timedelta(days=1)


def words(page: str) -> str:
    """The page as text: tags gone, spaces joined."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def test_every_laureate_says_where_it_stands(cycle, delivery, at, client, bruno):
    services.post_update(delivery, by=bruno, at=at, text="Les arbres sont là.", to="works")
    stopped = factory.delivery(cycle, at, price="10000.00", proposal={"title": "Un four à pain"})
    services.abandon(stopped, by=factory.HAND, at=at, reason="Le sol est pollué.")

    text = words(client.get("/2026/realisation/").content.decode())

    assert "2 projets en réalisation" in text
    assert "Les arbres sont là." in text
    assert "Promis pour le 31 décembre 2027." in text
    assert "Un four à pain" in text
    assert "Pourquoi : Le sol est pollué." in text


def test_silence_shows(cycle, town, at, client, time_machine):
    time_machine.move_to(at)
    factory.delivery(cycle, at - 91 * DAY)

    assert "sans nouvelles depuis 91 jours" in words(client.get("/2026/realisation/").content.decode())


def test_before_the_council_the_pages_say_so(cycle, client):
    assert "Rien n’est encore en réalisation" in client.get("/2026/realisation/").content.decode()
    shown = words(client.get("/2026/argent/").content.decode())
    assert "100 000 € sont votés, rien n’est encore dépensé" in shown


@pytest.mark.parametrize("page", ["realisation/", "argent/", "argent.csv"])
def test_an_edition_in_preparation_does_not_exist(town, at, client, page):
    cycles.cycle(at, slug="2030", prefix="BP30", is_hidden=True)

    assert client.get(f"/2030/{page}").status_code == 404


@pytest.fixture
def some_money(cycle, delivery, envelope, at):
    """Two projects, a reversal, a release and a transfer."""
    factory.spent(delivery, at, committed="12000.00", invoiced="11999.99", paid="8000.50")
    wrong = factory.enter(delivery, "commit", "77.00", at, label="=1+1")
    services.reverse(wrong, by=factory.HAND, at=at, reason="Mauvais projet", document="Note 3")
    factory.enter(factory.delivery(cycle, at, price="9000.00"), "release", "500.00", at)
    services.transfer(
        envelope, None, by=factory.HAND, at=at, amount_eur=Decimal("1000.00"), on=at.date(), decided_by="le conseil",
        decision="D 44", elsewhere="le budget général",
    )  # fmt: skip
    return selectors.money_page(cycle)


def test_the_money_page_is_right_to_the_cent(some_money, client):
    text = words(client.get("/2026/argent/").content.decode())

    assert "8 000,50 € payés sur 100 000 € votés" in text
    for label, amount in (
        ("Payé", "8 000,50"),
        ("Engagé", "3 999,50"),
        ("À engager", "36 500,00"),
        ("Transféré", "1 000,00"),
        ("Reliquat", "50 500,00"),
    ):
        assert f"{label} {amount} €" in text
    assert sum(part.amount_eur for part in some_money.money.slices) == Decimal("100000.00")


def streamed(client) -> bytes:
    """The CSV, as it is sent."""
    response = client.get("/2026/argent.csv")
    assert response.streaming
    return b"".join(response.streaming_content)


def table_rows(page: str) -> list[tuple[str, ...]]:
    """Date, nature, document and amount of every ledger line of the page."""
    cells = r'<td data-label="Date">(.*?)</td><td data-label="Nature">(.*?)</td><td data-label="Pièce">(.*?)</td><td class="r" data-label="Montant">(.*?)</td>'
    return [tuple(words(cell.partition("<small>")[0]).strip() for cell in row) for row in re.findall(cells, page)]


def test_the_csv_is_the_page(some_money, client):
    page = client.get("/2026/argent/").content.decode()
    raw = streamed(client).decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(raw), delimiter=";"))

    entries = [line for line in lines if line["numéro"]]
    from_csv = [
        (
            "2 mars 2026",
            line["nature"].capitalize(),
            line["pièce"],
            f"{Decimal(line['montant']):,.2f} €".replace(",", " ").replace(".", ","),
        )
        for line in entries
    ]
    assert from_csv == table_rows(page)
    assert len(entries) == 8
    assert [
        (line["nature"], line["enveloppe"], line["vers"], line["montant"]) for line in lines if not line["numéro"]
    ] == [
        ("voté", "Enveloppe de la ville", "", "100000.00"),
        ("transféré", "Enveloppe de la ville", "le budget général", "1000.00"),
    ]
    kinds = {"payé": Decimal(0)}
    for line in entries:
        kinds[line["nature"]] = kinds.get(line["nature"], Decimal(0)) + Decimal(line["montant"])
    assert kinds["payé"] == some_money.money.paid_eur


def test_a_spreadsheet_runs_no_formula(some_money, client):
    assert ";'=1+1;" in streamed(client).decode()


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("page", "queries"), [("realisation/", 12), ("realisation/mariniers/", 10), ("argent/", 8), ("argent.csv", 5)]
)
def test_the_pages_cost_the_same_for_one_and_for_three(
    cycle, at, client, django_assert_num_queries, number, page, queries
):
    for _ in range(number):
        made = factory.delivery(cycle, at, price="20000.00")
        factory.enter(made, "commit", "10.00", at)
        services.post_update(made, by=factory.HAND, at=at, text="Oui.")
    client.get("/2026/")  # the town and the navigation are kept by the process

    with django_assert_num_queries(queries):
        response = client.get(f"/2026/{page}")
        assert response.status_code == 200
        assert b"".join(response.streaming_content if response.streaming else [response.content])


def test_the_sheet_of_the_project_tells_its_delivery(delivery, bruno, at, client):
    services.post_update(delivery, by=bruno, at=at, text="Les arbres sont là.", to="works")

    text = words(client.get(f"/2026/projets/{delivery.proposal.number}/").content.decode())

    assert "Promis pour le 31 décembre 2027" in text
    assert "Les arbres sont là." in text
    assert "Réalisation décidée par le conseil" in text


def test_the_home_page_shows_the_money_that_moves(cycle, delivery, at):
    assert selectors.cycle_with_ledger(cycle) == cycle
    other = cycles.cycle(at, slug="2027", prefix="BP27")
    assert selectors.cycle_with_ledger(other) == cycle
    assert Delivery.objects.owing_news().count() == 1
