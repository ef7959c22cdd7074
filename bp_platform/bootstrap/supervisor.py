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
from pathlib import Path
from types import FrameType

from bp_platform.bootstrap import paths, processes
from bp_platform.bootstrap.console import Refusal, say

TOO_OFTEN = 4  # deaths…
WITHIN = 60.0  # …in so many seconds: the process cannot run here
PATIENCE = 12.0
LAST_LINES = 25


@dataclass
class Child:
    """A process that must run, and when it died lately."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self, environ: Mapping[str, str], log: Path) -> None:
        """In a group of its own, so that the terminal's Ctrl-C reaches the supervisor alone."""
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                env=dict(environ),
                cwd=paths.ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
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

    def __init__(self, commands: Mapping[str, list[str]], environ: Mapping[str, str], log: Path) -> None:
        self.children = [Child(name, command) for name, command in commands.items()]
        self.environ = environ
        self.log = log
        self._stopping = threading.Event()

    def catch_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping.set()

    def start(self) -> None:
        for child in self.children:
            child.start(self.environ, self.log)

    def wait_for(self, is_ready: Callable[[], bool], *, patience: float) -> bool:
        """Until ready; false when asked to stop meanwhile, or when patience runs out."""
        limit = time.monotonic() + patience
        while not is_ready():
            self._replace_the_dead()
            if time.monotonic() > limit or self._stopping.wait(0.1):
                return False
        return True

    def watch(self, also: Callable[[], None] = lambda: None) -> None:
        """Until asked to stop; `also` is looked after each time."""
        while not self._stopping.wait(0.5):
            self._replace_the_dead()
            also()

    @property
    def is_stopping(self) -> bool:
        return self._stopping.is_set()

    def _replace_the_dead(self) -> None:
        for child in self.children:
            if child.process is None or not child.has_died():
                continue
            if child.note_death(time.monotonic()):
                told = f"The process « {child.name} » died {TOO_OFTEN} times in a minute."
                raise Refusal(f"{told}\n{self.last_words()}")
            say(f"{child.name} ended with code {child.process.returncode}; starting it again")
            _signal_group(child.process.pid, signal.SIGKILL)  # what it may have left behind
            child.start(self.environ, self.log)

    def last_words(self) -> str:
        """The end of what the processes wrote."""
        lines = self.log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        return "\n".join([*lines, f"(from {self.log})"])

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
