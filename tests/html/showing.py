"""Kept pages, given to a browser with the real stylesheets and scripts: no database, no view, no session.

A small server of its own, so that the browser keeps what all pages share from one to the next.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders

from tests.browser import axe_source, axe_violations
from tests.walk import Visit

SHOWN = "/shown/"
PHONE_BY_DAY, PHONE_BY_NIGHT = (360, "light"), (360, "dark")
DESKTOP_BY_DAY, DESKTOP_BY_NIGHT = (1280, "light"), (1280, "dark")
STICKS_OUT = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
# A page put in the place of another one in the same window: axe is there already, and warm. No script of it runs.
PUT = """async address => {
    const text = await (await fetch(address)).text()
    const next = new DOMParser().parseFromString(text, "text/html")
    document.replaceChild(document.adoptNode(next.documentElement), document.documentElement)
    const sheets = [...document.querySelectorAll("link[rel=stylesheet]")].filter(link => !link.sheet)
    await Promise.all(sheets.map(link => new Promise(done => { link.onload = link.onerror = done })))
    await document.fonts.ready
    scrollTo(0, 0)
}"""
AT_REST = "document.getAnimations().forEach(animation => animation.finish())"


class Showroom(ThreadingHTTPServer):
    """Answers with the page that is shown; `shared` are pages that the others load."""

    daemon_threads = True

    def __init__(self, shared: dict[str, Visit]) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.shared, self.shown = shared, b""

    def page(self, path: str) -> tuple[bytes, str, str]:
        """Its bytes, its type, and how long a browser keeps it."""
        if path == SHOWN:
            return self.shown, "text/html; charset=utf-8", "no-store"
        if path in self.shared:
            return self.shared[path].body, self.shared[path].kind, "max-age=3600"
        found = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
        return Path(found).read_bytes(), mimetypes.guess_type(found)[0] or "", "max-age=3600"


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Showroom

    def do_GET(self) -> None:
        try:
            body, kind, kept = self.server.page(urlsplit(self.path).path)
        except (OSError, TypeError):
            self.send_error(404)
            return
        self.send_response(200)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), "Cache-Control": kept}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Look:
    """A page to look at, on which screens, and whether its scripts run.

    One that is looked at as it stands without scripts costs half as much: it takes the place of the last.
    """

    visit: Visit
    screens: tuple[tuple[int, str], ...]
    has_script: bool = True


class Shown:
    """A browser to which pages are shown, each on several screens after one load."""

    def __init__(self, page, room: Showroom) -> None:
        self.page, self.room = page, room
        self.address = f"http://127.0.0.1:{room.server_port}{SHOWN}"
        self.page.add_init_script(script=axe_source())

    def faults(self, look: Look) -> list[str]:
        """What is wrong on each of these screens: every rule is asked on every one."""
        self.room.shown = look.visit.body
        self._turn(*look.screens[0])
        if look.has_script or self.page.url != self.address:
            self.page.goto(self.address)
        if not look.has_script:
            self.page.evaluate(PUT, self.address)
        return [fault for screen in look.screens for fault in self._on(*screen)]

    def _on(self, width: int, scheme: str) -> Iterator[str]:
        self._turn(width, scheme)
        self.page.evaluate(AT_REST)
        for fault in axe_violations(self.page):
            yield f"{width} {scheme}: {fault}"
        if self.page.evaluate(STICKS_OUT):
            yield f"{width} {scheme}: sticks out of the screen"

    def _turn(self, width: int, scheme: str) -> None:
        self.page.emulate_media(color_scheme=scheme)
        if self.page.viewport_size["width"] != width:
            self.page.set_viewport_size({"width": width, "height": 900})


@contextmanager
def showroom(chromium, shared: dict[str, Visit]) -> Iterator[Shown]:
    room = Showroom(shared)
    thread = Thread(target=room.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    context = chromium.new_context(viewport={"width": 360, "height": 900}, locale="fr-FR")
    try:
        yield Shown(context.new_page(), room)
    finally:
        context.close()
        room.shutdown()
        thread.join()
        room.server_close()
