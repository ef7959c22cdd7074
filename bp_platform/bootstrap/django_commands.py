"""Django's commands from the bootstrap: in this process, or several in one other process."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import IO

from bp_platform.bootstrap import paths

SEPARATOR = "--then"
# The stylesheets' sources stay behind: browsers get the two files that are put together from them.
SOURCES = ("css/components/*", "css/pages/*", "css/paper/*")
COLLECT_STATIC = [
    "collectstatic",
    "--noinput",
    "--clear",
    "--verbosity",
    "0",
    *(f"--ignore={path}" for path in SOURCES),
]


def here(arguments: Sequence[str]) -> int:
    """Run one command in this process, as Django's own manage.py does."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bp_platform.settings.base")
    from django.core.management import execute_from_command_line

    collect_seldom()
    execute_from_command_line(["manage.py", *arguments])
    return 0


def collect_seldom() -> None:
    """What a command makes mostly stays to its end: looking for cycles in it is a third of the migrations' time."""
    gc.set_threshold(50_000, 20, 20)


def apart(commands: Sequence[Sequence[str]], environ: Mapping[str, str], output: IO[str] | None = None) -> int:
    """Run the commands one after another in one other process, which starts Django once; its exit code."""
    words: list[str] = []
    for command in commands:
        words += [*command, SEPARATOR]
    program = [sys.executable, "-m", "bp_platform.bootstrap.django_commands", *words]
    return subprocess.run(program, env=dict(environ), cwd=paths.ROOT, stdout=output).returncode


def split(words: Sequence[str]) -> list[list[str]]:
    """The commands that `apart` joined."""
    commands: list[list[str]] = [[]]
    for word in words:
        if word == SEPARATOR:
            commands.append([])
        else:
            commands[-1].append(word)
    return [command for command in commands if command]


def main() -> None:
    import django
    from django.core.management import ManagementUtility

    collect_seldom()
    django.setup()
    for command in split(sys.argv[1:]):
        ManagementUtility(["manage.py", *command]).execute()


if __name__ == "__main__":
    main()
