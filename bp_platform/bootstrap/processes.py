"""Processes seen through /proc; where it is absent, nothing is found and nothing is ended."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")
PR_SET_PDEATHSIG = 1


def command_line(pid: int) -> str:
    """The words of a process, or nothing once it has gone."""
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def marked(variable: str, value: str) -> list[int]:
    """Processes that were started with this variable in their environment, ourselves apart."""
    mark = os.fsencode(f"{variable}={value}")
    found = []
    for folder in PROC.glob("[0-9]*"):
        try:
            environ = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if mark in environ and int(folder.name) != os.getpid():
            found.append(int(folder.name))
    return sorted(found)


def is_alive(pid: int) -> bool:
    """Is there such a process, and not merely its remains?"""
    try:
        state = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state != "Z"


def end(pids: Iterable[int], *, patience: float = 10.0) -> None:
    """Kill the processes and wait until they have gone."""
    waiting = list(pids)
    for pid in waiting:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    limit = time.monotonic() + patience
    while any(is_alive(pid) for pid in waiting) and time.monotonic() < limit:
        time.sleep(0.05)


def die_with_parent() -> None:
    """Run in a child before its program: ask the kernel for SIGTERM when the parent dies, were it by -9."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    except (AttributeError, OSError):  # not Linux: the next start ends what is left
        return
