"""Children that die are started again, and all end together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bp_platform.bootstrap import paths, processes
from bp_platform.bootstrap.console import Refusal
from bp_platform.bootstrap.supervisor import TOO_OFTEN, WITHIN, Child, Supervisor

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
# A supervisor of one child that tells the child's number, then watches.
SUPERVISING = f"""
import os, pathlib
from bp_platform.bootstrap.supervisor import Supervisor
supervisor = Supervisor({{"one": {SLEEPER!r}}}, os.environ, pathlib.Path("/dev/null"))
supervisor.catch_signals()
supervisor.start()
print(supervisor.children[0].process.pid, flush=True)
supervisor.watch()
supervisor.stop()
"""


def supervise() -> tuple[subprocess.Popen[str], int]:
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISING], cwd=paths.ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, int(process.stdout.readline())


def await_gone(pid: int) -> bool:
    for _ in range(200):
        if not processes.is_alive(pid):
            return True
        threading.Event().wait(0.05)
    return False


def test_a_dead_child_is_started_again_and_the_person_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor = Supervisor({"one": SLEEPER}, os.environ, tmp_path / "log")
    supervisor.start()
    try:
        first = supervisor.children[0].process
        assert first is not None
        first.kill()
        first.wait()

        came_back = supervisor.wait_for(lambda: supervisor.children[0].process is not first, patience=5)

        assert came_back
        assert capsys.readouterr().err == "[bp] one ended with code -9; starting it again\n"
    finally:
        supervisor.stop()


def test_a_child_that_cannot_live_ends_the_demo_with_a_sentence_and_its_last_words(tmp_path: Path) -> None:
    dying = [sys.executable, "-c", "raise SystemExit('the port is taken')"]
    supervisor = Supervisor({"web": dying}, os.environ, tmp_path / "log")
    supervisor.start()
    try:
        with pytest.raises(Refusal, match=f"« web » died {TOO_OFTEN} times in a minute.\n(the port is taken\n)+"):
            supervisor.wait_for(lambda: False, patience=60)
    finally:
        supervisor.stop()


def test_deaths_of_long_ago_are_forgiven() -> None:
    child = Child("one", SLEEPER)

    verdicts = [child.note_death(number * WITHIN) for number in range(TOO_OFTEN * 2)]

    assert verdicts == [False] * TOO_OFTEN * 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop_it_ends_its_children_and_leaves_with_success(number: int) -> None:
    supervisor, child = supervise()

    supervisor.send_signal(number)
    supervisor.communicate(timeout=30)

    assert supervisor.returncode == 0
    assert await_gone(child)


def test_killed_it_takes_its_children_along() -> None:
    supervisor, child = supervise()

    supervisor.kill()
    supervisor.communicate()

    assert await_gone(child)


def test_children_are_found_by_the_mark_in_their_environment(tmp_path: Path) -> None:
    marked = subprocess.Popen(SLEEPER, env={**os.environ, "BP_RUNS_FOR": str(tmp_path)})
    other = subprocess.Popen(SLEEPER, env={**os.environ, "BP_RUNS_FOR": f"{tmp_path}2"})
    try:
        assert processes.marked("BP_RUNS_FOR", str(tmp_path)) == [marked.pid]

        processes.end([marked.pid])

        assert (marked.wait(), other.poll()) == (-9, None)
    finally:
        other.kill()
        other.wait()
