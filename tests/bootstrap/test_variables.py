"""What the processes of the platform find in their environment, and the secrets kept in files."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bp_platform.bootstrap import paths, secret_files, variables
from bp_platform.bootstrap.cluster import Cluster
from bp_platform.bootstrap.console import Refusal
from bp_platform.bootstrap.postgres import Identity
from bp_platform.core.syntax import tree_of


@pytest.fixture
def cluster() -> Cluster:
    return Cluster(Path("/srv/x y/pg"), who=Identity())


def known_to_the_settings() -> set[str]:
    """Every name of a variable that the settings, Celery or the bootstrap read."""
    files = [*(paths.ROOT / "bp_platform/settings").glob("*.py"), paths.ROOT / "bp_platform/celery.py"]
    files += [paths.ROOT / f"bp_platform/bootstrap/{name}.py" for name in ("services", "main", "postgres", "paths")]
    texts = [
        node.value
        for file in files
        for node in ast.walk(tree_of(file.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return {text for text in texts if re.fullmatch(r"[A-Z][A-Z0-9_]+", text)} | {"DJANGO_SETTINGS_MODULE"}


def test_the_demo_lives_in_one_folder_and_serves_in_the_web_role(tmp_path: Path, cluster: Cluster) -> None:
    given = variables.at_home(tmp_path, cluster, port=8123)

    secrets = {name: value for name, value in given.items() if name.endswith("_FILE")}
    assert {name: value for name, value in given.items() if name not in secrets} == {
        "DJANGO_SETTINGS_MODULE": "bp_platform.settings.dev",
        "DATABASE_URL": "postgres://bp_web@/bp?host=/srv/x%20y/pg",
        "DATABASE_MIGRATE_URL": "postgres://bp_migrate@/bp?host=/srv/x%20y/pg",
        "DATABASE_OPENER_URL": "postgres://bp_opener@/bp?host=/srv/x%20y/pg",
        "CELERY_BROKER_DIR": f"{tmp_path}/broker",
        "BP_MEDIA_DIR": f"{tmp_path}/media",
        "BP_MAIL_DIR": f"{tmp_path}/mail",
        "BP_STATIC_DIR": f"{tmp_path}/static",
        "BP_PORT": "8123",
        "BP_BASE_URL": "http://127.0.0.1:8123",
    }
    assert sorted(secrets) == ["BP_CODE_PEPPER_FILE", "BP_RECEIPT_SEED_FILE", "BP_REVIEW_KEY_FILE", "SECRET_KEY_FILE"]


def test_every_variable_of_the_demo_is_read_by_somebody(tmp_path: Path, cluster: Cluster) -> None:
    given = variables.at_home(tmp_path, cluster)

    names = {name.removesuffix("_FILE") for name in given} - {"DATABASE_MIGRATE_URL", "DATABASE_OPENER_URL"}
    assert names - known_to_the_settings() == set()


def test_the_owner_s_commands_get_the_owner_s_address(tmp_path: Path, cluster: Cluster) -> None:
    given = variables.at_home(tmp_path, cluster)

    changed = {name for name, value in variables.as_owner(given).items() if value != given[name]}
    assert changed == {"DATABASE_URL"}
    assert variables.as_owner(given)["DATABASE_URL"] == given["DATABASE_MIGRATE_URL"]


def test_a_real_database_in_the_person_s_environment_never_reaches_the_demo() -> None:
    mine = {"HOME": "/root", "DATABASE_URL": "postgres://real", "REDIS_URL": "redis://real", "BP_NO_BOOTSTRAP": "0"}

    assert variables.over(mine, {"BP_PORT": "8000"}) == {"HOME": "/root", "BP_PORT": "8000"}


def test_secrets_are_drawn_once_and_closed_to_others(tmp_path: Path) -> None:
    first = secret_files.make(tmp_path / "secrets")
    contents = {name: Path(path).read_text() for name, path in first.items()}
    again = secret_files.make(tmp_path / "secrets")

    assert again == first
    assert {name: Path(path).read_text() for name, path in again.items()} == contents
    assert len(set(contents.values())) == 4
    assert {name: (len(contents[name]), oct(Path(path).stat().st_mode & 0o777)) for name, path in first.items()} == {
        "SECRET_KEY_FILE": (96, "0o600"),
        "BP_RECEIPT_SEED_FILE": (64, "0o400"),
        "BP_REVIEW_KEY_FILE": (64, "0o400"),
        "BP_CODE_PEPPER_FILE": (64, "0o400"),
    }


def test_a_secret_half_written_is_drawn_again(tmp_path: Path) -> None:
    (tmp_path / "secret_key.new").write_text("half")

    made = secret_files.make(tmp_path)

    assert len(Path(made["SECRET_KEY_FILE"]).read_text()) == 96
    assert not (tmp_path / "secret_key.new").exists()


def test_an_address_is_read_from_its_file_unless_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgres://from-file\n")
    path = str(tmp_path / "url")
    environ = {"DATABASE_URL_FILE": path, "REDIS_URL_FILE": path, "REDIS_URL": "redis://given"}

    secret_files.read_addresses(environ)

    assert (environ["DATABASE_URL"], environ["REDIS_URL"]) == ("postgres://from-file", "redis://given")


def test_an_address_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="DATABASE_URL_FILE names a file that cannot be read"):
        secret_files.read_addresses({"DATABASE_URL_FILE": str(tmp_path / "absent")})
