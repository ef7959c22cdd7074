"""What is around every page: the way around, the footer, the language, the town's colour, the compression."""

from __future__ import annotations

import pytest

from bp_platform.accounts import services as accounts
from bp_platform.core import colours
from tests.factories import cycles as factory
from tests.people import BUILDER
from tests.reading import Page

pytestmark = pytest.mark.django_db


def navigation(page: Page) -> dict[str, str]:
    return page.links(page.all("header", class_="topbar")[0])


def footer(page: Page) -> dict[str, str]:
    return page.links(page.all("footer")[0])


def test_a_visitor_finds_the_cycle_its_projects_its_money_and_the_door(client, town, at):
    factory.cycle(at)

    page = Page(client.get("/accessibilite/"))

    assert list(navigation(page).items())[1:] == [
        ("L’édition", "/2026/"),
        ("Les projets", "/2026/idees/"),
        ("Où va l’argent", "/2026/argent/"),
        ("L’agenda", "/agenda/"),
        ("Se connecter", "/compte/connexion/"),
    ]


def test_the_links_are_those_of_the_cycle_one_is_reading(client, town, at):
    factory.cycle(at, open_phase="call", slug="2026")
    factory.cycle(at, open_phase="review", slug="2024", prefix="BP24")

    page = Page(client.get("/2024/idees/"))

    assert [url for label, url in navigation(page).items() if label == "Les projets"] == ["/2024/idees/"]
    assert {link.get("href") for link in page.all("a", aria_current="page")} == {"/2024/idees/"}
    assert footer(page)["Le règlement"] == "/2024/reglement/"


def test_before_any_cycle_nothing_leads_nowhere(client, town):
    page = Page(client.get("/"))

    assert list(navigation(page).values()) == ["/", "/compte/connexion/"]
    assert list(footer(page)) == ["Suivre mon idée", "Accessibilité : partiellement conforme", "Confidentialité", "Mentions légales", "English"]  # fmt: skip


def test_every_link_around_the_page_opens(client, town, at):
    factory.cycle(at)
    page = Page(client.get("/2026/"))

    answers = {url: client.get(url).status_code for url in {**navigation(page), **footer(page)}.values()}

    assert {url: code for url, code in answers.items() if code != 200} == {"/langue/?langue=en&page=/2026/": 303}


def test_staff_see_their_desks_above_a_desk_and_the_way_out_elsewhere(sign_in, town, at, elias):
    factory.cycle(at)
    client = sign_in(elias)

    desk, public = Page(client.get("/bureau/")), Page(client.get("/2026/"))

    assert [label for label in navigation(desk) if not label.startswith("Bureau")] == [
        "Présélection",
        "Décisions",
        "Bilans",
        "Mon espace",
    ]
    assert navigation(public)["Mon espace"] == "/compte/"


def test_the_language_is_kept_in_a_cookie_and_one_comes_back_to_the_page(client, town, at):
    factory.cycle(at)

    answer = client.get("/langue/", {"langue": "en", "page": "/2026/idees/"})
    page = client.get(answer["Location"])

    assert (answer.status_code, answer["Location"]) == (303, "/2026/idees/")
    cookie = answer.cookies["langue"]
    assert (cookie.value, cookie["samesite"], cookie["max-age"]) == ("en", "Lax", 31536000)
    assert Page(page).all("html")[0].get("lang") == "en"
    assert footer(Page(page))["Français"] == "/langue/?langue=fr&page=/2026/idees/"


@pytest.mark.parametrize("bad", ["https://ailleurs.example/", "//ailleurs.example/", "javascript:alert(1)", "/\\ailleurs.example", "", "\\\\ailleurs"])  # fmt: skip
def test_the_language_switch_leads_nowhere_else(client, town, bad):
    assert client.get("/langue/", {"langue": "en", "page": bad})["Location"] == "/"


@pytest.mark.parametrize("unknown", ["de", "zz", "", "fr-FR", "../en"])
def test_an_unknown_language_changes_nothing(client, town, unknown):
    answer = client.get("/langue/", {"langue": unknown, "page": "/2026/"})

    assert (answer.status_code, dict(answer.cookies)) == (303, {})


def test_the_language_is_not_changed_by_a_post(client, town):
    assert client.post("/langue/", {"langue": "en"}).status_code == 405


def test_the_town_s_colour_is_a_stylesheet_for_everybody(client, at, town):
    accounts.set_public_body(by=BUILDER, at=at, name="Ville de Valrive-sur-Loire", siren="213700000", accent="#003189")

    answer = client.get("/apparence.css")

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert "#003189" in answer.content.decode()
    assert "max-age=" in answer["Cache-Control"]
    light, dark = colours.accent("#003189")
    for accent, paper in ((light, colours.PALETTE["paper"][0]), (dark, colours.PALETTE["paper"][1])):
        assert colours.contrast(accent.main, paper) >= 4.5
        assert colours.contrast(accent.ink, accent.main) >= 4.5


def test_pages_leave_compressed(client, town, at):
    factory.cycle(at)

    answers = [client.get("/2026/", headers={"Accept-Encoding": "gzip"}) for _twice in range(2)]

    assert [answer["Content-Encoding"] for answer in answers] == ["gzip", "gzip"]
    assert {"Accept-Encoding", "Cookie"} <= {word.strip() for word in answers[1]["Vary"].split(",")}
    assert not client.get("/2026/").has_header("Content-Encoding")


@pytest.mark.parametrize("address", ["/2026/vote/", "/2026/vote/bulletin/"])
def test_nothing_of_the_vote_is_compressed(client, town, at, address):
    factory.cycle(at, open_phase="vote")

    assert not client.get(address, headers={"Accept-Encoding": "gzip"}).has_header("Content-Encoding")
