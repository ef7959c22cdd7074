"""A real browser: Debian's Chromium through playwright, with axe-core."""

from __future__ import annotations

import shutil
from functools import cache
from importlib import resources

import pytest
from django.db import connections

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--js-flags=--min-semi-space-size=64",  # axe makes much that dies young
]
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice", "RGAAv4"]


@pytest.fixture(scope="session")
def chromium():
    """One Chromium for the whole run."""
    path = next((p for name in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium on this machine: `python3 manage.py test` installs it")
    from playwright.sync_api import sync_playwright

    _close_connections()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
        _close_connections()


def _close_connections() -> None:
    """Playwright's event loop hides the connections opened before it, and its end those opened under it.

    One that stays open would keep the test database from being dropped.
    """
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


@pytest.fixture
def phone(chromium):
    """A phone 360 px wide, whose script errors and CSP violations fail the test."""
    yield from _page(chromium, {"width": 360, "height": 740})


@pytest.fixture
def desktop(chromium):
    """A desktop 1280 px wide."""
    yield from _page(chromium, {"width": 1280, "height": 900})


@pytest.fixture
def phone_without_javascript(chromium):
    """The same phone with JavaScript off."""
    yield from _page(chromium, {"width": 360, "height": 740}, java_script_enabled=False)


def _page(chromium, viewport, **options):
    context = chromium.new_context(viewport=viewport, locale="fr-FR", **options)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert [p for p in problems if "favicon" not in p] == []


RUN_AXE = """async tags => {
    if (!window.axe) return null
    const found = await axe.run({runOnly: tags, resultTypes: ["violations"], selectors: false})
    return found.violations.map(fault => `${fault.id}: ${fault.nodes[0].html.slice(0, 160)}`)
}"""


def axe_violations(page) -> list[str]:
    """What axe-core finds on the page as it stands: one line per violated rule, with the first element.

    A page that has just been gone to is waited for: before its first element, there is nothing to look at. The
    program is given to a page once; of what it finds in order nothing is told, which took most of its time.
    """
    page.wait_for_load_state()
    found = page.evaluate(RUN_AXE, AXE_TAGS)
    if found is None:
        page.evaluate(axe_source())
        found = page.evaluate(RUN_AXE, AXE_TAGS)
    return found


@cache
def axe_source() -> str:
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
