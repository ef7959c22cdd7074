"""`manage.py lock`: requirements/*.txt, with hashes, from requirements/*.in."""

from __future__ import annotations

import os
import subprocess

from bp_platform.bootstrap import paths
from bp_platform.bootstrap.console import Refusal, say

NAMES = ("runtime", "local", "dev", "uv")
OPTIONS = ("--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--quiet")


def run(arguments: list[str]) -> int:
    """Newest versions with --upgrade; else only what the .in files ask to change."""
    uv = str(paths.VENV / "bin" / "uv")
    environ = {**os.environ, "UV_SYSTEM_CERTS": "1", "UV_CUSTOM_COMPILE_COMMAND": "python3 manage.py lock"}
    for name in NAMES:
        command = [
            uv,
            "pip",
            "compile",
            *OPTIONS,
            *arguments,
            f"requirements/{name}.in",
            "-o",
            f"requirements/{name}.txt",
        ]
        if subprocess.run(command, cwd=paths.ROOT, env=environ, stdout=subprocess.DEVNULL).returncode:
            raise Refusal(f"requirements/{name}.txt could not be compiled: the lines above say why.")
        say(f"requirements/{name}.txt compiled")
    return 0
