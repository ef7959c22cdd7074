"""Casting over HTTP against the same SQL alone; opening and counting a large box."""

from __future__ import annotations

import json
import random
import re
import resource
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeVar
from urllib.parse import urlencode

import psycopg
from django.db import connection, reset_queries, transaction
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from bp_platform.core.actors import importing
from bp_platform.demo.bench import servers
from bp_platform.demo.bench.measures import BARE, KEPT, ROUNDS, TIMES, Figure
from voting import booth, selectors, services
from voting import seal as seals
from voting.forms.booth import choice_value
from voting.models import Poll, RollEntry
from voting.sealed import SealedPoll

T = TypeVar("T")
CLIENTS, EACH = 8, 40
LARGE_BOX = 100_000
BENCH = importing("bench")


@dataclass(frozen=True, slots=True)
class _Voter:
    """A person of the roll who is in the booth: the cookie that says so, and what they tick."""

    entry: RollEntry
    cookie: str
    token: str
    ticked: tuple[str, ...]


def casting(poll: Poll) -> list[Figure]:
    """Review and confirm over HTTP by several people at once, against the statements that they make, replayed.

    In alternate rounds, as the pages: the machine's own pace changes from one minute to the next.
    """
    text = selectors.sealed_of(poll)
    people = _people(poll, text, 2 * ROUNDS * CLIENTS * EACH)
    address = f"/{poll.cycle.slug}/vote/"
    plains, rates = [], []
    with servers.serving(BARE, "/bare/") as bare, servers.serving(KEPT, "/sante/") as product:
        yardstick = servers.milliseconds(bare, "/bare/", {}, times=TIMES)
        for turn in range(ROUNDS):
            alone, online = people[2 * turn :: 2 * ROUNDS], people[2 * turn + 1 :: 2 * ROUNDS]
            statements = [_statements(poll, text, voter) for voter in alone]
            plains.append(_rate(_replay, _shares(statements), len(alone)))
            rates.append(_rate(lambda mine: _vote(product, address, mine), _shares(online), len(online)))
    plain, rate = median(plains), median(rates)
    note = (
        f"{CLIENTS} clients, fsync {_setting('fsync')}; the same SQL alone {plain:.0f}/s; "
        f"a bare view {yardstick:.2f} ms; sealing {_sealing(text):.0f} µs"
    )
    return [
        Figure("casting over HTTP", rate, "votes/s", note=note),
        Figure("SQL alone / casting over HTTP", plain / rate, "×", 4),
    ]


