"""A private Redis for one test run, on a loopback port of its own."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from bp_platform.bootstrap import processes
from bp_platform.bootstrap.console import Refusal


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def _start(program: str, folder: Path, port: int) -> subprocess.Popen[bytes]:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    return subprocess.Popen(
        [program, *options],
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=processes.die_with_parent,  # noqa: PLW1509 -- the runner has no thread yet
    )


@contextlib.contextmanager
def running(folder: Path, patience: float = 10.0) -> Iterator[str]:
    """Its address, while it runs; nothing of it stays."""
    program = shutil.which("redis-server")
    if program is None:
        raise Refusal("The tests need redis-server; on Debian: apt-get install redis-server.")
    port = free_port()
    process = _start(program, folder, port)
    try:
        limit = time.monotonic() + patience
        while not answers(port):
            if process.poll() is not None or time.monotonic() > limit:
                raise Refusal(f"redis-server did not start on port {port}.")
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait()
