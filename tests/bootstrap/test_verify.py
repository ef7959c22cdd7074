"""The table of checks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bp_platform.bootstrap import paths, verify
from bp_platform.bootstrap.verify import CHECKS, Check


def python(program: str) -> tuple[str, ...]:
    return (sys.executable, "-c", program)


def test_the_table_names_each_check_once() -> None:
    assert [check.name for check in CHECKS] == [
        "format",
        "lint",
        "templates' form",
        "templates' faults",
        "import contracts",
        "dependencies",
        "missing migrations",
        "English catalogue",
        "production settings",
        "types",
    ]


def test_every_tool_of_the_table_is_installed_by_the_lock() -> None:
    installed = (paths.REQUIREMENTS / "dev.txt").read_text()

    for package in ("ruff", "djade", "djlint", "import-linter", "deptry", "django", "mypy"):
        assert f"\n{package}==" in installed, package


def test_a_failure_stops_no_other_check_and_fails_the_whole(capsys: pytest.CaptureFixture[str]) -> None:
    checks = (
        Check("first", lambda: python("print('the reason'); raise SystemExit(2)")),
        Check("second", lambda: python("pass")),
    )

    code = verify.report(checks, {"DATABASE_URL": "postgres://x"})

    lines = capsys.readouterr().out.splitlines()
    assert code == 1
    assert [line.split()[:2] for line in lines[:2]] == [["FAIL", "first"], ["ok", "second"]]
    assert lines[2:] == ["", "── first", "the reason", "", "1 of 2 checks passed"]


def test_all_green_is_a_success(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.report((Check("only", lambda: python("pass")),), {"DATABASE_URL": "postgres://x"}) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 of 1 checks passed"


def test_production_settings_are_checked_with_production_s_variables() -> None:
    check = Check("only", lambda: python("import os; print(os.environ['DJANGO_SETTINGS_MODULE'])"), in_production=True)

    outcome = verify.perform(check, {"DATABASE_URL": "postgres://x", "DJANGO_SETTINGS_MODULE": "other"})

    assert outcome.output == "bp_platform.settings.base\n"


def test_the_script_of_continuous_integration_runs_both_commands(tmp_path: Path) -> None:
    """Both run whatever the first says, and the exit code is honest."""
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "run").write_text((paths.ROOT / ".ci" / "run").read_text())
    codes = {}
    for verified, tested in ((0, 0), (1, 0), (0, 1), (1, 1)):
        (tmp_path / "manage.py").write_text(
            f"import sys; print(sys.argv[1]); sys.exit({{'verify': {verified}, 'test': {tested}}}[sys.argv[1]])"
        )
        done = subprocess.run(["bash", str(tmp_path / ".ci" / "run")], capture_output=True, text=True, cwd="/")
        codes[verified, tested] = (done.returncode, done.stdout.split())

    ran = ["verify", "test"]
    assert codes == {(0, 0): (0, ran), (1, 0): (1, ran), (0, 1): (1, ran), (1, 1): (1, ran)}
