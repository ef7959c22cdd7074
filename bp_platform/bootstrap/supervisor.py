"""Keeps the three processes of the demo alive, and ends them together."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

from bp_platform.bootstrap import paths, processes
from bp_platform.bootstrap.console import Refusal, say

TOO_OFTEN = 4  # deaths…
WITHIN = 60.0  # …in so many seconds: the process cannot run here
PATIENCE = 12.0


@dataclass
class Child:
    """A process that must run, and when it died lately."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self, environ: Mapping[str, str]) -> None:
        """In a group of its own, so that the terminal's Ctrl-C reaches the supervisor alone."""
        self.process = subprocess.Popen(
            self.command,
            env=dict(environ),
            cwd=paths.ROOT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=processes.die_with_parent,  # noqa: PLW1509 -- no thread of ours holds a lock
        )

    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def note_death(self, now: float) -> bool:
        """Remember the death; true when the process dies too often to be started again."""
        self.deaths = [death for death in self.deaths if now - death < WITHIN] + [now]
        return len(self.deaths) >= TOO_OFTEN


class Supervisor:
    """Starts the children, starts again one that dies, stops all when asked."""

    def __init__(self, commands: Mapping[str, list[str]], environ: Mapping[str, str]) -> None:
        self.children = [Child(name, command) for name, command in commands.items()]
        self.environ = environ
        self._stopping = threading.Event()

    def catch_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping.set()

    def start(self) -> None:
        for child in self.children:
            child.start(self.environ)

    def wait_for(self, is_ready: Callable[[], bool], *, patience: float) -> bool:
        """Until ready; false when asked to stop meanwhile, or when patience runs out."""
        limit = time.monotonic() + patience
        while not is_ready():
            self._replace_the_dead()
            if time.monotonic() > limit or self._stopping.wait(0.1):
                return False
        return True

    def watch(self) -> None:
        """Until asked to stop."""
        while not self._stopping.wait(0.5):
            self._replace_the_dead()

    @property
    def is_stopping(self) -> bool:
        return self._stopping.is_set()

    def _replace_the_dead(self) -> None:
        for child in self.children:
            if child.process is None or not child.has_died():
                continue
            if child.note_death(time.monotonic()):
                raise Refusal(
                    f"The process « {child.name} » died {TOO_OFTEN} times in a minute: the lines above say why."
                )
            say(f"{child.name} ended with code {child.process.returncode}; starting it again")
            _signal_group(child.process.pid, signal.SIGKILL)  # what it may have left behind
            child.start(self.environ)

    def stop(self) -> None:
        """Politely, then by force: a task cut short is taken up again at the next start."""
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            if process.poll() is None:
                process.terminate()
        limit = time.monotonic() + PATIENCE
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, limit - time.monotonic()))
            _signal_group(process.pid, signal.SIGKILL)
            process.wait()


def _signal_group(pid: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
