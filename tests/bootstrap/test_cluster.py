"""A real cluster: started, stopped, killed, started again."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bp_platform.bootstrap import postgres, processes
from bp_platform.bootstrap.cluster import OWNER, SUPERUSER, WEB, Cluster
from bp_platform.bootstrap.console import Refusal

pytestmark = pytest.mark.slow


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path / "pg", connections=20)
    yield made
    made.remove()


def family(pid: int) -> list[int]:
    """The server and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def count_as(cluster: Cluster, role: str, statement: str) -> subprocess.CompletedProcess[str]:
    psql = str(cluster._binaries() / "psql")
    words = [psql, "-X", "-A", "-t", "-h", str(cluster.socket), "-U", role, "-d", "bp", "-c", statement]
    return subprocess.run(words, capture_output=True, text=True)


def test_a_cluster_is_made_started_found_running_and_stopped(cluster: Cluster) -> None:
    cluster.start()
    first = cluster.pid()
    cluster.start()

    assert first is not None
    assert cluster.pid() == first
    assert cluster.sql("SHOW server_encoding") == "UTF8"
    cluster.stop()
    assert cluster.pid() is None


def test_the_three_roles_exist_and_the_owner_may_create_what_the_platform_needs(cluster: Cluster) -> None:
    cluster.start()

    cluster.provide(OWNER)
    cluster.provide(OWNER)  # each start runs it again

    assert cluster.sql("SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles WHERE rolcanlogin") == (
        "bp bp_migrate bp_opener bp_web"
    )
    for extension in postgres.EXTENSIONS:
        made = count_as(cluster, OWNER, f"CREATE EXTENSION {extension}")
        assert made.returncode == 0, made.stderr
    refused = count_as(cluster, WEB, "CREATE TABLE mine (id int)")
    assert "permission denied for schema public" in refused.stderr


def test_rows_survive_every_process_killed_at_once(cluster: Cluster) -> None:
    cluster.start()
    cluster.sql("CREATE TABLE kept (id int); INSERT INTO kept SELECT generate_series(1, 1000); CHECKPOINT;")
    pid = cluster.pid()
    assert pid is not None
    for process in family(pid):
        os.kill(process, signal.SIGKILL)
    processes.end([pid])

    cluster.start()

    assert cluster.sql("SELECT count(*) FROM kept") == "1000"


def test_the_server_alone_killed_is_started_again_while_its_children_leave(cluster: Cluster) -> None:
    cluster.start()
    cluster.sql("CREATE TABLE kept (id int); INSERT INTO kept SELECT generate_series(1, 10); CHECKPOINT;")
    pid = cluster.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    processes.end([pid])

    cluster.start()

    assert cluster.sql("SELECT count(*) FROM kept") == "10"


def test_a_server_killed_under_a_demo_is_started_again_and_the_person_is_told(
    cluster: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    cluster.start()
    pid = cluster.pid()
    assert pid is not None
    processes.end([pid])

    cluster.start_again()
    cluster.start_again()  # it runs: nothing to do, nothing to say

    assert cluster.sql("SELECT 1") == "1"
    assert capsys.readouterr().err == "[bp] the database had ended; starting it again\n"


def test_a_pid_file_that_names_another_process_does_not_stop_the_start(cluster: Cluster) -> None:
    cluster.start()
    content = (cluster.data / "postmaster.pid").read_text()
    lock = (cluster.socket / ".s.PGSQL.5432.lock").read_text()
    cluster.stop()
    ours = str(os.getpid())  # a number given again to somebody else: here, ourselves
    (cluster.data / "postmaster.pid").write_text(ours + "\n" + content.split("\n", 1)[1])
    (cluster.socket / ".s.PGSQL.5432.lock").write_text(ours + "\n" + lock.split("\n", 1)[1])

    cluster.start()

    assert cluster.sql("SELECT 1") == "1"


def test_a_cluster_half_made_is_made_again(cluster: Cluster) -> None:
    half = cluster.folder / "data.building"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    cluster.start()

    assert cluster.sql("SELECT 1") == "1"
    assert not half.exists()


def test_nothing_that_a_voter_sends_reaches_the_log(cluster: Cluster) -> None:
    cluster.start()
    cluster.provide(OWNER)

    count_as(cluster, WEB, "SELECT 'my choices'::int")

    assert "my choices" not in cluster.log.read_text().replace(
        'invalid input syntax for type integer: "my choices"', ""
    )
    asked = "SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_settings WHERE name = ANY (ARRAY"
    assert cluster.sql(f"{asked} ['fsync', 'log_statement', 'track_commit_timestamp', 'listen_addresses'])") == (
        "fsync=on listen_addresses= log_statement=none track_commit_timestamp=off"
    )


def test_the_data_is_closed_to_other_people(cluster: Cluster) -> None:
    cluster.start()

    assert {oct(folder.stat().st_mode & 0o777) for folder in (cluster.folder, cluster.socket)} == {"0o700"}
    assert cluster.url(SUPERUSER, "x") == f"postgres://bp@/x?host={cluster.socket}"


def test_two_clusters_do_not_meet(cluster: Cluster, tmp_path: Path) -> None:
    other = Cluster(tmp_path / "other", is_durable=False)
    try:
        cluster.start()
        other.start()
        other.sql("CREATE TABLE mine (id int)")

        assert cluster.sql("SELECT count(*) FROM pg_class WHERE relname = 'mine'") == "0"
    finally:
        other.remove()
    assert cluster.sql("SELECT 1") == "1"


def test_a_folder_with_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    deep = Cluster(tmp_path / ("a-very-long-name-" * 6) / "pg", is_durable=False)
    try:
        deep.start()

        assert deep.sql("SELECT 1") == "1"
        assert len(str(deep.socket)) < 60
    finally:
        deep.remove()
    assert not deep.socket.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user")
def test_root_runs_it_as_another_user_where_namespaces_are_barred(tmp_path: Path) -> None:
    who = postgres.identity(is_root=True, may_map=lambda: False)
    cluster = Cluster(tmp_path / "closed" / "pg", is_durable=False, who=who)
    try:
        cluster.start()

        assert who.user is not None
        assert cluster.sql("SELECT 1") == "1"
        assert cluster.data.stat().st_uid == who.user.pw_uid
    finally:
        cluster.remove()


def test_a_start_that_cannot_succeed_says_where_the_log_is(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster.start()
    cluster.stop()
    (cluster.data / "global" / "pg_control").unlink()

    with pytest.raises(Refusal, match=r"postgres\.log"):
        cluster._launch(patience=0)