def large_box() -> list[Figure]:
    """A large election replayed in a process of its own; what opening and counting take of it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "large.pb"
        file.write_text(_large_file())
        command = [sys.executable, "-m", "django", "replay_election", str(file), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds = json.loads(done.stdout)["seconds"]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    note = ", ".join(f"{step} {spent:.1f} s" for step, spent in seconds.items())
    return [
        Figure(f"opening and counting {LARGE_BOX:,} ballots", float(seconds["count"]), "s", 60, note=note),
        Figure("memory of the whole replay, from file to result", peak, "MiB", 512),
    ]


def _people(poll: Poll, text: SealedPoll, number: int) -> list[_Voter]:
    name = f"Passage {secrets.token_hex(4)}"
    people = (services.Person(name, 1980) for _place in range(number))
    services.admit(poll, people, by=BENCH, at=timezone.now())
    chance = random.Random(number)  # noqa: S311 -- made-up ballots
    values = [choice_value(project.position) for project in text.projects]
    made = []
    for entry in RollEntry.objects.filter(poll=poll, name=name).order_by("pk"):
        answer = HttpResponse()
        booth.enter(answer, entry, poll, path="/")
        token = secrets.token_hex(16)
        cookie = f"{booth.COOKIE}={answer.cookies[booth.COOKIE].coded_value}; csrftoken={token}"
        made.append(_Voter(entry, cookie, token, tuple(chance.sample(values, 3))))
    return made


def _statements(poll: Poll, text: SealedPoll, voter: _Voter) -> list[str]:
    """What a review and a confirm send to the database, as sent, and undone."""
    ballot = tuple(sorted((text.projects[int(value)].id, 1) for value in voter.ticked))
    [scope] = voter.entry.scopes
    reset_queries()  # Django keeps the last nine thousand and counts from the first
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        for _page in ("review", "confirm"):
            selectors.door(poll.cycle.slug, voter.entry.pk)
        nonce = secrets.token_bytes(seals.NONCE_LENGTH)
        cast = services.review(text, voter.entry, {scope: ballot}, nonce=nonce, at=timezone.now())
        services.cast_many(poll, [cast])
        transaction.set_rollback(True)
    return [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]


def _replay(voters: Sequence[list[str]]) -> None:
    with psycopg.connect(_address()) as session:
        for statements in voters:
            for statement in statements:
                session.execute(statement.replace("%", "%%").encode(), ())
            session.commit()


def _address() -> str:
    given = connection.get_connection_params()
    known = ("dbname", "host", "port", "user", "password")
    return make_conninfo(**{name: str(given[name]) for name in known if given.get(name)})


def _vote(port: int, address: str, voters: Sequence[_Voter]) -> None:
    line = servers.Line(port)
    for voter in voters:
        fields = [("csrfmiddlewaretoken", voter.token), ("acte", "verifier"), *(("c", v) for v in voter.ticked)]
        page = _post(line, f"{address}bulletin/", voter, fields)
        form = page[page.index(f'action="{address}deposer/"') :]
        found = dict(re.findall(r'name="(seals|tag|until)" value="([^"]*)"', form))
        receipt = _post(line, f"{address}deposer/", voter, [("csrfmiddlewaretoken", voter.token), *found.items()])
        if "data-receipt" not in receipt:
            msg = "a ballot was not recorded"
            raise RuntimeError(msg)
    line.close()


def _post(line: servers.Line, address: str, voter: _Voter, fields: list[tuple[str, str]]) -> str:
    status, body = line.post(address, urlencode(fields), cookie=voter.cookie)
    if status != 200:
        msg = f"{address}: {status}"
        raise RuntimeError(msg)
    return body.decode()


def _shares(items: Sequence[T]) -> list[Sequence[T]]:
    return [items[place::CLIENTS] for place in range(CLIENTS)]


def _rate(work: Callable[[T], None], shares: Sequence[T], number: int) -> float:
    """How many a second when every share is worked on at the same time."""
    with ThreadPoolExecutor(len(shares)) as pool:
        start = time.perf_counter()
        list(pool.map(work, shares))  # what fails there fails here
    return number / (time.perf_counter() - start)


def _sealing(text: SealedPoll) -> float:
    """Microseconds that sealing one ballot takes."""
    sealer = seals.Sealer(public_key=text.public_key, poll_digest=text.digest, length=text.seal_length)
    content = text.content(next(iter(text.scopes)), ())
    start = time.perf_counter()
    for _turn in range(200):
        sealer.seal(content)
    return (time.perf_counter() - start) / 200 * 1e6


def _setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return str(cursor.fetchone()[0])


def _large_file() -> str:
    """An election of one hundred thousand made-up approvals of up to five projects among one hundred and fifty."""
    return "\r\n".join(_lines())


def _lines() -> Iterator[str]:
    chance = random.Random(100_000)  # noqa: S311 -- made-up ballots
    facts = {"description": "Grande urne", "num_projects": 150, "num_votes": LARGE_BOX, "budget": 3_000_000}
    yield "META\r\nkey;value"
    yield from (f"{key};{value}" for key, value in facts.items())
    yield "vote_type;approval\r\nrule;greedy\r\nmax_length;5\r\nPROJECTS\r\nproject_id;cost;name"
    yield from (f"{n};{chance.randrange(10, 200)}000;Projet {n}" for n in range(1, 151))
    yield "VOTES\r\nvoter_id;vote"
    for voter in range(1, LARGE_BOX + 1):
        chosen = sorted({int(150 * chance.random() ** 2) + 1 for _choice in range(chance.randint(1, 5))})
        yield f"{voter};{','.join(map(str, chosen))}"
