"""`manage.py verify`: every check but the tests, as a table."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from bp_platform.bootstrap import catalogue, paths, testing, variables

APPS = ("bp_platform", "cycles", "proposals", "instruction", "voting", "realisation")


def tool(name: str, *arguments: str) -> tuple[str, ...]:
    return (str(paths.VENV / "bin" / name), *arguments)


def django(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "django", *arguments)


def templates() -> tuple[str, ...]:
    """Every HTML template, by its path: djade takes files, not folders."""
    folders = [paths.ROOT / "templates", *(paths.ROOT / app for app in APPS)]
    return tuple(sorted(str(path.relative_to(paths.ROOT)) for folder in folders for path in folder.rglob("*.html")))


def has_command(name: str) -> bool:
    return any(paths.ROOT.glob(f"*/management/commands/{name}.py")) or any(
        paths.ROOT.glob(f"bp_platform/*/management/commands/{name}.py")
    )


@dataclass(frozen=True)
class Check:
    """One line of the table: its name, its command, and when it has nothing to look at."""

    name: str
    command: Callable[[], tuple[str, ...]]
    applies: Callable[[], bool] = lambda: True
    in_production: bool = False


# The quick ones first; none depends on another.
CHECKS = (
    Check("format", lambda: tool("ruff", "format", "--check", ".")),
    Check("lint", lambda: tool("ruff", "check", ".")),
    Check(
        "templates' form",
        lambda: tool("djade", "--target-version", "5.2", "--check", *templates()),
        lambda: bool(templates()),
    ),
    Check("templates' faults", lambda: tool("djlint", "--lint", "--quiet", *templates()), lambda: bool(templates())),
    Check("import contracts", lambda: tool("lint-imports")),
    Check("dependencies", lambda: tool("deptry", ".", "--config", "requirements/deptry.toml", "--no-ansi")),
    Check("missing migrations", lambda: django("makemigrations", "--check", "--dry-run")),
    Check("English catalogue", lambda: django("check_catalogue"), lambda: has_command("check_catalogue")),
    Check(
        "production settings",
        lambda: django("check", "--deploy", "--fail-level", "WARNING"),
        in_production=True,
    ),
    Check("types", lambda: tool("mypy", *(app for app in APPS if (paths.ROOT / app).exists()), "manage.py")),
)


@dataclass(frozen=True)
class Outcome:
    """How a check went."""

    name: str
    code: int
    seconds: float
    output: str

    def line(self) -> str:
        return f"{'ok  ' if self.code == 0 else 'FAIL'}  {self.name:<22} {self.seconds:5.1f} s"


def perform(check: Check, environ: Mapping[str, str]) -> Outcome:
    began = time.monotonic()
    ours = dict(environ)
    if check.in_production:
        ours |= variables.like_production(environ["DATABASE_URL"])
    done = subprocess.run(
        check.command(), cwd=paths.ROOT, env=ours, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return Outcome(check.name, done.returncode, time.monotonic() - began, done.stdout)


def outcomes(checks: tuple[Check, ...], environ: Mapping[str, str]) -> Iterator[Outcome]:
    """All checks, two at a time, the long ones begun first; told in the order of the table."""
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        begun = [pool.submit(perform, check, environ) for check in reversed(checks)]
        for future in reversed(begun):
            yield future.result()


def report(checks: tuple[Check, ...], environ: Mapping[str, str]) -> int:
    """Print a line per check, then what each failure said; 1 when any failed."""
    failures = []
    for outcome in outcomes(checks, environ):
        print(outcome.line(), flush=True)
        if outcome.code:
            failures.append(outcome)
    for failure in failures:
        print(f"\n── {failure.name}\n{failure.output.rstrip()}", flush=True)
    print(f"\n{len(checks) - len(failures)} of {len(checks)} checks passed", flush=True)
    return 1 if failures else 0


def run(arguments: list[str]) -> int:
    """Names given as arguments restrict the table; a database is there for the checks that ask one."""
    catalogue.compile_all()
    named = [check for check in CHECKS if not arguments or check.name in arguments]
    chosen = tuple(check for check in named if check.applies())
    given = nullcontext(dict(os.environ)) if os.environ.get("DATABASE_URL") else testing.services()
    with given as environ:
        settings = {
            "NO_COLOR": "1",
            "DJANGO_SETTINGS_MODULE": "bp_platform.settings.test",
            "PYTHONPATH": str(Path(paths.ROOT)),
        }
        return report(chosen, {**environ, **settings})
