"""The three processes of the platform: the same commands in the demo and in containers."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping

from bp_platform.bootstrap.console import Refusal

QUEUES = "default,mail,documents,count"
WEB_OPTIONS = ("--threads", "4", "--preload", "--no-control-socket", "--graceful-timeout", "20")


def web(environ: Mapping[str, str]) -> list[str]:
    """gunicorn: BP_BIND and WEB_CONCURRENCY (2 by default) choose where it listens and how many processes serve."""
    bind = environ.get("BP_BIND") or f"127.0.0.1:{environ.get('BP_PORT', '8000')}"
    processes = environ.get("WEB_CONCURRENCY", "2")
    options = ["--bind", bind, "--workers", processes, *WEB_OPTIONS, "--log-level", "warning"]
    return [sys.executable, "-m", "gunicorn", "bp_platform.wsgi:application", *options]


def worker(environ: Mapping[str, str]) -> list[str]:
    """Celery, on every queue unless BP_QUEUES names some; BP_WORKER_PROCESSES says how many processes (2)."""
    queues = environ.get("BP_QUEUES", QUEUES)
    options = ["--queues", queues, "--concurrency", environ.get("BP_WORKER_PROCESSES", "2"), "--loglevel", "WARNING"]
    return [sys.executable, "-m", "celery", "-q", "-A", "bp_platform", "worker", *options, "--without-gossip"]


def beat(environ: Mapping[str, str]) -> list[str]:
    """The clock: one, and only one. Its memory may be lost at any time, tasks read dates."""
    where = ["--schedule", environ["BP_BEAT_SCHEDULE"]] if environ.get("BP_BEAT_SCHEDULE") else []
    return [
        sys.executable,
        "-m",
        "celery",
        "-q",
        "-A",
        "bp_platform",
        "beat",
        "--pidfile=",
        *where,
        "--loglevel",
        "WARNING",
    ]


SERVICES: dict[str, Callable[[Mapping[str, str]], list[str]]] = {"web": web, "worker": worker, "beat": beat}


def serve(arguments: list[str]) -> int:
    """`manage.py serve web|worker|beat`: become that process, in a container or under systemd."""
    if len(arguments) != 1 or arguments[0] not in SERVICES:
        raise Refusal("Say which process: python manage.py serve web, worker or beat.")
    command = SERVICES[arguments[0]](os.environ)
    os.execv(command[0], command)
