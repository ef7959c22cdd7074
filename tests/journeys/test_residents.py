"""What a resident does without a mouse, without script, or with htmx: the same pages, the same answers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from proposals.models import Proposal, Stage
from tests.browser import axe_violations
from tests.factories import cycles as cycle_factory
from tests.factories import proposals as ideas
from tests.journeys.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def edition(town):
    return cycle_factory.cycle(datetime.now(UTC))


@pytest.fixture
def listed(edition):
    """Three projects: two that are feasible, one to study."""
    now = datetime.now(UTC)
    for title, stage in (("Un verger", Stage.FEASIBLE), ("Un préau", Stage.FEASIBLE), ("Un quai à vélo", Stage.STUDY)):
        ideas.published(now, edition, title=title, stage=stage)


def tickets(screen) -> list[str]:
    return sorted(screen.page.locator(".ticket__title").all_inner_texts())


def test_the_list_is_filtered_without_script(screen, listed):
    phone = screen(PHONE, has_script=False).open("/2026/idees/")

    phone.unfold("Filtrer et trier").type(etape="Réalisable").press("Appliquer")
    narrowed = tickets(phone)
    phone.type(q="vergers").press("Chercher")

    assert narrowed == ["Un préau", "Un verger"]
    assert tickets(phone) == ["Un verger"]
    assert "etape=feasible" in phone.page.url
    assert phone.fits()


def test_filtering_with_htmx_gives_the_page_of_a_reload(screen, listed):
    desktop = screen().open("/2026/idees/")
    page = desktop.page

    desktop.unfold("Filtrer et trier")
    with page.expect_response(lambda answer: "etape=feasible" in answer.url):
        page.focus('[name="etape"]')
        page.locator('[name="etape"]').select_option(label="Réalisable")
    page.wait_for_url("**etape=feasible**")
    page.locator(".ticket__title", has_text="Un quai à vélo").wait_for(state="detached")
    swapped = page.locator("#liste").inner_html()
    focused = page.evaluate("document.activeElement.name")
    page.reload()

    assert tickets(desktop) == ["Un préau", "Un verger"]
    assert " ".join(page.locator("#liste").inner_html().split()) == " ".join(swapped.split())
    assert focused == "etape"


def test_an_idea_is_filed_with_the_keyboard_alone(screen, edition):
    page = screen().open("/2026/idees/deposer/").page
    typed = {
        "title": "Un verger",
        "summary": "Des pommiers pour tout le quartier.",
        "area": "Les",
        "theme": "Nature",
        "owner_email": "denis@courriel.example",
    }

    reached = []
    while len(reached) < 60 and page.evaluate("document.activeElement.textContent.trim()") != "Déposer mon idée":
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.name || document.activeElement.tagName")
        reached.append(name)
        assert page.evaluate("document.activeElement.matches(':focus-visible')"), f"{name} does not show its focus"
        if name in typed:
            page.keyboard.type(typed[name])
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert [name for name in reached if name in typed] == list(typed)
    assert "website" not in reached
    assert page.locator("h1").inner_text() == "Votre idée est déposée"
    assert Proposal.objects.get().area.name == "Les Mariniers"


@pytest.mark.parametrize("has_script", [True, False])
def test_a_refused_form_keeps_everything_and_leads_to_each_field(screen, edition, has_script):
    phone = screen(PHONE, has_script=has_script).open("/2026/idees/deposer/")
    phone.type(summary="Des pommiers pour tout le quartier.", owner_email="denis@")
    with phone.page.expect_navigation():
        phone.page.get_by_role("button", name="Déposer mon idée").click()

    summary = phone.page.locator(".error-summary")
    summary.get_by_role("link").first.click()

    assert "4 réponses sont à corriger" in summary.inner_text().replace("\u00a0", " ")
    assert phone.page.evaluate("location.hash") == "#id_title"
    assert phone.page.locator('[name="summary"]').input_value() == "Des pommiers pour tout le quartier."
    assert phone.fits()
    if has_script:
        assert axe_violations(phone.page) == []
