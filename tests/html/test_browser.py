"""The pages of the demo town in a real browser: axe on a phone and on a desktop, light and dark; nothing sticks out.

The pages are those that the walk kept: the browser gets them, and the real stylesheets, without a server.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders

from tests.browser import axe_violations
from tests.walk import VISITOR

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.django_db,
]

SITE = "http://valrive.test"
PUBLIC = ("pages:home", "pages:cycle 2024", "pages:cycle 2027", "proposals:ideas 2026", "proposals:ideas? 2026", "proposals:submit 2027", "proposals:follow 2026", "proposals:find_status", "pages:project 2024", "pages:project 2026", "cycles:rulebook 2026", "voting:entrance 2026", "voting:results 2024", "realisation:money 2024", "realisation:deliveries 2024", "realisation:review 2024", "pages:editions", "pages:privacy", "pages:accessibility", "pages:legal")  # fmt: skip
DESKS = ("pages:desk_home", "pages:personal_space", "proposals:moderation", "proposals:moderate", "instruction:triage", "instruction:my_cases", "instruction:case", "instruction:costing", "instruction:my_department", "instruction:assign", "instruction:decisions", "instruction:decide", "instruction:answers", "instruction:committee", "instruction:committee_opinion", "voting:desk", "voting:poll", "realisation:my_deliveries", "realisation:follow_up", "realisation:finance", "realisation:ledger", "realisation:reviews", "notifications:desk")  # fmt: skip


def first_of_each(visits):
    """The first page of each shape."""
    found = {}
    for visit in visits:
        if visit.status == 200 and visit.html and visit.method == "get":
            found.setdefault(visit.view.strip(), visit)
    return found


@pytest.fixture
def browse(chromium, demo_town):
    """A function: a browser of that width and scheme, to which `show(visit)` gives a page."""
    contexts = []

    def _browse(width: int, scheme: str):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, locale="fr-FR", java_script_enabled=True
        )
        contexts.append(context)
        page = context.new_page()
        kept: dict[str, object] = {"/apparence.css": next(v for v in demo_town.visits if v.url == "/apparence.css")}
        page.route("**/*", lambda route: _answer(route, kept))

        def show(visit):
            kept["/shown/"] = visit
            page.goto(f"{SITE}/shown/")
            return page

        return show

    yield _browse
    for context in contexts:
        context.close()


def _answer(route, kept) -> None:
    path = urlsplit(route.request.url).path
    if path in kept:
        route.fulfill(body=kept[path].body, content_type=kept[path].kind)
    elif path.startswith("/static/") and (found := finders.find(path.removeprefix("/static/"))):
        route.fulfill(path=Path(found))
    else:
        route.fulfill(status=404, body="")


def look(show, pages) -> dict[str, list[str]]:
    """What is wrong with each page, on this screen."""
    wrong = {}
    for name, visit in pages.items():
        page = show(visit)
        faults = axe_violations(page)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            faults.append("sticks out of the screen")
        if faults:
            wrong[f"{name} ({visit})"] = faults
    return wrong


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_public_pages_have_no_barrier(demo_town, browse, width, scheme):
    shapes = first_of_each(v for v in demo_town.visits if v.who == VISITOR)
    missing = [name for name in PUBLIC if name not in shapes]

    wrong = look(browse(width, scheme), {name: shapes[name] for name in PUBLIC if name in shapes})

    assert (wrong, missing) == ({}, [])


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_the_desks_have_no_barrier(demo_town, browse, width, scheme):
    people = staff_of(demo_town)
    shapes = first_of_each(v for v in demo_town.visits if v.who in people)
    desks = {name: visit for name, visit in shapes.items() if name.split()[0] in DESKS}

    wrong = look(browse(width, scheme), desks)

    assert wrong == {}
    assert {name.split()[0] for name in desks} == set(DESKS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_each_role_s_home_has_no_barrier(demo_town, browse, width, scheme):
    people = staff_of(demo_town)
    homes = {f"{v.who}'s home": v for v in demo_town.visits if v.who in people and v.url == "/bureau/"}

    wrong = look(browse(width, scheme), homes)

    assert wrong == {}
    assert len(homes) >= 8


def staff_of(demo_town) -> set[str]:
    return {account["username"] for account in demo_town.report["accounts"] if account["role"] != "resident"}
