"""What PyPI cannot give: Debian packages, installed when we are root, else named to the person."""

from __future__ import annotations

import ctypes.util
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from bp_platform.bootstrap.console import say


@dataclass(frozen=True)
class Need:
    """Something that must be on the machine, how to see that it is, and which packages bring it."""

    what: str
    packages: tuple[str, ...]
    is_there: Callable[[], bool]


def has_libraries(*names: str) -> bool:
    return all(ctypes.util.find_library(name) for name in names)


def chromium() -> str | None:
    """The browser's path, under any of its names."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


VENV = Need("Python's venv module", ("python3-venv",), lambda: False)
PDF = Need(
    "PDF output",
    ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core"),
    lambda: has_libraries("pango-1.0", "pangoft2-1.0"),
)
BROWSER = Need("the browser of the tests", ("chromium",), lambda: chromium() is not None)
REDIS = Need("the Redis of the tests", ("redis-server",), lambda: shutil.which("redis-server") is not None)


def command_for(packages: tuple[str, ...]) -> str:
    return "sudo apt-get install -y --no-install-recommends " + " ".join(packages)


def install(packages: tuple[str, ...]) -> bool:
    """Install the packages; false, with the command to run, where we may not or cannot."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        say(f"missing system packages; on Debian run: {command_for(packages)}")
        return False
    say("installing " + ", ".join(packages))
    apt = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "-qq"]
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    steps = ([*apt, "update"], [*apt, "install", "-y", "--no-install-recommends", *packages])
    for step in steps:
        done = subprocess.run(step, env=environ, capture_output=True, text=True)
        if done.returncode:
            say(f"{' '.join(step)} failed: {done.stderr.strip()[-400:]}")
    return done.returncode == 0


def provide(*needs: Need) -> bool:
    """Bring what is missing, in one go; true when everything is there."""
    missing = [need for need in needs if not need.is_there()]
    if not missing:
        return True
    install(tuple(package for need in missing for package in need.packages))
    for need in missing:
        if not need.is_there():
            say(f"not available: {need.what}")
    return all(need.is_there() for need in missing)
