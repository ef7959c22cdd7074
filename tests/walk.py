"""The demo town, loaded once for the whole run inside a transaction that is undone, and walked by each of its people.

What was seen is kept as plain values, so that the tests which read it need no database, nor the next part of the run
a second town.
"""

from __future__ import annotations

import logging
import pickle
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
import pytest
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone

from tests.duties import DUTIES, Done, perform
from tests.processes import kept_town
from tests.tripwires import UndefinedVariables, faults

VISITOR = "visitor"
FIRST_FOR_ALL = ["/", "/2024/", "/2027/", "/2024/bilan/", "/2027/reglement/depuis/2026/", "/compte/", "/apparence.css"]
CHECKS = (["verify_journal"], ["check_projections"], ["check_ledger", "2024"])
NOT_COUNTED = {"django_session", "core_cache"}


@dataclass
class Visit:
    """One answer: who asked, how, and what came."""

    who: str
    method: str
    url: str
    view: str
    status: int
    kind: str
    body: bytes
    tripwires: list[str]
    links: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()

    @property
    def html(self) -> str:
        return self.body.decode() if self.kind.startswith("text/html") else ""

    def __str__(self) -> str:
        return f"{self.who} {self.method} {self.url}"


@dataclass
class DemoTown:
    """What loading the demo said, what its checks found, and every page that was seen."""

    report: dict[str, Any]
    rows: dict[str, int]
    second_report: dict[str, Any] = field(default_factory=dict)
    rows_after_second: dict[str, int] = field(default_factory=dict)
    checks: dict[str, str] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)
    rows_after_walk: dict[str, int] = field(default_factory=dict)
    entered: dict[str, int] = field(default_factory=dict)
    duties: dict[str, Done] = field(default_factory=dict)


@pytest.fixture(scope="session")
def demo_town(django_db_setup, django_db_blocker, tmp_path_factory) -> DemoTown:
    """The demo town of this run, as the first part that read it saw it."""
    from django.conf import settings

    kept = kept_town()
    if kept and kept.exists():
        return pickle.loads(kept.read_bytes())
    settings.BP_PRACTICE_KEYS_DIR = str(tmp_path_factory.mktemp("keys"))
    with django_db_blocker.unblock(), _undone():
        assert str(connection.settings_dict["NAME"]).startswith("test_"), "mark the tests with django_db"
        town = _seen()
    if kept:
        kept.write_bytes(pickle.dumps(town))
    return town


@contextmanager
def _undone() -> Iterator[None]:
    _forget_pages()
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        _forget_pages()


def _forget_pages() -> None:
    for name in caches:
        caches[name].clear()


def _seen() -> DemoTown:
    from bp_platform.demo import loading

    at = timezone.now()
    town = DemoTown(loading.load(at, known={}), _rows())
    town.second_report = loading.load(at, known=town.report)
    town.rows_after_second = _rows()
    town.checks = {" ".join(command): _run(command) for command in CHECKS}
    for account in [None, *town.report["accounts"]]:
        town.visits += _walk(account)
    town.rows_after_walk = _rows()
    entered = {letter["code"]: _enter_booth(letter) for letter in town.report["voter_codes"]}
    town.entered = {code: visit.status for code, visit in entered.items()}
    town.visits.append(next(iter(entered.values())))
    town.visits += _post_nothing(town)
    town.duties = dict(_each_duty(town))
    return town


def _rows() -> dict[str, int]:
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - NOT_COUNTED):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            [found[table]] = cursor.fetchone()
    return found


def _run(command: list[str]) -> str:
    """What the command printed, or its refusal."""
    out = StringIO()
    try:
        call_command(*command, stdout=out, stderr=out)
    except (CommandError, SystemExit) as error:
        return f"FAILED: {error} {out.getvalue()}"
    return out.getvalue()


def _client(account: dict[str, Any] | None) -> Client:
    from bp_platform.accounts.models import User

    client = Client(raise_request_exception=False)
    if account is not None:
        client.force_login(User.objects.get(username=account["username"]))
    return client


