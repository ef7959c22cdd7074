"""The règlement as residents read it: in brief, by version, side by side, on paper with its hash."""

from __future__ import annotations

import io
from datetime import timedelta
from uuid import uuid4

import pytest
from pypdf import PdfReader

from bp_platform.documents import rendering
from bp_platform.documents.models import Job
from cycles import selectors, services
from cycles.reports import rulebooks as reports
from cycles.rules import Rules
from tests.factories import cycles as factory
from tests.html import validity
from tests.people import BUILDER

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(town, at, time_machine):
    time_machine.move_to(at, tick=False)


@pytest.fixture
def cycle(at):
    return factory.cycle(at, open_phase="call")


def adopted(cycle, at, **ballot):
    plain = Rules().model_dump(mode="json")
    plain["ballot"] |= ballot
    version = services.draft_rulebook(cycle, by=BUILDER, at=at, values=plain)
    return services.adopt_rulebook(version, by=BUILDER, at=at, resolution=f"Délibération {version.number}")


def test_each_version_and_what_it_changed_are_public(cycle, at, client):
    adopted(cycle, at, maximum_choices=3)
    services.start_draft(cycle, by=BUILDER, at=at)

    page = client.get("/2026/reglement/versions/").content.decode()
    change = client.get("/2026/reglement/versions/v1-v2/").content.decode()

    assert page.index("Version 2") < page.index("Version 1")
    assert "1 article change depuis la version 1" in page
    assert "Version 3" not in page
    assert "1 article change" in change and "<del>" in change and "<ins>" in change
    assert "{" not in change.partition('class="flow-s words"')[2].partition("</section>")[0]
    assert "Chacun choisit de 1 à 5 projets." in client.get("/2026/reglement/versions/v1/").content.decode()
    assert "Les règles sont les mêmes" in client.get("/2026/reglement/versions/v2-v2/").content.decode()


def test_a_draft_is_the_teams_until_residents_are_asked(cycle, at, client, paula, sign_in):
    services.start_draft(cycle, by=BUILDER, at=at)

    assert client.get("/2026/reglement/versions/v2/").status_code == 404
    assert client.get("/2026/reglement/versions/v1-v9/").status_code == 404
    assert client.post("/2026/reglement/versions/v2/pdf/").status_code == 404
    assert sign_in(paula).get("/2026/reglement/versions/v2/").status_code == 200


def test_two_editions_are_compared_if_both_are_public(cycle, at, client):
    services.clone_cycle(cycle, by=BUILDER, at=at, title="Édition 2027", slug="2027", number_prefix="BP27")
    following = cycle.following.get()
    assert client.get("/2027/reglement/depuis/2026/").status_code == 404
    adopted(following, at, threshold_votes=50)
    services.publish_cycle(following, by=BUILDER, at=at)

    assert "Ce qui change depuis" in client.get("/2027/reglement/").content.decode()
    page = client.get("/2027/reglement/depuis/2026/").content.decode()
    assert "De «\u00a0Édition 2026\u00a0» à «\u00a0Édition 2027\u00a0»." in page
    assert "Il faut au moins 50 voix." in page
    services.set_hidden(cycle, by=BUILDER, at=at, is_hidden=True, reason="x")
    assert client.get("/2027/reglement/depuis/2026/").status_code == 404


def test_the_pdf_has_the_hash_of_the_page_and_its_deviations(cycle, at, client):
    services.freeze_sections(cycle, at=at)
    services.record_deviation(
        cycle, by=BUILDER, at=at, section="caps", what="Un projet de 120 000 € est reçu.", why="Erreur de chiffrage.",
        decided_by="le conseil", decided_on=at.date(), key=uuid4(),
    )  # fmt: skip
    version = selectors.adopted_version(cycle)
    page = client.get("/2026/reglement/").content.decode()
    arguments = {"cycle": "2026", "number": 1}

    content = rendering.render_pdf(
        reports.RULEBOOK.template, reports.build(arguments), language="fr", title=str(reports.RULEBOOK.title)
    )

    reader = PdfReader(io.BytesIO(content))
    text = "".join("".join(sheet.extract_text() for sheet in reader.pages).split())
    assert version.sha256 in page and version.sha256 in text
    assert "Erreurdechiffrage." in text
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reports.file_name(arguments) == "reglement-2026-v1.pdf"
    assert client.post("/2026/reglement/versions/v1/pdf/").status_code == 303
    assert Job.objects.get().kind == "rulebook"


def test_the_hash_follows_the_values_and_only_them(cycle, at):
    one, two = adopted(cycle, at), adopted(cycle, at, maximum_choices=3)

    assert one.sha256 == cycle.rulebook_versions.get(number=1).sha256  # the same values
    assert one.sha256 != two.sha256
    assert len(two.sha256) == 64


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_as_much_for_three_deviations_as_for_one(cycle, at, client, django_assert_num_queries, number):
    services.freeze_sections(cycle, at=at)
    for n in range(number):
        services.record_deviation(
            cycle, by=BUILDER, at=at, section="caps", what=f"Cas {n}", why="x", decided_by="y", decided_on=at.date(), key=uuid4()
        )  # fmt: skip
    client.get("/2026/reglement/")

    with django_assert_num_queries(9):
        page = client.get("/2026/reglement/").content.decode()

    assert page.count("Dérogation du") == number


def test_every_public_page_is_sound_html(cycle, at, client):
    version = services.start_draft(cycle, by=BUILDER, at=at)
    services.prepare_consultation(
        version, by=BUILDER, at=at - timedelta(hours=1), opens_at=at, closes_at=at + timedelta(days=9),
        questions=[services.Question("ballot.maximum_choices", "Combien ?", ((1, "un"), (2, "deux")))],
    )  # fmt: skip
    addresses = ("", "versions/", "versions/v1/", "versions/v1-v2/", "avis/", "depuis/2026/")

    found = {
        address: validity.faults(client.get(f"/2026/reglement/{address}").content.decode()) for address in addresses
    }

    assert {address: faults for address, faults in found.items() if faults} == {}


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"),
    [("/2026/reglement/versions/", 5), ("/bureau/editions/2026/adoption/", 8), ("/bureau/editions/2026/lecons/", 7)],
)
def test_lists_ask_as_much_for_three_lines_as_for_one(
    cycle, at, paula, sign_in, django_assert_num_queries, number, address, queries
):
    for n in range(number):
        adopted(cycle, at, maximum_choices=n + 2)
        services.write_lesson(cycle, by=paula, at=at, text=f"Leçon {n}", key=uuid4(), setting="ballot.kind")
    client = sign_in(paula)
    client.get(address)

    with django_assert_num_queries(queries):
        page = client.get(address).content.decode()

    assert page.count("Délibération ") >= number or page.count("Leçon ") == number
