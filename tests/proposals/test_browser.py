"""The deposit desk and the status page on a phone: axe, and the keyboard alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from bp_platform.core.actors import RESIDENT
from proposals import services
from proposals.models import Clarification, Proposal
from tests.browser import axe_violations
from tests.factories import cycles
from tests.factories import proposals as ideas

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cycle(town):
    return cycles.cycle(timezone.now())


@pytest.fixture
def at_the_desk(phone, sign_in, paula, live_server):
    """A phone on which Paula is signed in."""
    client = sign_in(paula)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    phone.context.add_cookies([cookie])
    return phone


def faults(page) -> list[str]:
    found = axe_violations(page)
    if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        found.append("wider than the phone")
    return found


def test_the_desk_has_no_barrier(at_the_desk, live_server, cycle):
    proposal = ideas.submitted(timezone.now(), cycle)
    page, desk = at_the_desk, f"{live_server.url}/bureau/depots/"

    found = {}
    for path in ("", "?q=Benali", "saisir/2026/", f"code/{proposal.number}/"):
        page.goto(desk + path)
        found[path] = faults(page)
    page.locator("main form button").last.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/recepisse/")
    found["recepisse"] = faults(page)

    assert {path: said for path, said in found.items() if said} == {}


def test_a_question_is_answered_with_the_keyboard(phone, live_server, cycle, paula):
    now = timezone.now()
    filed = services.submit(cycle, ideas.idea(cycle), by=RESIDENT, at=now - timedelta(hours=1))
    services.ask_for_information(filed.proposal, by=paula, at=now - timedelta(minutes=1), question="Où ?")

    phone.goto(f"{live_server.url}/suivi/{filed.code}/")
    before = faults(phone)
    phone.get_by_label("Votre réponse").focus()
    phone.keyboard.type("Rue Haute.")
    phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")
    phone.get_by_text("Votre réponse est bien arrivée").wait_for()

    assert (before, faults(phone)) == ([], [])
    assert Clarification.objects.get().answer == "Rue Haute."


def test_what_resembles_needs_no_javascript(phone_without_javascript, live_server, cycle):
    page = phone_without_javascript
    ideas.published(timezone.now(), cycle, title="Des bancs à l’ombre")

    page.goto(f"{live_server.url}/2026/idees/deposer/")
    page.get_by_label("Votre idée en quelques mots").fill("Des bancs à l’ombre")
    page.get_by_label("Que voulez-vous faire").fill("Pour souffler.")
    page.get_by_label("Où").first.select_option(index=1)
    page.get_by_label("De quoi").select_option(index=1)
    page.get_by_label("Votre courriel").fill("aicha@valrive.example")
    page.get_by_role("button", name="Déposer mon idée").click()
    page.get_by_role("button", name="Déposer quand même").click()

    assert page.url.endswith("/recu/")
    assert Proposal.objects.count() == 2
