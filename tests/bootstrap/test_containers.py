"""The compose file and the image's entry points, without Docker."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import yaml

from bp_platform.bootstrap import health, paths, secret_files, services
from bp_platform.bootstrap.cluster import Cluster
from bp_platform.bootstrap.redis_server import free_port
from bp_platform.bootstrap.redis_server import running as redis_running
from tests.bootstrap.test_variables import known_to_the_settings

OURS = {"migrate", "web", "worker", "beat"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((paths.ROOT / "docker-compose.yml").read_text())
    return loaded


def test_the_services_are_these(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == OURS | {"proxy", "postgres", "redis", "mail"}


def test_every_image_names_its_version(compose: dict[str, Any]) -> None:
    tags = {name: service["image"].partition(":")[2] for name, service in compose["services"].items()}

    assert {name: tag for name, tag in tags.items() if not re.match(r"v?\d+\.\d+", tag)} == {}


def test_only_the_proxy_is_open_to_the_world(compose: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}

    assert published == {"proxy": ["80:80", "443:443"], "mail": ["127.0.0.1:8025:8025"]}
    assert compose["services"]["postgres"]["networks"] == ["inside"]
    assert compose["networks"]["inside"] == {"internal": True}


def test_what_a_service_refers_to_exists(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert set(service.get("secrets", [])) <= set(compose["secrets"]), name
        assert set(service.get("depends_on", {})) <= set(compose["services"]), name
        assert set(service["networks"]) <= set(compose["networks"]), name
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert source in compose["volumes"] or (paths.ROOT / source).is_file(), volume
        named = {value for key, value in service.get("environment", {}).items() if key.endswith("_FILE")}
        assert named <= {f"/run/secrets/{secret}" for secret in service.get("secrets", [])}, name


def test_who_is_waited_for_can_say_that_it_is_ready(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in compose["services"][name], name


def test_every_variable_is_known_to_the_settings(compose: dict[str, Any]) -> None:
    known = known_to_the_settings() | set(secret_files.ADDRESSES) | set(secret_files.SIGNING) | set(secret_files.VOTE)

    for name in OURS:
        given = {variable.removesuffix("_FILE") for variable in compose["services"][name]["environment"]}
        assert given - known == set(), name


def test_the_owner_of_the_tables_serves_no_page(compose: dict[str, Any]) -> None:
    asked = {name: set(compose["services"][name]["secrets"]) for name in OURS}

    assert {name for name in OURS if "database_migrate_url" in asked[name]} == {"migrate"}
    assert {name for name in OURS if "database_url" in asked[name]} == {"web", "worker", "beat"}


def test_the_image_installs_by_hash_and_does_not_run_as_root() -> None:
    lines = (paths.ROOT / "Dockerfile").read_text()

    assert "--require-hashes -r /tmp/runtime.txt" in lines
    assert re.search(r"^USER bp$", lines, re.MULTILINE)
    assert "BP_NO_BOOTSTRAP=1" in lines


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """The secrets as the script draws them, in a folder beside it."""
    (tmp_path / "docker").mkdir()
    script = shutil.copy(paths.ROOT / "docker" / "make-secrets", tmp_path / "docker" / "make-secrets")
    for _ in range(2):  # twice: the second run changes nothing
        subprocess.run([script], check=True)
    return tmp_path / "secrets"


def test_the_script_draws_every_secret_that_compose_names(secrets: Path, compose: dict[str, Any]) -> None:
    drawn = {path.name: path.read_text() for path in secrets.iterdir()}

    named = {Path(secret["file"]).name for secret in compose["secrets"].values()}
    assert named <= set(drawn)
    assert drawn["database_url"] == f"postgres://bp_web:{drawn['web_password']}@postgres/bp"
    assert {name: len(drawn[name]) for name in ("secret_key", "bp_review_key", "web_password")} == {
        "secret_key": 96,
        "bp_review_key": 64,
        "web_password": 48,
    }


def test_serve_refuses_any_other_word() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "serve", "everything"], cwd=paths.ROOT, capture_output=True, text=True
    )

    assert (done.returncode, done.stderr) == (1, "Say which process: python manage.py serve web, worker or beat.\n")


def test_the_three_processes_by_their_commands() -> None:
    commands = {name: command({"BP_BIND": "0.0.0.0:8000"})[1:5] for name, command in services.SERVICES.items()}

    assert commands == {
        "web": ["-m", "gunicorn", "bp_platform.wsgi:application", "--bind"],
        "worker": ["-m", "celery", "-q", "-A"],
        "beat": ["-m", "celery", "-q", "-A"],
    }


def container_environ(compose: dict[str, Any], service: str, values: dict[str, str], secrets: Path) -> dict[str, str]:
    """The environment of a service, its ${…} filled in and its secrets in our folder."""
    environ = {
        "PATH": os.environ["PATH"],
        "BP_NO_BOOTSTRAP": "1",
        "DJANGO_SETTINGS_MODULE": "bp_platform.settings.base",
    }
    for name, value in compose["services"][service]["environment"].items():
        filled = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)
        environ[name] = filled.replace("/run/secrets", str(secrets))
    return environ | values


@pytest.mark.slow
def test_the_entry_points_run_with_the_variables_of_compose(
    compose: dict[str, Any], secrets: Path, tmp_path: Path
) -> None:
    """Migrate, collect and serve, as the containers do: three roles, Redis, production settings."""
    cluster = Cluster(tmp_path / "pg", is_durable=False)
    port = free_port()
    try:
        cluster.start()
        cluster.provide("bp_migrate")
        for name, role in (("database_url", "bp_web"), ("database_migrate_url", "bp_migrate")):
            (secrets / name).chmod(0o600)
            (secrets / name).write_text(cluster.url(role))
        with redis_running(tmp_path / "redis") as redis_url:
            values = {"REDIS_URL": redis_url, "BP_STATIC_DIR": str(tmp_path / "static"), "BP_BIND": f"127.0.0.1:{port}"}
            values |= {"BP_MEDIA_DIR": str(tmp_path / "media"), "BP_PORT": str(port)}
            collected = subprocess.run(
                [sys.executable, "-m", "bp_platform.bootstrap.image"], cwd=paths.ROOT, env=os.environ | values
            )
            migrated = subprocess.run(
                [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
                cwd=paths.ROOT,
                env=container_environ(compose, "migrate", values, secrets),
            )
            assert (collected.returncode, migrated.returncode) == (0, 0)
            assert serves(container_environ(compose, "web", values, secrets), port)
    finally:
        cluster.remove()


def serves(environ: dict[str, str], port: int) -> bool:
    """Start the three processes by hand; does the health check of the container pass?"""
    commands = [[sys.executable, "manage.py", "serve", name] for name in services.SERVICES]
    beat_file = str(Path(environ["BP_MEDIA_DIR"]).with_name("beat"))
    running = [
        subprocess.Popen(command, cwd=paths.ROOT, env=environ | {"BP_BEAT_SCHEDULE": beat_file}) for command in commands
    ]
    check = [sys.executable, "-m", "bp_platform.bootstrap.health"]
    try:
        for _ in range(300):
            threading.Event().wait(0.1)
            if any(process.poll() is not None for process in running):
                return False
            if health.status(port, named="localhost") is not None:
                break
        return subprocess.run(check, cwd=paths.ROOT, env=environ).returncode == 0
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()
