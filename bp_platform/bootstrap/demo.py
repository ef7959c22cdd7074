"""`manage.py demo`: the demo town, served on this machine."""

from __future__ import annotations

import argparse
import shutil
import socket
import time
from collections.abc import Mapping
from pathlib import Path

from bp_platform.bootstrap import django_commands, health, locks, processes, services, variables
from bp_platform.bootstrap import home as homes
from bp_platform.bootstrap.console import Refusal, say
from bp_platform.bootstrap.home import Home
from bp_platform.bootstrap.supervisor import Supervisor

FIRST_ANSWER = 60.0  # seconds given to the web process


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py demo", description="The demo town, from nothing.")
    parser.add_argument("--port", type=int, default=8000, help="where to listen, on 127.0.0.1 (8000)")
    parser.add_argument("--json", type=Path, help="write address, accounts and numbers to this file")
    parser.add_argument("--reset", action="store_true", help="delete the demo's data first")
    options = parser.parse_args(arguments)
    if not 1 <= options.port <= 65535:
        parser.error("--port: a number from 1 to 65535")
    return options


def run(arguments: list[str]) -> int:
    options = parse(arguments)
    home = homes.demo()
    with locks.alone_or_not(home.folder.with_name("demo.running.lock")) as is_free:
        if not is_free:
            raise Refusal(
                "The demo already runs from this checkout: stop it (Ctrl-C in its terminal) before another start."
            )
        end_leftovers(home)
        if options.reset:
            home.reset()
        refuse_taken(options.port)
        with home.running():
            environ = {**home.environ(options.port), variables.MARK: str(home.folder)}
            accounts = load(home, environ, options.json)
            return serve(home, environ, options.port, accounts)


def end_leftovers(home: Home) -> None:
    """Processes of a demo whose supervisor was killed: nobody watches them any more."""
    left = processes.marked(variables.MARK, str(home.folder))
    if left:
        say(f"ending {len(left)} process(es) left by a demo that was killed")
        processes.end(left)


def refuse_taken(port: int) -> None:
    """Say it before anything is started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise Refusal(f"Port {port} is reserved to root: choose one above 1023 with --port.") from error
        except OSError as error:
            raise Refusal(f"Port {port} is taken by another program: choose another one with --port.") from error


def load(home: Home, environ: dict[str, str], report: Path | None) -> str:
    """Tables, static files and the demo town; what the loading said of the accounts."""
    home.prepare(environ)
    home.collect_static(environ)
    say("loading the demo town (the first time takes a while)")
    printed, kept = home.folder / "accounts.txt", home.folder / "demo.json"
    with printed.open("w") as output:
        # Thousands of small commits need not each wait for the disk: the last one that does covers them.
        hurried = {**variables.as_owner(environ), "PGOPTIONS": "-c synchronous_commit=off"}
        code = django_commands.apart([["load_demo", "--json", str(kept)]], hurried, output)
    if code:
        raise Refusal("The demo town could not be loaded: the lines above say why.")
    kept.chmod(0o600)  # it holds the second factors
    if report is not None:
        publish(kept, report)
    return printed.read_text()


def publish(kept: Path, report: Path) -> None:
    """Copy the report where the person asked, whole, for its owner only."""
    aside = report.with_name(f".{report.name}.new")
    try:
        shutil.copyfile(kept, aside)
        aside.chmod(0o600)
        aside.replace(report)
    except OSError as error:
        raise Refusal(f"--json: {report} cannot be written ({error.strerror}).") from error


def serve(home: Home, environ: Mapping[str, str], port: int, accounts: str) -> int:
    """Run the three processes until asked to stop; the database too is started again if it dies."""
    began = time.monotonic()
    supervisor = supervise(home, environ)
    supervisor.catch_signals()
    supervisor.start()
    try:
        if supervisor.wait_for(lambda: health.status(port) == 200, patience=FIRST_ANSWER):
            print(f"{accounts}\nhttp://127.0.0.1:{port}/   (Ctrl-C to stop)", flush=True)
            say(f"answered in {time.monotonic() - began:.1f} s; log: {supervisor.log}; mail: {environ['BP_MAIL_DIR']}")
            supervisor.watch(also=home.cluster.start_again)
        elif not supervisor.is_stopping:
            told = f"{health.PAGE} does not answer 200 after {FIRST_ANSWER:.0f} s."
            raise Refusal(f"{told}\n{supervisor.last_words()}")
    finally:
        say("stopping")
        supervisor.stop()
    return 0


def supervise(home: Home, environ: Mapping[str, str]) -> Supervisor:
    """The three processes, with a new log, a clock without memory and an empty folder for their temporary files.

    A killed one leaves half a schedule, and what it had not removed yet.
    """
    log, schedule, temporary = home.folder / "services.log", home.folder / "beat" / "schedule", home.folder / "tmp"
    log.write_bytes(b"")
    for folder in (schedule.parent, temporary):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
    ours = {**environ, "BP_BEAT_SCHEDULE": str(schedule), "TMPDIR": str(temporary)}
    return Supervisor({name: command(ours) for name, command in services.SERVICES.items()}, ours, log)
