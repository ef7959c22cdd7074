"""Which command needs what."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bp_platform.bootstrap import debian, django_commands, main, virtualenv
from bp_platform.bootstrap import home as homes
from bp_platform.bootstrap.cluster import Cluster
from bp_platform.bootstrap.console import Refusal


class Steps:
    """What the dispatcher did, instead of doing it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.taken: list[str] = []
        for name in ("DATABASE_URL", "BP_NO_BOOTSTRAP"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr(os, "environ", dict(os.environ))
        monkeypatch.setattr(virtualenv, "enter", lambda name, *needs: self.taken.append(f"environment {name}"))
        monkeypatch.setattr(django_commands, "here", self.note_django)
        monkeypatch.setattr(homes, "demo", lambda: homes.Home(folder))
        monkeypatch.setattr(homes.Home, "running", lambda home: self.pretend_running())
        monkeypatch.setattr(homes.Home, "prepare", lambda home, environ: self.taken.append("tables"))

    def note_django(self, arguments: list[str]) -> int:
        role = os.environ.get("DATABASE_URL", "").partition("://")[2].partition("@")[0]
        self.taken.append(f"django {' '.join(arguments)} as {role or 'nobody'}")
        return 0

    @contextlib.contextmanager
    def pretend_running(self) -> Iterator[Cluster]:
        self.taken.append("cluster")
        yield Cluster(Path("/nowhere"))


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Steps:
    return Steps(monkeypatch, tmp_path / "demo")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ["check_ledger", "2026"],
            ["environment local", "cluster", "tables", "django check_ledger 2026 as bp_web"],
        ),
        (
            ["replay_election", "a.pb"],
            ["environment local", "cluster", "tables", "django replay_election a.pb as bp_migrate"],
        ),
        (["migrate"], ["environment local", "cluster", "django migrate as bp_migrate"]),
        (["recount", "a.pb"], ["environment local", "django recount a.pb as bp_web"]),
        ([], ["environment local", "django  as bp_web"]),
    ],
)
def test_a_command_gets_the_demo_s_database_only_when_it_needs_one(
    steps: Steps, arguments: list[str], expected: list[str]
) -> None:
    assert (main.main(arguments), steps.taken) == (0, expected)


def test_with_a_database_of_one_s_own_nothing_is_made_nor_started(steps: Steps) -> None:
    os.environ["DATABASE_URL"] = "postgres://town@db/bp"

    assert main.main(["migrate"]) == 0
    assert steps.taken == ["django migrate as town"]


@pytest.mark.parametrize("arguments", [["migrate"], ["recount", "a.pb"], ["shell"]])
def test_in_a_container_nothing_is_made_nor_started(steps: Steps, arguments: list[str]) -> None:
    os.environ["BP_NO_BOOTSTRAP"] = "1"

    assert main.main(arguments) == 0
    assert steps.taken == [f"django {' '.join(arguments)} as nobody"]


def test_a_command_that_changes_tables_has_them_looked_at_again_next_time(steps: Steps, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "migrated").touch()

    main.main(["migrate", "cycles", "zero"])

    assert not (tmp_path / "demo" / "migrated").exists()


@pytest.mark.parametrize("name", sorted(main.OWN))
def test_a_command_of_the_bootstrap_enters_the_environment_it_needs(
    steps: Steps, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    own = main.OWN[name]
    pretended = main.Own(lambda arguments: steps.taken.append(f"run {arguments}") or 0, own.lock, own.needs)
    monkeypatch.setitem(main.OWN, name, pretended)

    main.main([name, "--option"])

    entered = [f"environment {own.lock}"] if own.lock else []
    assert steps.taken == [*entered, "run ['--option']"]


def test_a_refusal_is_one_sentence_on_the_error_stream(
    steps: Steps, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(arguments: list[str]) -> int:
        raise Refusal("Port 8000 is taken.")

    monkeypatch.setitem(main.OWN, "demo", main.Own(refuse, None))

    assert main.main(["demo"]) == 1
    assert capsys.readouterr() == ("", "Port 8000 is taken.\n")


def needs(monkeypatch: pytest.MonkeyPatch, *, is_root: bool) -> tuple[debian.Need, list[list[str]]]:
    """A library that its package brings, and the commands that were run for it."""
    ran: list[list[str]] = []

    class Done:
        returncode, stderr = 0, ""

    def run(command: list[str], **options: Any) -> Done:
        ran.append(command[-1:] if command[-1] == "update" else command[-2:])
        return Done()

    monkeypatch.setattr(debian.subprocess, "run", run)
    monkeypatch.setattr(debian.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(debian.os, "geteuid", lambda: 0 if is_root else 1000)
    return debian.Need("the browser", ("chromium",), lambda: len(ran) == 2), ran


def test_root_gets_what_is_missing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    need, ran = needs(monkeypatch, is_root=True)

    assert debian.provide(need)
    assert ran == [["update"], ["--no-install-recommends", "chromium"]]
    assert debian.provide(need)
    assert len(ran) == 2


def test_an_ordinary_user_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    need, ran = needs(monkeypatch, is_root=False)

    assert not debian.provide(need)
    assert ran == []
    assert capsys.readouterr().err == (
        "[bp] missing system packages; on Debian run: sudo apt-get install -y --no-install-recommends chromium\n"
        "[bp] not available: the browser\n"
    )


def test_the_demo_s_database_stops_with_its_last_user(tmp_path: Path) -> None:
    home = homes.Home(tmp_path / "demo")

    with home.running() as cluster:
        with home.running():
            inside = cluster.pid()
        between = cluster.pid()

    assert inside is not None
    assert (between, cluster.pid()) == (inside, None)


def test_a_database_in_use_is_not_reset(tmp_path: Path) -> None:
    home = homes.Home(tmp_path / "demo")
    with home.running() as cluster:
        cluster.sql("CREATE TABLE kept (id int)")

        with pytest.raises(Refusal, match="in use by another command"):
            home.reset()

        assert cluster.sql("SELECT count(*) FROM kept") == "0"

    home.reset()

    assert not home.folder.exists()
