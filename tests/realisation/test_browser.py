"""The money page and the form of the news in a real browser: axe on a phone and on a desktop, and without JavaScript."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from realisation import services
from realisation.models import Delivery, ProgressUpdate
from tests.browser import axe_violations
from tests.factories import cycles
from tests.factories import realisation as factory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = pytest.mark.parametrize("width", ["phone", "desktop"])


@pytest.fixture
def built(town, green_spaces) -> Delivery:
    """A delivery in works whose money moves, silent for a hundred days, and one abandoned."""
    cycles.no_reserve()
    now = timezone.now()
    long_ago = now - timedelta(days=100)
    cycle = cycles.cycle(now, open_phase="realisation")
    made = factory.delivery(cycle, long_ago, lead=green_spaces)
    services.post_update(made, by=factory.HAND, at=long_ago, text="Le plan est validé avec l’école.", to="works")
    factory.spent(made, long_ago, committed="12000.00", invoiced="11999.99", paid="8000.50")
    stopped = factory.delivery(cycle, long_ago, price="9000.00")
    services.abandon(stopped, by=factory.HAND, at=long_ago, reason="Le sol est pollué.")
    return made


@pytest.fixture
def enter(sign_in, live_server):
    """Open the desk's door to a browser for somebody whose second factor is done."""

    def _enter(page, user) -> None:
        client: Client = sign_in(user)
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )

    return _enter


@WIDTHS
def test_the_public_pages_have_no_barrier(request, live_server, built, width):
    page = request.getfixturevalue(width)

    found = {}
    for path in ("argent/", "realisation/"):
        page.goto(f"{live_server.url}/2026/{path}")
        for summary in page.locator("main details > summary").all():
            summary.click()
        found[path] = axe_violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path

    assert {path: faults for path, faults in found.items() if faults} == {}


@WIDTHS
def test_the_form_of_the_news_has_no_barrier(request, live_server, built, bruno, enter, width):
    page = request.getfixturevalue(width)
    enter(page, bruno)

    page.goto(f"{live_server.url}/bureau/chantiers/{built.proposal.number}/")

    assert axe_violations(page) == []


@pytest.mark.parametrize("size", [(360, 740), (1280, 900)])
def test_a_refused_form_has_no_barrier(chromium, live_server, built, bruno, enter, size):
    """In a window of its own: a browser writes the 422 of a refused form in its console."""
    context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, locale="fr-FR")
    page = context.new_page()
    enter(page, bruno)
    page.goto(f"{live_server.url}/bureau/chantiers/{built.proposal.number}/")

    with page.expect_navigation():
        page.get_by_role("button", name="Publier la nouvelle").click()

    assert page.locator("#id_text_error").is_visible()
    assert axe_violations(page) == []
    context.close()


@WIDTHS
def test_the_books_have_no_barrier(request, live_server, built, farid, enter, width):
    page = request.getfixturevalue(width)
    enter(page, farid)

    found = {}
    for path in ("", "2026/", "2026/transfert/"):
        page.goto(f"{live_server.url}/bureau/finances/{path}")
        found[path] = axe_violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path

    assert {path: faults for path, faults in found.items() if faults} == {}


def test_news_in_half_a_minute_without_javascript(phone_without_javascript, live_server, built, bruno, enter):
    page = phone_without_javascript
    enter(page, bruno)
    page.goto(f"{live_server.url}/bureau/chantiers/")
    page.get_by_role("link", name=built.proposal.title).first.click()

    page.get_by_label("Quoi de neuf ?").fill("Les bancs sont posés.")
    page.get_by_label("Étape", exact=True).select_option("delivered")
    with page.expect_navigation():
        page.get_by_role("button", name="Publier la nouvelle").click()

    assert page.get_by_text("est publiée.").is_visible()
    built.refresh_from_db()
    assert (built.state, ProgressUpdate.objects.latest("published_at").text) == ("delivered", "Les bancs sont posés.")
