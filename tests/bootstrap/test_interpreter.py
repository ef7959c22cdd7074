"""Which Python runs the platform."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bp_platform.bootstrap import interpreter, paths


def script(path: Path, body: str) -> str:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


def test_a_python_that_runs_and_is_recent_works() -> None:
    assert interpreter.works(sys.executable)


@pytest.mark.parametrize("body", ["exit 127", "exit 1"])
def test_a_shim_that_exists_but_does_not_run_is_left_aside(tmp_path: Path, body: str) -> None:
    shim = script(tmp_path / "python3.12", body)

    assert not interpreter.works(shim)
    assert not interpreter.works(str(tmp_path / "nothing"))


def test_the_person_s_choice_comes_first_then_the_path_then_managed_versions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path = script(tmp_path / "python3.12", "exit 0")
    for version in ("3.10.1", "3.12.1", "3.13.0"):
        folder = tmp_path / "pyenv" / "versions" / version / "bin"
        folder.mkdir(parents=True)
        script(folder / "python", "exit 0")
    monkeypatch.setattr(sys, "executable", "/here/python")

    found = list(
        interpreter.candidates(
            {"BP_PYTHON": "/chosen/python", "PATH": str(tmp_path), "PYENV_ROOT": str(tmp_path / "pyenv")}
        )
    )

    managed = tmp_path / "pyenv" / "versions"
    assert found == [
        "/chosen/python",
        "/here/python",
        on_path,
        str(managed / "3.13.0/bin/python"),
        str(managed / "3.12.1/bin/python"),
    ]


def test_the_first_that_works_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = script(tmp_path / "python3.13", "exit 127")
    good = script(tmp_path / "python3.12", "exit 0")
    monkeypatch.setattr(sys, "executable", broken)

    assert interpreter.find({"PATH": str(tmp_path), "PYENV_ROOT": str(tmp_path)}) == good


def test_the_bootstrap_needs_nothing_installed() -> None:
    """Imported without site-packages, every module of the bootstrap must load."""
    names = [f"bp_platform.bootstrap.{file.stem}" for file in (paths.ROOT / "bp_platform/bootstrap").glob("[a-z]*.py")]
    program = f"import importlib; [importlib.import_module(name) for name in {sorted(names)!r}]"

    done = subprocess.run([sys.executable, "-S", "-c", program], cwd=paths.ROOT, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")
