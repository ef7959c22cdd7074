"""`manage.py test`: the whole suite, on services of its own that end with it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bp_platform.bootstrap import catalogue, locks, paths, redis_server, variables
from bp_platform.bootstrap.cluster import SUPERUSER, Cluster
from bp_platform.bootstrap.console import say

PREFIX = "bp-run-"
CONNECTIONS = 250
NO_TESTS = 5  # pytest's exit code when it found none
# The browser's tests come last: next to the others they would wait for the processor. Two browsers, one for each.
PARTS = (
    ("all but the browser", ("-n", "2", "--dist", "loadgroup", "-m", "not browser")),
    ("the browser", ("-n", "2", "--dist", "loadgroup", "-m", "browser")),
)


@dataclass(frozen=True)
class Tally:
    """What pytest counted."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def closing_line(self) -> str:
        return f"{self.passed} passed, {self.failed} failed" + (f", {self.skipped} skipped" if self.skipped else "")


@contextlib.contextmanager
def services() -> Iterator[dict[str, str]]:
    """A cluster and a Redis for this run alone; the environment of the tests."""
    with folder_of_a_run() as folder:
        cluster = Cluster(folder / "pg", is_durable=False, connections=CONNECTIONS)
        try:
            cluster.start()
            cluster.provide(SUPERUSER)
            with redis_server.running(folder / "redis") as redis_url:
                ours = variables.for_tests(folder, cluster, redis_url)
                variables.make_folders(ours)
                yield variables.over(os.environ, ours)
        finally:
            cluster.remove()


@contextlib.contextmanager
def folder_of_a_run() -> Iterator[Path]:
    """A new folder, locked while we live: two runs never meet, and the next one clears what a killed one left."""
    clear_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    try:
        with locks.alone(folder / "lock", "a folder nobody else knows"):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clear_abandoned() -> None:
    """Stop and delete the services of runs that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if not (folder / "lock").exists() or folder.stat().st_uid != os.geteuid():
            continue
        with locks.alone_or_not(folder / "lock") as is_abandoned:
            if is_abandoned:
                Cluster(folder / "pg", is_durable=False).remove()
                shutil.rmtree(folder, ignore_errors=True)


def run(arguments: list[str]) -> int:
    """The arguments go to pytest as they are; without any, the whole suite in two parts and one closing line."""
    catalogue.compile_all()
    if os.environ.get("DATABASE_URL"):
        say("DATABASE_URL is set: the tests make their databases there")
        return run_pytest(arguments, dict(os.environ)) if arguments else run_parts(dict(os.environ))
    with services() as environ:
        return run_pytest(arguments, environ) if arguments else run_parts(environ)


def run_pytest(arguments: list[str], environ: dict[str, str]) -> int:
    """pytest; in continuous integration a skipped test is a failure."""
    strictness = ["-p", "tests.no_skips"] if environ.get("CI") else []
    command = [sys.executable, "-m", "pytest", *strictness, *arguments]
    process = subprocess.Popen(command, cwd=paths.ROOT, env=environ)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # the terminal told pytest as well: let it close


def run_parts(environ: dict[str, str]) -> int:
    """Every part, whatever the others did; the worst code, and one line that counts everything.

    What one part made and another reads is kept in their folder (`tests/processes.py`).
    """
    total, codes = Tally(), []
    with tempfile.TemporaryDirectory(prefix="bp-reports-") as folder:
        for number, (name, options) in enumerate(PARTS):
            report = Path(folder) / f"{number}.xml"
            shared = {**environ, "BP_TEST_RUN_DIR": folder}
            code = run_pytest([*options, f"--junitxml={report}", "-o", "junit_family=xunit2"], shared)
            total += read_tally(report)
            codes.append(0 if code == NO_TESTS else code)
            if codes[-1]:
                say(f"tests of {name}: pytest ended with code {code}")
    print(total.closing_line(), flush=True)
    return max(codes, key=abs) or (0 if total.passed else NO_TESTS)


def read_tally(report: Path) -> Tally:
    """Count a JUnit report: an error is a failure; nothing when pytest could not write it."""
    if not report.exists():
        return Tally()
    suites = ElementTree.parse(report).getroot().iter("testsuite")
    total = Tally()
    for suite in suites:
        ran, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        total += Tally(ran - failed - skipped, failed, skipped)
    return total
