"""The virtual environment: when it is good enough, and how it is put in place."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bp_platform.bootstrap import paths, virtualenv


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    folder = tmp_path / "requirements"
    folder.mkdir()
    (folder / "local.txt").write_text("django==5.2.19\n")
    (folder / "dev.txt").write_text("django==5.2.19\npytest==9\n")
    return folder


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    return tmp_path / ".venv"


def install(venv: Path, requirements: Path, name: str) -> None:
    virtualenv.stamp(venv, name).write_text(virtualenv.fingerprint(requirements / f"{name}.txt"))


@pytest.mark.parametrize(
    ("installed", "asked", "is_ready"),
    [
        (None, "local", False),
        ("local", "local", True),
        ("local", "dev", False),
        ("dev", "dev", True),
        ("dev", "local", True),
    ],
)
def test_what_was_installed_satisfies_what_it_contains(
    venv: Path, requirements: Path, installed: str | None, asked: str, is_ready: bool
) -> None:
    if installed:
        install(venv, requirements, installed)

    assert virtualenv.is_ready(asked, venv, requirements) is is_ready


def test_a_lock_that_changed_asks_for_a_new_environment(venv: Path, requirements: Path) -> None:
    install(venv, requirements, "local")

    (requirements / "local.txt").write_text("django==5.2.20\n")

    assert not virtualenv.is_ready("local", venv, requirements)


def test_an_environment_whose_python_was_removed_is_not_ready(venv: Path, requirements: Path) -> None:
    install(venv, requirements, "local")

    (venv / "bin" / "python").unlink()
    (venv / "bin" / "python").symlink_to("/removed/python3.11")

    assert not virtualenv.is_ready("local", venv, requirements)


def test_scripts_still_run_after_the_environment_was_renamed(tmp_path: Path) -> None:
    aside, final = tmp_path / ".venv.building-1", tmp_path / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(aside)], check=True)
    script = aside / "bin" / "hello"
    script.write_text(f"#!{aside}/bin/python\nimport sys; print(sys.prefix)\n")
    script.chmod(0o755)
    final.mkdir()
    (final / "old").touch()
    virtualenv.stamp(final, "local").touch()

    virtualenv.put_in_place(aside, final)

    shown = subprocess.run([final / "bin" / "hello"], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == str(final)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".venv"]
    assert not (final / "old").exists()
    assert str(aside) not in (final / "bin" / "activate").read_text()


def test_an_environment_that_somebody_else_made_is_kept(tmp_path: Path) -> None:
    aside, final = tmp_path / ".venv.building-1", tmp_path / ".venv"
    for folder in (aside, final):
        (folder / "bin").mkdir(parents=True)
        (folder / "pyvenv.cfg").write_text("home = /usr/bin\n")
    (final / "theirs").touch()

    virtualenv.put_in_place(aside, final)

    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("theirs")) == [
        f".venv.before-{os.getpid()}/theirs"
    ]


@pytest.mark.parametrize(
    ("installed", "asked", "built"),
    [(None, "local", "local"), ("local", "local", "local"), ("local", "dev", "dev"), ("dev", "local", "dev")],
)
def test_a_new_environment_holds_at_least_what_the_old_one_held(
    venv: Path, requirements: Path, installed: str | None, asked: str, built: str
) -> None:
    if installed:
        install(venv, requirements, installed)

    assert virtualenv.what_to_build(asked, venv) == built


def test_a_program_is_not_rewritten_as_if_it_were_text(tmp_path: Path) -> None:
    venv = tmp_path / ".venv.building-1"
    (venv / "bin").mkdir(parents=True)
    (venv / "pyvenv.cfg").write_text("home = /usr/bin\n")
    program = b"\x7fELF\0" + os.fsencode(venv)
    (venv / "bin" / "uv").write_bytes(program)

    virtualenv.relocate(venv, tmp_path / ".venv")

    assert (venv / "bin" / "uv").read_bytes() == program


def test_the_locks_name_no_registry_and_carry_a_hash_for_each_package() -> None:
    for lock in paths.REQUIREMENTS.glob("*.txt"):
        lines = lock.read_text().splitlines()
        packages = [line for line in lines if line and not line.startswith(("#", " "))]

        assert packages, lock.name
        assert all(line.endswith("\\") for line in packages), lock.name
        assert not [line for line in lines if "://" in line or "--index" in line], lock.name


def test_the_installer_of_the_lock_and_of_the_tests_is_the_same() -> None:
    pinned = {
        line.split()[0]
        for name in ("uv.txt", "dev.txt")
        for line in (paths.REQUIREMENTS / name).read_text().splitlines()
        if line.startswith("uv==")
    }

    assert len(pinned) == 1
