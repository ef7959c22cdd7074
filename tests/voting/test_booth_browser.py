"""The booth in a real browser, on a phone: axe, the keyboard alone, without JavaScript."""

from __future__ import annotations

import pytest

from tests.browser import axe_violations
from tests.factories import voting as make
from voting import services
from voting.models import RollMark

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def letter(poll, town):
    return next(iter(services.issue_codes(poll, by=make.BUILDER, at=make.clock())))


def enter(page, server, letter):
    page.goto(f"{server.url}/2026/vote/")
    page.fill("[name=code]", letter.code)
    page.fill("[name=birth_year]", str(letter.birth_year))


@pytest.mark.parametrize("device", ["phone", "phone_without_javascript"])
def test_a_vote_on_a_phone_with_and_without_javascript(device, request, live_server, letter):
    page = request.getfixturevalue(device)
    enter(page, live_server, letter)
    page.get_by_role("button", name="Continuer").click()
    page.locator("[name=c]").nth(0).check()
    page.locator("[name=c]").nth(2).check()

    counted = page.locator("[data-tray-count]").inner_text()
    with page.expect_navigation():
        page.get_by_role("button", name="Vérifier mon bulletin").click()
    review = page.content()
    page.get_by_role("button", name="Déposer mon bulletin").click()

    assert counted == ("2 choix sur 5" if device == "phone" else "0 choix sur 5")
    assert "Vous pouvez encore choisir 3 projets." in review
    assert page.get_by_role("heading", level=1).inner_text() == "Votre bulletin est dans l’urne"
    assert page.locator("[data-receipt]").inner_text().count(" ") == 15
    assert RollMark.objects.count() == 1


def test_no_page_of_the_booth_has_a_fault_of_access(phone, live_server, letter):
    faults = {}
    enter(phone, live_server, letter)
    faults["entrance"] = axe_violations(phone)
    phone.get_by_role("button", name="Continuer").click()
    faults["ballot"] = axe_violations(phone)
    phone.get_by_role("button", name="Vérifier mon bulletin").click()
    faults["review"] = axe_violations(phone)
    phone.get_by_role("button", name="Déposer mon bulletin").click()
    faults["receipt"] = axe_violations(phone)

    assert faults == {"entrance": [], "ballot": [], "review": [], "receipt": []}


def test_the_keyboard_alone_is_enough(desktop, live_server, letter):
    enter(desktop, live_server, letter)
    desktop.keyboard.press("Enter")
    desktop.wait_for_url("**/vote/bulletin/")
    desktop.locator("[name=c]").nth(0).focus()
    desktop.keyboard.press("Space")
    for _step in range(40):
        desktop.keyboard.press("Tab")
        if desktop.evaluate("document.activeElement.textContent.trim()") == "Vérifier mon bulletin":
            break
    desktop.keyboard.press("Enter")
    desktop.get_by_role("button", name="Déposer mon bulletin").focus()
    desktop.keyboard.press("Enter")

    desktop.get_by_role("heading", name="Votre bulletin est dans l’urne").wait_for()
    assert RollMark.objects.count() == 1
