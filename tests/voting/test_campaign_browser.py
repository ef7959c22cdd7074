"""The campaign's pages in a real browser: axe, on a phone and on a desktop."""

from __future__ import annotations

import pytest

from tests.browser import axe_violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_no_page_of_the_campaign_has_a_fault_of_access(device, request, live_server, poll, town):
    page = request.getfixturevalue(device)
    faults = {}
    for address in ("/2026/campagne/", "/2026/campagne/BP26-0001/"):
        page.goto(f"{live_server.url}{address}")
        for fold in page.locator("main summary").all():
            fold.click()
        faults[address] = axe_violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    assert faults == {"/2026/campagne/": [], "/2026/campagne/BP26-0001/": []}


def test_the_order_stays_from_one_visit_to_the_next(phone, live_server, poll, town):
    phone.goto(f"{live_server.url}/2026/campagne/")
    first = phone.locator(".ticket .code").all_inner_texts()
    phone.reload()

    assert phone.locator(".ticket .code").all_inner_texts() == first