def _walk(account: dict[str, Any] | None) -> Iterator[Visit]:
    """Follow every link inside the site, a few pages of each shape, reading only."""
    client = _client(account)
    who = account["username"] if account else VISITOR
    is_staff = account is not None and account["role"] != "resident"
    first = ["/compte/"] if is_staff else list(FIRST_FOR_ALL)
    waiting, known, shapes, views = deque(first), set(first), Counter(), set[str]()
    while waiting:
        url = waiting.popleft()
        view = view_of(url)
        if is_staff and not url.startswith(("/bureau/", "/compte/")):
            continue
        if shapes[view] >= (2 if is_staff else 4):
            continue
        shapes[view] += 1
        visit = _ask(client, who, "get", url, view)
        yield visit
        for link in visit.links - known:
            # One way that leads elsewhere is enough: the set-up of one edition is like that of another.
            if visit.status in {302, 303} and view_of(link).split()[0] in views:
                continue
            known.add(link)
            views.add(view_of(link).split()[0])
            waiting.append(link)


def view_of(url: str) -> str:
    try:
        match = resolve(urlsplit(url).path)
    except Resolver404:
        return f"nowhere {url}"
    has_query = "?" if urlsplit(url).query else ""
    edition = match.kwargs.get("cycle", "")
    return f"{match.view_name}{has_query} {edition}"


def _ask(client: Client, who: str, method: str, url: str, view: str) -> Visit:
    with undefined() as names:
        response = getattr(client, method)(url)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    kind = response.get("Content-Type", "")
    found = [f"undefined: {name}" for name in names]
    if response.status_code in {302, 303}:
        onward = frozenset({response["Location"]} if response["Location"].startswith("/bureau/") else ())
        return Visit(who, method, url, view, response.status_code, kind, body, found, onward)
    if not kind.startswith("text/html"):
        return Visit(who, method, url, view, response.status_code, kind, body, found)
    found += faults(body.decode())
    tree: Element = html5lib.parse(body.decode(), namespaceHTMLElements=False)
    return Visit(who, method, url, view, response.status_code, kind, body, found, _links(tree, url), _forms(tree, url))


@contextmanager
def undefined() -> Iterator[list[str]]:
    """The undefined variables that templates meet meanwhile."""
    handler, logger = UndefinedVariables(), logging.getLogger("django.template")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield handler.seen
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


def _links(tree: Element, url: str) -> frozenset[str]:
    found = {urljoin(url, a.get("href", "")).split("#")[0] for a in tree.iter("a")}
    # The language switch is left alone: what follows it would be read in the other language.
    return frozenset(url for url in found if url.startswith("/") and not url.startswith(("//", "/langue/")))


def _forms(tree: Element, url: str) -> frozenset[str]:
    """Where its forms post."""
    return frozenset(
        urljoin(url, form.get("action") or url)
        for form in tree.iter("form")
        if form.get("method", "").lower() == "post"
    )


def _enter_booth(letter: dict[str, Any]) -> Visit:
    """The ballot page of who holds this letter: its status is 200 when the door opened."""
    client = Client()
    door = client.post("/2026/vote/", {"code": letter["code"].lower(), "birth_year": letter["birth_year"]})
    url = door["Location"] if door.status_code == 303 else "/2026/vote/"
    return _ask(client, VISITOR, "get", url, view_of(url))


def _post_nothing(town: DemoTown) -> Iterator[Visit]:
    """Each form that was seen, posted empty: whatever it answers, it answers with a page."""
    accounts = {account["username"]: account for account in town.report["accounts"]}
    done = set()
    for visit in list(town.visits):
        for action in sorted(visit.forms):
            view = view_of(action)
            if view in done or view.startswith(("account_", "mfa_", "nowhere")):
                continue
            done.add(view)
            sid = transaction.savepoint()
            yield _ask(_client(accounts.get(visit.who)), visit.who, "post", action, view)
            transaction.savepoint_rollback(sid)


def _each_duty(town: DemoTown) -> Iterator[tuple[str, Done]]:
    accounts = {account["username"]: account for account in town.report["accounts"]}
    for duty in DUTIES:
        sid = transaction.savepoint()
        yield duty.role, perform(duty, accounts)
        transaction.savepoint_rollback(sid)
        _forget_pages()
