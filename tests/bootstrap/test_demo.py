"""The demo as a person starts it: served, killed, started again; the words it refuses with."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bp_platform.bootstrap import demo, health, paths, processes, variables, virtualenv
from bp_platform.bootstrap.cluster import Cluster
from bp_platform.bootstrap.console import Refusal
from bp_platform.bootstrap.home import Home, migrations_fingerprint, static_fingerprint
from bp_platform.bootstrap.redis_server import free_port

ROWS = """SELECT string_agg(line, ' ' ORDER BY line) FROM (
    SELECT table_name || '=' || (xpath('/row/n/text()', query_to_xml(
        format('SELECT count(*) AS n FROM %I', table_name), false, true, '')))[1]::text AS line
    FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
    AND table_name NOT IN ('django_session', 'core_cache')) AS lines"""


def test_a_port_that_is_taken_is_refused_before_anything_starts() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(Refusal, match=f"Port {port} is taken by another program: choose another one with --port"):
            demo.refuse_taken(port)


@pytest.mark.parametrize("words", [["--port", "0"], ["--port", "web"], ["--colour"]])
def test_options_that_mean_nothing_are_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        demo.parse(words)

    assert stopped.value.code == 2
    assert "usage: manage.py demo" in capsys.readouterr().err


def test_the_report_is_for_its_owner_only_and_whole_or_not_there(tmp_path: Path) -> None:
    kept = tmp_path / "demo.json"
    kept.write_text("{}")

    demo.publish(kept, tmp_path / "report.json")

    assert oct((tmp_path / "report.json").stat().st_mode & 0o777) == "0o600"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["demo.json", "report.json"]
    with pytest.raises(Refusal, match=r"--json: .* cannot be written"):
        demo.publish(kept, tmp_path / "absent" / "report.json")


def test_tables_are_prepared_again_only_when_a_migration_changed(tmp_path: Path) -> None:
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "local.txt").write_text("django==5.2.19")
    migrations = tmp_path / "cycles" / "migrations"
    migrations.mkdir(parents=True)
    (migrations / "0001_first.py").write_text("one")
    before = (migrations_fingerprint(tmp_path), static_fingerprint(tmp_path))

    same = migrations_fingerprint(tmp_path)
    (migrations / "0002_second.py").write_text("two")

    assert same == before[0]
    assert migrations_fingerprint(tmp_path) != before[0]
    assert static_fingerprint(tmp_path) == before[1]


class Town:
    """The demo of a folder of its own, as a process."""

    def __init__(self, folder: Path) -> None:
        assert virtualenv.is_ready("dev"), "run the suite by: python3 manage.py test"
        self.folder, self.port, self.report = folder, free_port(), folder / "report.json"
        self.home = Home(folder / "demo")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Until the address is printed, which waits for the health page: a killed demo's may answer still."""
        own = {"BP_LOCAL_DIR": str(self.folder), "TMPDIR": os.environ.get("TMPDIR", "/tmp")}
        environ = {**variables.over(os.environ, own)}
        began = time.monotonic()
        command = [sys.executable, "manage.py", "demo", "--port", str(self.port), "--json", str(self.report)]
        with (self.folder / "output").open("wb") as output:
            self.process = subprocess.Popen(command, cwd=paths.ROOT, env=environ, stdout=output, stderr=output)
        while f"http://127.0.0.1:{self.port}/" not in self.output():
            assert self.process.poll() is None, self.output()
            assert time.monotonic() - began < 110, self.output()
            threading.Event().wait(0.1)
        assert health.status(self.port) == 200

    def output(self) -> str:
        return (self.folder / "output").read_text()

    def rows(self) -> str:
        return Cluster(self.home.folder / "pg").sql(ROWS, database="bp")

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def kill_everything(self) -> None:
        """The supervisor, its children and the server, all by -9."""
        assert self.process is not None
        server = self.home.cluster.pid()
        processes.end([self.process.pid, *processes.marked(variables.MARK, str(self.home.folder))])
        self.process.wait()
        processes.end([server] if server else [])


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = Town(tmp_path)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.process.kill()
        made.process.wait()
    processes.end(processes.marked(variables.MARK, str(made.home.folder)))
    made.home.cluster.remove()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_demo_survives_its_death_with_the_same_rows(town: Town) -> None:
    town.start()
    before = town.rows()
    town.kill_everything()

    town.start()
    after = town.rows()
    town.process.kill()  # type: ignore[union-attr] -- the supervisor alone, this time
    town.process.wait()  # type: ignore[union-attr]
    town.start()
    code = town.stop()

    assert after == before
    assert (code, town.home.cluster.pid()) == (0, None)
    assert processes.marked(variables.MARK, str(town.home.folder)) == []
    assert json.loads(town.report.read_text())
