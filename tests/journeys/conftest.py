"""Real browsers, one per person, on a real server; the clock may be moved between two scenes, never during one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from bp_platform.accounts.models import User
from tests.browser import axe_violations
from tests.people import TOTP_SECRET

PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


class Screen:
    """Somebody's own browser: what they type and press, by the words they read."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base

    def open(self, path: str) -> Screen:
        answer = self.page.goto(self.base + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        return self

    def press(self, words: str) -> Screen:
        """Press the button of these words, wait for the page that it brings."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=words, exact=True).first.click()
        assert self.page.locator(".error-summary").count() == 0, self.page.locator(".error-summary").inner_text()
        return self

    def confirm(self, words: str, yes: str) -> Screen:
        """A grave act asks once more: unfold it, then say yes."""
        self.page.locator("summary", has_text=words).first.click()
        return self.press(yes)

    def follow(self, words: str) -> Screen:
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=words).first.click()
        return self

    def type(self, **fields: str) -> Screen:
        for name, value in fields.items():
            control = self.page.locator(f'[name="{name.replace("__", "-")}"]').first
            if control.evaluate("e => e.tagName") == "SELECT":
                control.select_option(label=value)
            else:
                control.fill(value)
        return self

    def choose(self, name: str, value: str) -> Screen:
        self.page.locator(f'input[name="{name}"][value="{value}"]').check()
        return self

    @property
    def heading(self) -> str:
        return plain(self.page.locator("h1").inner_text())

    @property
    def text(self) -> str:
        return plain(self.page.locator("main").inner_text())

    def unfold(self, words: str) -> Screen:
        self.page.locator("summary", has_text=words).first.click()
        return self

    def tab_to(self, words: str) -> Screen:
        """Reach a link or a button with the keyboard alone."""
        for _step in range(60):
            self.page.keyboard.press("Tab")
            if plain(self.page.evaluate("document.activeElement.textContent")) == words:
                return self
        msg = f"the keyboard does not reach « {words} »"
        raise AssertionError(msg)

    def enter(self) -> Screen:
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self

    def sound(self) -> Screen:
        """What axe finds on the page, and whether it fits: nothing, and yes."""
        assert axe_violations(self.page) == [], self.page.url
        assert self.fits(), self.page.url
        return self

    def fits(self) -> bool:
        """Nothing sticks out of the screen's width."""
        return self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


@pytest.fixture
def screen(chromium, live_server):
    """A new browser: `screen(PHONE, has_script=False)`; script errors and refusals of the policy fail the test, refused forms do not."""
    contexts, problems = [], []

    def _screen(size=DESKTOP, *, has_script: bool = True, user: User | None = None) -> Screen:
        context = chromium.new_context(viewport=size, locale="fr-FR", java_script_enabled=has_script)
        contexts.append(context)
        if user is not None:
            context.add_cookies([session_of(user, live_server.url)])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        return Screen(page, live_server.url)

    yield _screen
    for context in contexts:
        context.close()
    assert [problem for problem in problems if "status of 422" not in problem] == []


def session_of(user: User, base: str) -> dict[str, str]:
    """The cookie of somebody who has just signed in with their second factor."""
    Authenticator.objects.get_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": TOTP_SECRET}}
    )
    client = Client()
    client.force_login(user)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": base,
    }


@pytest.fixture
def moved_clock() -> Callable[[timedelta], object]:
    """`with moved_clock(hours): …` the site's clock runs that much from now; the database's does not move."""

    @contextmanager
    def _moved(distance: timedelta):
        with time_machine.travel(datetime.now(UTC) + distance, tick=True):
            yield

    return _moved
