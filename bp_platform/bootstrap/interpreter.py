"""The Python that runs us. Read by older Pythons too: keep the syntax plain."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OLDEST = (3, 11)
NAMES = ("python3.13", "python3.12", "python3.11", "python3.14", "python3")
PROBE = f"import ctypes, sqlite3, ssl, sys; sys.exit(sys.version_info < {OLDEST})"


def works(python: str) -> bool:
    """Run it to know: a version manager's shim exists and still answers 127."""
    try:
        return subprocess.run([python, "-c", PROBE], capture_output=True, timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def candidates(environ: Mapping[str, str]) -> Iterator[str]:
    """Interpreters worth trying, the best first."""
    if environ.get("BP_PYTHON"):
        yield environ["BP_PYTHON"]
    yield sys.executable
    for name in NAMES:
        found = shutil.which(name, path=environ.get("PATH"))
        if found:
            yield found
    managed = Path(environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    yield from sorted((str(python) for python in managed.glob("3.1[1-9]*/bin/python")), reverse=True)


def find(environ: Mapping[str, str]) -> str | None:
    """The first interpreter that is recent enough and really runs."""
    return next((python for python in candidates(environ) if works(python)), None)


def require(arguments: list[str]) -> None:
    """Go on under a recent Python: this one, or another that is found and takes over."""
    if sys.version_info >= OLDEST:
        return
    better = find(os.environ)
    if better is None:
        sys.exit("Python %d.%d or newer is needed; on Debian: apt-get install python3 python3-venv." % OLDEST)  # noqa: UP031 -- read by old Pythons
    os.execv(better, [better, *arguments])
