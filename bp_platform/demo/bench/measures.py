"""What is measured, and its budget."""

from __future__ import annotations

import re
import resource
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bp_platform.accounts.models import User
from bp_platform.demo.bench import servers
from voting.tally import recount

UNCACHED = "bp_platform.demo.bench.settings_uncached"
BARE = "bp_platform.demo.bench.settings_bare"
KEPT = "bp_platform.settings.dev"
ROUNDS, TIMES = 5, 40


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `ratio` is to the bare view; `budget` is the ratio, count or weight allowed."""

    what: str
    value: float
    unit: str
    budget: float | None = None
    ratio: float | None = None
    note: str = ""

    @property
    def is_within(self) -> bool:
        held = self.ratio if self.ratio is not None else self.value
        return self.budget is None or held <= self.budget

    def plain(self) -> dict[str, object]:
        return {**asdict(self), "is_within": self.is_within}


@dataclass(frozen=True, slots=True)
class Page:
    """An address, who asks for it (a passer-by without `user`), how many queries it may make, whether it is kept."""

    address: str
    queries: int = 12
    user: User | None = None
    is_kept: bool = True

    def client(self) -> Client:
        client = Client(headers={"host": "127.0.0.1"})
        if self.user:
            client.force_login(self.user)
        return client

    def headers(self) -> dict[str, str]:
        cookies = {name: morsel.value for name, morsel in self.client().cookies.items()}
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())} if cookies else {}


def pages(asked: Mapping[str, Page]) -> list[Figure]:
    """Each page against the bare view, in alternate rounds of one run; then the pages that are kept, kept."""
    with servers.serving(BARE, "/bare/") as bare, servers.serving(UNCACHED, "/sante/") as product:
        slow = _against(bare, product, asked)
    kept = {name: page for name, page in asked.items() if page.is_kept}
    with servers.serving(BARE, "/bare/") as bare, servers.serving(KEPT, "/sante/") as product:
        fast = _against(bare, product, kept)
    figures = [Figure("bare view", slow.bare, "ms")]
    for name in asked:
        figures.append(Figure(f"{name}, nothing cached", slow.of[name], "ms", 25, slow.of[name] / slow.bare))
        if name in kept:
            figures.append(Figure(f"{name}, kept", fast.of[name], "ms", 4, fast.of[name] / fast.bare))
    return figures


@dataclass(frozen=True, slots=True)
class _Times:
    bare: float
    of: dict[str, float]


def _against(bare: int, product: int, asked: Mapping[str, Page]) -> _Times:
    yardstick: list[float] = []
    times: dict[str, list[float]] = {name: [] for name in asked}
    headers = {name: page.headers() for name, page in asked.items()}
    for _round in range(ROUNDS):
        yardstick.append(servers.milliseconds(bare, "/bare/", {}, times=TIMES))
        for name, page in asked.items():
            times[name].append(servers.milliseconds(product, page.address, headers[name], times=TIMES))
    return _Times(sorted(yardstick)[ROUNDS // 2], {name: sorted(t)[ROUNDS // 2] for name, t in times.items()})


def queries(asked: Mapping[str, Page]) -> list[Figure]:
    """How many queries each page makes with nothing kept."""
    figures = []
    for name, page in asked.items():
        client = page.client()
        client.get(page.address)  # a session that has just begun is written once
        caches["local"].clear()
        with CaptureQueriesContext(connection) as captured:
            client.get(page.address)
        figures.append(Figure(f"{name}: queries", len(captured), "queries", page.queries))
    return figures


def weight(address: str) -> list[Figure]:
    """What a first visit weighs on the wire: page, stylesheet, scripts, two fonts; pictures apart."""
    accept = {"Accept-Encoding": "br, gzip"}
    with servers.serving(KEPT, "/sante/") as port:
        _status, page, headers = servers.fetch(port, address, accept)
        _status, plain, _headers = servers.fetch(port, address)
        html = plain.decode()
        parts = {"html": len(page)}
        linked = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js|woff2))"', html)
        for path in dict.fromkeys(linked):
            _status, body, _headers = servers.fetch(port, path, accept)
            parts[path.rpartition("/")[2]] = len(body)
    note = ", ".join(f"{name} {size / 1000:.1f} kB" for name, size in parts.items())
    return [
        Figure("first visit on the wire", sum(parts.values()) / 1000, "kB", 100, note=note),
        Figure(
            "HTML of a list of 24 on the wire",
            len(page) / 1000,
            "kB",
            15,
            note=headers.get("content-encoding", "plain"),
        ),
    ]


def counting(folder: Path) -> list[Figure]:
    """The largest published election, recounted from its file."""
    files = sorted(folder.glob("*.pb"), key=lambda path: path.stat().st_size)
    if not files:
        return []
    start = time.perf_counter()
    result = recount.recount(files[-1])
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    said = f"{result.election.ballot_count} ballots, {len(result.winners)} winners"
    note = f"{files[-1].name}: {said}; process peak {peak:.0f} MiB"
    return [Figure("recount of the largest election file", seconds, "s", note=note)]
