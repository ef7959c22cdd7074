"""The agent's desk in a real browser: axe at phone and desktop, and the keyboard alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from instruction import services
from instruction.models import CommitteeOpinion, DepartmentOpinion
from tests.browser import axe_violations
from tests.factories import cycles as cycle_factory
from tests.factories import instruction as factory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def desk(town, at, green_spaces, buildings, bruno, sign_in, live_server):
    """Bruno's desk: a late case, one with a costing, one that waits for its owner; and his session."""
    cycle = cycle_factory.cycle(at, open_phase="instruction")
    late = factory.case(
        cycle, at, green_spaces, state="under_review", title="Une cour qui respire", consulted=[buildings],
        due_on=at.date() - timedelta(days=3),
    )  # fmt: skip
    services.set_costing(
        late, by=bruno, at=at, lines=factory.lines(), confidence_percent=15, price_on=at.date(), department=green_spaces
    )
    factory.give(late, at, buildings)
    factory.case(cycle, at, green_spaces, state="awaiting_owner", title="Un verger")
    session = sign_in(bruno).cookies["sessionid"].value
    return live_server.url, {"name": "sessionid", "value": session, "url": live_server.url}


@pytest.mark.parametrize("screen", ["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_the_desk_has_a_fault(screen, scheme, desk, request):
    page = request.getfixturevalue(screen)
    url, cookie = desk
    page.context.add_cookies([cookie])
    page.emulate_media(color_scheme=scheme)

    for path in ("", "BP26-0001/", "BP26-0002/", "BP26-0001/chiffrage/", "BP26-0001/question/"):
        page.goto(f"{url}/bureau/dossiers/{path}")
        assert axe_violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_an_opinion_with_the_keyboard_alone(desk, phone):
    url, cookie = desk
    phone.context.add_cookies([cookie])
    phone.goto(f"{url}/bureau/dossiers/")
    phone.get_by_role("link", name="Une cour qui respire").focus()
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/BP26-0001/")

    phone.get_by_label("Favorable", exact=True).focus()
    phone.keyboard.press("Space")
    phone.keyboard.press("ArrowRight")
    phone.keyboard.press("Tab")
    phone.keyboard.type("Planter à 3 m.")
    phone.keyboard.press("Tab")
    phone.keyboard.press("Tab")
    assert phone.evaluate("document.activeElement.textContent.trim()") == "Rendre l’avis"
    phone.keyboard.press("Enter")
    phone.get_by_text("Votre avis sur le dossier BP26-0001 est enregistré.").wait_for()

    opinion = DepartmentOpinion.objects.get(department__short_name="Espaces verts")
    assert (opinion.verdict, opinion.public_text) == ("with_reservations", "Planter à 3 m.")


def test_lines_are_added_without_javascript(desk, phone_without_javascript):
    page = phone_without_javascript
    url, cookie = desk
    page.context.add_cookies([cookie])
    page.goto(f"{url}/bureau/dossiers/BP26-0001/chiffrage/")
    page.get_by_label("Libellé").nth(2).fill("Un banc de plus")
    page.get_by_label("Prix unitaire HT").nth(2).fill("1 250,50")
    page.get_by_role("button", name="Ajouter une ligne").click()
    page.get_by_label("Libellé").nth(3).wait_for()

    assert page.get_by_label("Libellé").nth(2).input_value() == "Un banc de plus"
    assert page.get_by_label("Libellé").count() == 4
    page.get_by_role("button", name="Enregistrer le chiffrage").last.click()
    page.wait_for_url("**/BP26-0001/")
    total = page.locator(".costs .price").inner_text()
    assert "".join(total.split()) == "15300,60€"


def test_the_committee_speaks_on_a_phone_without_javascript(
    town, at, green_spaces, odile, sign_in, live_server, phone_without_javascript
):
    page = phone_without_javascript
    factory.case(
        cycle_factory.cycle(at, open_phase="instruction"), at, green_spaces, state="reviewed", title="Un verger"
    )
    session = sign_in(odile).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/bureau/comite/")
    page.get_by_role("link", name="Un verger").click()
    page.get_by_label("Réservé").check()
    page.get_by_label("Pourquoi").fill("Qui l’arrosera en août ?")
    page.get_by_role("button", name="Donner mon avis").click()

    page.get_by_text("Votre avis sur le dossier BP26-0001 est enregistré.").wait_for()
    said = CommitteeOpinion.objects.get()
    assert (said.stance, said.text) == ("reserved", "Qui l’arrosera en août ?")
