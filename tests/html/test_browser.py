"""The pages of the demo town in a real browser: axe on a phone and on a desktop, light and dark; nothing sticks out.

The pages are those that the walk kept. Each is loaded once, then looked at on each screen with every rule of axe:
the rules that look at colours and sizes take nine tenths of the time, so there is nothing to spare on the others.
Those named here run their scripts; all others are looked at as they stand without.
"""

from __future__ import annotations

import pytest

from tests.html.showing import DESKTOP_BY_DAY, DESKTOP_BY_NIGHT, PHONE_BY_DAY, PHONE_BY_NIGHT, Look, showroom
from tests.walk import VISITOR, Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.django_db,
]

EVERY_SCREEN = (PHONE_BY_DAY, PHONE_BY_NIGHT, DESKTOP_BY_NIGHT, DESKTOP_BY_DAY)
TWO_SCREENS = (PHONE_BY_DAY, DESKTOP_BY_NIGHT)
# Pages are looked at in heaps, which two processes share as they come.
HEAPS = 6

# What must be there to be looked at; whatever else the walk finds is looked at as well.
PUBLIC = ("pages:home", "pages:cycle 2024", "pages:cycle 2027", "proposals:ideas 2026", "proposals:ideas? 2026", "proposals:submit 2027", "proposals:follow 2026", "proposals:find_status", "pages:project 2024", "pages:project 2026", "cycles:rulebook 2026", "voting:entrance 2026", "voting:results 2024", "realisation:money 2024", "realisation:deliveries 2024", "realisation:review 2024", "pages:editions", "pages:privacy", "pages:accessibility", "pages:legal")  # fmt: skip
PUBLIC_VIEWS = ("account_login", "cycles:agenda", "cycles:bodies", "cycles:body", "cycles:calendar", "cycles:checkpoint", "cycles:checkpoints", "cycles:consultation", "cycles:diagnosis", "cycles:draw", "cycles:find_application", "cycles:find_registration", "cycles:follow_rulebook", "cycles:meeting", "cycles:register", "cycles:rulebook_editions", "cycles:rulebook_version", "cycles:rulebook_versions", "pages:areas", "realisation:enquiries", "realisation:find_enquiry", "realisation:place", "voting:ballot", "voting:campaign", "voting:campaign_kit", "voting:receipt_lookup")  # fmt: skip
DESKS = ("pages:desk_home", "pages:personal_space", "proposals:moderation", "proposals:moderate", "instruction:triage", "instruction:my_cases", "instruction:case", "instruction:costing", "instruction:my_department", "instruction:assign", "instruction:decisions", "instruction:decide", "instruction:answers", "instruction:committee", "instruction:committee_opinion", "voting:desk", "voting:poll", "realisation:my_deliveries", "realisation:follow_up", "realisation:finance", "realisation:ledger", "realisation:reviews", "notifications:desk")  # fmt: skip


@pytest.fixture
def shown(chromium, demo_town):
    """A browser to which kept pages are shown."""
    with showroom(chromium, {v.url: v for v in demo_town.visits if v.url == "/apparence.css"}) as browser:
        yield browser


def first_of_each(visits, key):
    """The first page of each kind, by name."""
    found = {}
    for visit in visits:
        if visit.status == 200 and visit.html and visit.method == "get":
            found.setdefault(key(visit), visit)
    return found


def shape_of(visit) -> str:
    """The view, whether something was asked of it, and its edition."""
    return visit.view.strip()


def view_of(visit) -> str:
    return visit.view.split()[0]


def public_pages(town) -> dict[str, Look]:
    """The first page of each shape, on every screen for one edition of each view, on two for the others."""
    visits = [visit for visit in town.visits if visit.who == VISITOR]
    whole = {shape_of(visit) for visit in first_of_each(visits, view_of).values()} | set(PUBLIC)
    shapes = first_of_each(visits, shape_of)
    return {name: Look(v, EVERY_SCREEN if name in whole else TWO_SCREENS, name in PUBLIC) for name, v in shapes.items()}


def desk_pages(town) -> dict[str, Look]:
    people = staff_of(town)
    views = first_of_each((visit for visit in town.visits if visit.who in people), view_of)
    return {name: Look(visit, TWO_SCREENS, name in DESKS) for name, visit in views.items()}


def homes(town) -> dict[str, Look]:
    people = staff_of(town)
    return {v.who: Look(v, EVERY_SCREEN) for v in town.visits if v.who in people and v.url == "/bureau/"}


def staff_of(town) -> set[str]:
    return {account["username"] for account in town.report["accounts"] if account["role"] != "resident"}


def wrong_in(shown, looks: dict[str, Look], heap: int) -> dict[str, list[str]]:
    """What is wrong with each page of a heap."""
    found = {f"{name} ({looks[name].visit})": shown.faults(looks[name]) for name in sorted(looks)[heap::HEAPS]}
    return {name: faults for name, faults in found.items() if faults}


@pytest.mark.parametrize("heap", range(HEAPS))
def test_the_public_pages_have_no_barrier(demo_town, shown, heap):
    assert wrong_in(shown, public_pages(demo_town), heap) == {}


@pytest.mark.parametrize("heap", range(HEAPS))
def test_the_desks_have_no_barrier(demo_town, shown, heap):
    assert wrong_in(shown, desk_pages(demo_town), heap) == {}


@pytest.mark.parametrize("heap", range(HEAPS))
def test_each_role_s_home_has_no_barrier(demo_town, shown, heap):
    assert wrong_in(shown, homes(demo_town), heap) == {}


def test_what_must_be_looked_at_was_seen(demo_town):
    public, desks = public_pages(demo_town), desk_pages(demo_town)

    assert set(PUBLIC) - set(public) == set()
    assert set(PUBLIC_VIEWS) - {view_of(look.visit) for look in public.values()} == set()
    assert set(DESKS) - set(desks) == set()
    assert len(homes(demo_town)) >= 8


PAGE = """<!doctype html><html lang="fr"><head><title>Une page</title><style>%s</style></head>
<body><main><h1>Une page</h1><p id="a">Une phrase.</p>%s</main></body></html>"""
ON_A_SCREEN = {
    "on every screen": ("", '<input name="a">', "label:", EVERY_SCREEN),
    "at night": ("@media (prefers-color-scheme: dark) { #a { color: #eee; background: #fff } }", "", "color-contrast:",
                 (PHONE_BY_NIGHT, DESKTOP_BY_NIGHT)),
    "on a phone": ("#a { min-width: 500px }", "", "sticks out", (PHONE_BY_DAY, PHONE_BY_NIGHT)),
    "on a desktop": ("button { width: 9px; height: 9px; padding: 0; display: none }"
                     "@media (min-width: 60rem) { button { display: inline-block } }",
                     '<button aria-label="a"></button><button aria-label="b"></button>', "target-size:",
                     (DESKTOP_BY_NIGHT, DESKTOP_BY_DAY)),
}  # fmt: skip


@pytest.mark.parametrize("has_script", [True, False])
@pytest.mark.parametrize("kind", ON_A_SCREEN)
def test_a_fault_is_seen_on_the_screens_that_have_it(shown, kind, has_script):
    style, inside, words, screens = ON_A_SCREEN[kind]
    html = (PAGE % (style, inside)).encode()

    found = shown.faults(Look(Visit("", "get", "", "", 200, "text/html", html, []), EVERY_SCREEN, has_script))

    assert [fault.split(": ")[0] for fault in found if words in fault] == [f"{w} {scheme}" for w, scheme in screens]
