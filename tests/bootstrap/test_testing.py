"""The runner of the tests: what it counts, what it refuses, what it leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from bp_platform.bootstrap import paths, redis_server, testing
from bp_platform.bootstrap.cluster import Cluster
from bp_platform.bootstrap.testing import Tally

REPORT = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" tests="10" failures="2" errors="1" skipped="3"/></testsuites>
"""


def test_an_error_counts_as_a_failure(tmp_path: Path) -> None:
    (tmp_path / "report.xml").write_text(REPORT)

    assert testing.read_tally(tmp_path / "report.xml") == Tally(passed=4, failed=3, skipped=3)


def test_a_run_that_wrote_no_report_counts_nothing(tmp_path: Path) -> None:
    assert testing.read_tally(tmp_path / "absent.xml") == Tally()


def test_the_closing_line_adds_the_parts_up() -> None:
    assert (Tally(3, 0) + Tally(2, 0)).closing_line() == "5 passed, 0 failed"
    assert (Tally(3, 1, 2) + Tally(0, 1, 0)).closing_line() == "3 passed, 2 failed, 2 skipped"


def run_parts(monkeypatch: pytest.MonkeyPatch, codes: list[int], reports: list[str | None]) -> int:
    """The runner over two pretended pytest runs."""
    answers = iter(zip(codes, reports, strict=True))

    def pretended(arguments: list[str], environ: dict[str, str]) -> int:
        code, report = next(answers)
        path = next(word.partition("=")[2] for word in arguments if word.startswith("--junitxml="))
        if report is not None:
            Path(path).write_text(report)
        return code

    monkeypatch.setattr(testing, "run_pytest", pretended)
    return testing.run_parts({})


GREEN = '<testsuites><testsuite tests="4" failures="0" errors="0" skipped="0"/></testsuites>'
RED = '<testsuites><testsuite tests="4" failures="1" errors="0" skipped="0"/></testsuites>'
EMPTY = '<testsuites><testsuite tests="0" failures="0" errors="0" skipped="0"/></testsuites>'


@pytest.mark.parametrize(
    ("codes", "reports", "expected", "line"),
    [
        ([0, 0], [GREEN, GREEN], 0, "8 passed, 0 failed"),
        ([1, 0], [RED, GREEN], 1, "7 passed, 1 failed"),
        ([0, 1], [GREEN, RED], 1, "7 passed, 1 failed"),
        ([0, 5], [GREEN, EMPTY], 0, "4 passed, 0 failed"),
        ([5, 5], [EMPTY, EMPTY], 5, "0 passed, 0 failed"),
        ([0, 3], [GREEN, None], 3, "4 passed, 0 failed"),
        ([0, -9], [GREEN, None], -9, "4 passed, 0 failed"),
    ],
)
def test_both_parts_count_and_the_worst_code_is_kept(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    codes: list[int],
    reports: list[str | None],
    expected: int,
    line: str,
) -> None:
    assert run_parts(monkeypatch, codes, reports) == expected
    assert capsys.readouterr().out == f"{line}\n"


SKIPPING = """
import pytest
def test_here(): pytest.skip("no ballot files")
@pytest.mark.skip(reason="later")
def test_there(): pass
@pytest.mark.xfail(reason="known")
def test_known(): assert False
def test_good(): pass
"""


@pytest.mark.parametrize("distributed", [(), ("-n", "1")])
@pytest.mark.parametrize(("plugin", "counts"), [((), (1, 2)), (("-p", "tests.no_skips"), (1, 0))])
def test_in_continuous_integration_a_skip_fails(
    tmp_path: Path, plugin: tuple[str, ...], counts: tuple[int, int], distributed: tuple[str, ...]
) -> None:
    (tmp_path / "test_it.py").write_text(SKIPPING)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    plain = ("-p", "no:django", "-p", "no:randomly", "-p", "no:cacheprovider", f"--junitxml={tmp_path}/report.xml")

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", f"{tmp_path}/pytest.ini", *plain, *plugin, *distributed, str(tmp_path)],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
    )

    tally = testing.read_tally(tmp_path / "report.xml")
    assert (tally.passed, tally.skipped - 1) == counts  # the known failure counts as skipped in a report
    assert done.returncode == (1 if plugin else 0), done.stdout
    assert ("Nothing may be skipped here: Skipped: no ballot files" in done.stdout) is bool(plugin)


def test_a_module_that_skips_itself_fails_too(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("import pytest\npytest.skip('absent', allow_module_level=True)\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")

    options = ("-c", f"{tmp_path}/pytest.ini", "-p", "no:django", "-p", "tests.no_skips", "-p", "no:cacheprovider")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(tmp_path)],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
    )

    assert done.returncode != 0
    assert "Nothing may be skipped here" in done.stdout


@pytest.mark.slow
def test_what_a_killed_run_left_is_stopped_and_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(testing, "PREFIX", f"bp-pretended-{os.getpid()}-")  # the real runs are none of its business
    left = Path(tempfile.gettempdir()) / f"{testing.PREFIX}killed"
    left.mkdir()
    (left / "lock").touch()
    cluster = Cluster(left / "pg", is_durable=False)
    cluster.start()
    with testing.folder_of_a_run() as living:
        assert (left.exists(), cluster.pid()) == (False, None)

        testing.clear_abandoned()

        assert living.exists()
    assert not living.exists()


@pytest.mark.slow
def test_the_services_of_a_run_end_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)

    with testing.services() as environ:
        folder = Path(environ["CELERY_BROKER_DIR"]).parent
        port = int(environ["BP_TEST_REDIS_URL"].rpartition(":")[2].partition("/")[0])
        cluster = Cluster(folder / "pg", is_durable=False)
        during = (cluster.sql("SHOW max_connections"), redis_server.answers(port), folder.exists())

    assert during == ("250", True, True)
    assert (cluster.pid(), redis_server.answers(port), folder.exists()) == (None, False, False)
    assert folder.name.startswith(f"{testing.PREFIX}{os.getpid()}-")
