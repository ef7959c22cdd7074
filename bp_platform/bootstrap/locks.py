"""Locks between processes. The kernel lifts them when a process ends, however it ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from bp_platform.bootstrap.console import say


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int]:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _try(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def alone(path: Path, waiting_for: str) -> Iterator[None]:
    """Hold the lock alone; wait for whoever has it, and say so."""
    with _opened(path) as descriptor:
        if not _try(descriptor, fcntl.LOCK_EX):
            say(f"waiting for {waiting_for}…")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def alone_or_not(path: Path) -> Iterator[bool]:
    """Try to hold the lock alone, without waiting; the value says whether it was free."""
    with _opened(path) as descriptor:
        yield _try(descriptor, fcntl.LOCK_EX)


class Usage:
    """A thing used by several processes at once: whoever leaves last may put it away."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def leave(self) -> bool:
        """Stop using it; true when nobody else does. The lock is then held alone until `close`."""
        return _try(self._descriptor, fcntl.LOCK_EX)

    def close(self) -> None:
        os.close(self._descriptor)
