"""Web servers for a bench: gunicorn as the demo runs it, on a free loopback port."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from statistics import median

STARTS_WITHIN = 30.0


@contextmanager
def serving(settings: str, probe: str) -> Iterator[int]:
    """Run the web process with those settings; yields its port once `probe` answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [
        sys.executable, "-m", "gunicorn", "bp_platform.wsgi:application", "-w", "2", "--threads", "4", "--preload",
        "-b", f"127.0.0.1:{port}", "--log-level", "error",
    ]  # fmt: skip
    environment = dict(os.environ, DJANGO_SETTINGS_MODULE=settings, BP_LOG_LEVEL="ERROR")
    process = subprocess.Popen(command, env=environment)
    try:
        _wait(process, port, probe)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait(process: subprocess.Popen[bytes], port: int, probe: str) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if fetch(port, probe)[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    msg = f"no answer on port {port} within {STARTS_WITHIN:.0f} s"
    raise TimeoutError(msg)


def fetch(port: int, address: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes, dict[str, str]]:
    """One GET on loopback: status, body as sent on the wire, headers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", address, headers=dict(headers or {}))
        response = connection.getresponse()
        return response.status, response.read(), {k.lower(): v for k, v in response.getheaders()}
    finally:
        connection.close()


def milliseconds(port: int, address: str, headers: Mapping[str, str], *, times: int) -> float:
    """The median time of one request after another on one kept connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    spent = []
    try:
        for turn in range(times + 5):
            start = time.perf_counter()
            connection.request("GET", address, headers={"Connection": "keep-alive", **headers})
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                msg = f"{address}: {response.status}"
                raise RuntimeError(msg)
            if turn >= 5:  # the first ones warm templates and connections
                spent.append((time.perf_counter() - start) * 1000)
    finally:
        connection.close()
    return median(spent)


class Line:
    """One kept connection of a client that costs next to nothing: it shares the processors with what it measures."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._told = self._socket.makefile("rb")

    def post(self, address: str, form: str, *, cookie: str) -> tuple[int, bytes]:
        """Status and body of an answer that says its own length."""
        self._socket.sendall(
            f"POST {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n\r\n{form}".encode()
        )
        status, length = int(self._told.readline().split()[1]), 0
        while (line := self._told.readline()) not in {b"\r\n", b""}:
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        return status, self._told.read(length)

    def close(self) -> None:
        self._told.close()
        self._socket.close()
