"""The virtual environment: built aside from a hashed lock, then put in place at once."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from bp_platform.bootstrap import debian, interpreter, locks, paths
from bp_platform.bootstrap.console import Refusal, say

# A lock and those that contain it: what the tests installed serves the demo too.
SATISFIED_BY = {"local": ("local", "dev"), "dev": ("dev",)}


def fingerprint(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def stamp(venv: Path, name: str) -> Path:
    """Names the lock that the environment was installed from, and holds its hash."""
    return venv / f".installed-{name}"


def is_ready(name: str, venv: Path = paths.VENV, requirements: Path = paths.REQUIREMENTS) -> bool:
    """Does the environment hold what the lock asks for, or more?"""
    if not (venv / "bin" / "python").exists():
        return False
    return any(
        stamp(venv, installed).exists()
        and stamp(venv, installed).read_text() == fingerprint(requirements / f"{installed}.txt")
        for installed in SATISFIED_BY[name]
    )


def inner_environ(environ: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Our environment for the processes of the platform: compiled modules are kept, for quick starts."""
    return {key: value for key, value in environ if key not in {"PYTHONDONTWRITEBYTECODE", "PYTHONHOME"}}


def enter(name: str, *needs: debian.Need) -> None:
    """Go on inside the virtual environment, made first if needed, with the system's libraries around it."""
    built = False
    if not is_ready(name) or not all(need.is_there() for need in needs):
        with locks.alone(paths.LOCAL / "bootstrap.lock", "another installation to end"):
            if not is_ready(name):
                build(what_to_build(name))
                built = True
            debian.provide(*needs)
    if built or Path(sys.prefix).resolve() != paths.VENV.resolve():
        environ = inner_environ(os.environ.items())
        os.execve(paths.PYTHON, [str(paths.PYTHON), str(paths.ROOT / "manage.py"), *sys.argv[1:]], environ)


def what_to_build(asked: str, venv: Path = paths.VENV) -> str:
    """The lock that was asked for, or the larger one that was installed before: nobody loses the tests' tools."""
    return next((name for name in reversed(SATISFIED_BY[asked]) if stamp(venv, name).exists()), asked)


def is_foreign(venv: Path) -> bool:
    """Was it made by somebody else? It is theirs to delete."""
    return venv.exists() and not any(stamp(venv, name).exists() for name in SATISFIED_BY)


def build(name: str) -> None:
    """Make a new environment aside and put it in place; a build that fails leaves the old one alone."""
    began = time.monotonic()
    lock = paths.REQUIREMENTS / f"{name}.txt"
    python = interpreter.find(os.environ)
    if python is None:
        raise Refusal("No Python 3.11 or newer was found; on Debian: apt-get install python3 python3-venv.")
    aside = paths.ROOT / f".venv.building-{os.getpid()}"
    say(f"making the virtual environment ({name}, {python})")
    try:
        _create(python, aside)
        _install(aside, lock)
        stamp(aside, name).write_text(fingerprint(lock))
        put_in_place(aside, paths.VENV)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    for leftover in paths.ROOT.glob(".venv.building-*"):
        shutil.rmtree(leftover, ignore_errors=True)  # we hold the lock: its maker was killed
    say(f"requirements/{name}.txt installed in {time.monotonic() - began:.0f} s")


def _create(python: str, venv: Path) -> None:
    command = [python, "-m", "venv", "--clear", str(venv)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode and debian.install(debian.VENV.packages):
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise Refusal(f"The virtual environment cannot be made: {(done.stdout + done.stderr).strip()[-600:]}")


def _install(venv: Path, lock: Path) -> None:
    """By uv, pinned by hash; by pip where uv cannot be had or fails."""
    python = str(venv / "bin" / "python")
    environ = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "UV_SYSTEM_CERTS": "1", "UV_NO_PROGRESS": "1"}
    pip = [python, "-m", "pip", "install", "--quiet", "--no-input", "--require-hashes", "-r"]
    uv = [str(venv / "bin" / "uv"), "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r"]
    has_uv = not subprocess.run([*pip, str(paths.REQUIREMENTS / "uv.txt")], env=environ, capture_output=True).returncode
    if has_uv and not subprocess.run([*uv, str(lock)], env=environ).returncode:
        return
    say("uv cannot install here; trying pip, which is slower")
    if subprocess.run([*pip, str(lock)], env=environ).returncode:
        raise Refusal(f"requirements/{lock.name} cannot be installed: the lines above say why.")


def put_in_place(aside: Path, venv: Path) -> None:
    """Rename the new environment over the old one, its scripts rewritten for their final place."""
    relocate(aside, venv)
    is_kept = is_foreign(venv)
    old = venv.with_name(f"{venv.name}.before-{os.getpid()}")
    if venv.exists():
        venv.rename(old)
    aside.rename(venv)
    if is_kept:
        say(f"the environment found there was not ours: it is kept as {old.name}")
    else:
        shutil.rmtree(old, ignore_errors=True)


def relocate(venv: Path, final: Path) -> None:
    """Scripts carry the absolute path of their interpreter: write the final one."""
    before, after = os.fsencode(venv), os.fsencode(final)
    for file in [venv / "pyvenv.cfg", *(venv / "bin").iterdir()]:
        if file.is_symlink() or not file.is_file():
            continue
        content = file.read_bytes()
        if before in content and b"\0" not in content[:1024]:
            mode = file.stat().st_mode
            file.write_bytes(content.replace(before, after))
            file.chmod(mode)
