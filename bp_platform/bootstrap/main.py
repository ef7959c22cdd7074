"""Which command needs what: the virtual environment, services, or nothing."""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from bp_platform.bootstrap import (
    catalogue,
    debian,
    demo,
    django_commands,
    lock_files,
    paths,
    secret_files,
    services,
    testing,
    variables,
    verify,
    virtualenv,
)
from bp_platform.bootstrap import home as homes
from bp_platform.bootstrap.console import Refusal


@dataclass(frozen=True)
class Own:
    """A command of the bootstrap: which lock it needs installed, and what else on the machine."""

    run: Callable[[list[str]], int]
    lock: str | None
    needs: tuple[debian.Need, ...] = ()


def bench(arguments: list[str]) -> int:
    """`manage.py bench`, on a durable cluster of its own."""
    home = homes.bench()
    with home.running():
        environ = home.environ(port=8900)
        home.prepare(environ)
        home.collect_static(environ)
        return django_commands.apart([["bench", *arguments]], variables.as_owner(environ))


OWN = {
    "demo": Own(demo.run, "local", (debian.PDF,)),
    "test": Own(testing.run, "dev", (debian.PDF, debian.BROWSER, debian.REDIS)),
    "verify": Own(verify.run, "dev", (debian.PDF, debian.REDIS)),
    "bench": Own(bench, "local", (debian.PDF,)),
    "lock": Own(lock_files.run, "dev"),
    "compile_catalogue": Own(catalogue.compile_catalogue, "local"),
    "serve": Own(services.serve, None),
}
# They read files, or nothing: no database is started for them.
WITHOUT_DATABASE = {"recount", "makemessages", "compilemessages", "help", "version", "--help", "--version", "-h"}
CHANGES_TABLES = {"migrate", "flush", "dbshell"}
# They change the database's shape, fill it from outside or open a box: they come as its owner.
AS_OWNER = {*CHANGES_TABLES, "load_demo", "generate_city", "replay_election"}


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, _leave)
    try:
        secret_files.read_addresses(os.environ)
        own = OWN.get(arguments[0]) if arguments else None
        return run_own(own, arguments[1:]) if own else run_django(arguments)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _leave(number: int, frame: FrameType | None) -> None:
    """SIGTERM unwinds, so that what was started is stopped."""
    sys.exit(128 + number)


def is_bare() -> bool:
    """In a container everything is there already: install nothing, start nothing."""
    return os.environ.get("BP_NO_BOOTSTRAP") == "1"


def run_own(own: Own, arguments: list[str]) -> int:
    if own.lock is not None and not is_bare():
        virtualenv.enter(own.lock, *own.needs)
    return own.run(arguments)


def run_django(arguments: list[str]) -> int:
    """Any other command is Django's; without a database of its own it gets the demo's."""
    if is_bare() or os.environ.get("DATABASE_URL"):
        return run_bare(arguments)
    virtualenv.enter("local")
    name = arguments[0] if arguments else "help"
    home = homes.demo()
    if name in WITHOUT_DATABASE:
        os.environ.update(home.environ())
        return django_commands.here(arguments)
    with home.running():
        environ = home.environ()
        if name in CHANGES_TABLES:
            home.forget_tables()
        else:
            home.prepare(environ)
        os.environ.update(variables.as_owner(environ) if name in AS_OWNER else environ)
        return django_commands.here(arguments)


def run_bare(arguments: list[str]) -> int:
    """With what there is: this Python or, where it has no Django, the virtual environment if it was made."""
    if importlib.util.find_spec("django") is None:
        if is_bare() or not paths.PYTHON.exists():
            raise Refusal("Django is not installed here: pip install --require-hashes -r requirements/runtime.txt.")
        os.execv(paths.PYTHON, [str(paths.PYTHON), str(paths.ROOT / "manage.py"), *arguments])
    return django_commands.here(arguments)
