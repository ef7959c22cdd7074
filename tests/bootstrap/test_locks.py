"""Locks between processes, with real processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bp_platform.bootstrap import locks, paths

HOLD = """
import pathlib, sys
from bp_platform.bootstrap import locks
with locks.alone(pathlib.Path(sys.argv[1]), "the other installation"):
    print("held", flush=True)
    sys.stdin.readline()
"""
USE = """
import pathlib, sys
from bp_platform.bootstrap import locks
usage = locks.Usage(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.readline()
"""


def start(program: str, lock: Path) -> subprocess.Popen[str]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-c", program, str(lock)], cwd=paths.ROOT, text=True, **pipes)


def await_held(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "the.lock"


def test_the_second_installation_waits_for_the_first_and_says_so(lock: Path) -> None:
    first = start(HOLD, lock)
    await_held(first)

    second = start(HOLD, lock)
    assert second.stderr is not None
    said = second.stderr.readline()
    first.communicate("\n", timeout=20)
    await_held(second)
    second.communicate("\n", timeout=20)

    assert said == "[bp] waiting for the other installation…\n"
    assert (first.returncode, second.returncode) == (0, 0)


def test_a_killed_holder_leaves_the_lock_free(lock: Path) -> None:
    holder = start(HOLD, lock)
    await_held(holder)
    with locks.alone_or_not(lock) as while_held:
        pass

    holder.kill()
    holder.communicate()

    with locks.alone_or_not(lock) as afterwards:
        assert (while_held, afterwards) == (False, True)


def test_only_the_last_user_may_put_the_thing_away(lock: Path) -> None:
    other = start(USE, lock)
    await_held(other)
    first, last = locks.Usage(lock), locks.Usage(lock)

    may_first = first.leave()
    first.close()
    other.kill()
    other.communicate()
    may_last = last.leave()
    last.close()

    assert (may_first, may_last) == (False, True)
