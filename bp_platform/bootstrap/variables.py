"""The environment that the platform's processes are given, for each way of running it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bp_platform.bootstrap import secret_files
from bp_platform.bootstrap.cluster import OPENER, OWNER, SUPERUSER, WEB, Cluster

# Set by the person, they would lead the demo to somebody's real data.
FOREIGN = ("DATABASE_URL", "DATABASE_MIGRATE_URL", "DATABASE_OPENER_URL", "REDIS_URL", "BP_NO_BOOTSTRAP")
MARK = "BP_RUNS_FOR"  # names, in a child's environment, the folder of the demo it serves


def at_home(home: Path, cluster: Cluster, *, port: int = 8000) -> dict[str, str]:
    """What the demo and its like need: everything in one folder, the web role, mail in files."""
    return {
        "DJANGO_SETTINGS_MODULE": "bp_platform.settings.dev",
        "DATABASE_URL": cluster.url(WEB),
        "DATABASE_MIGRATE_URL": cluster.url(OWNER),
        "DATABASE_OPENER_URL": cluster.url(OPENER),
        "CELERY_BROKER_DIR": str(home / "broker"),
        "BP_MEDIA_DIR": str(home / "media"),
        "BP_MAIL_DIR": str(home / "mail"),
        "BP_STATIC_DIR": str(home / "static"),
        "BP_PORT": str(port),
        "BP_BASE_URL": f"http://127.0.0.1:{port}",
        **secret_files.make(home / "secrets"),
    }


def make_folders(variables: Mapping[str, str]) -> None:
    """The folders that the variables name."""
    for name, value in variables.items():
        if name.endswith("_DIR"):
            Path(value).mkdir(parents=True, exist_ok=True, mode=0o700)


def as_owner(variables: Mapping[str, str]) -> dict[str, str]:
    """The same for a command that changes the database's shape, or fills it from outside."""
    return {**variables, "DATABASE_URL": variables["DATABASE_MIGRATE_URL"]}


def over(environ: Mapping[str, str], variables: Mapping[str, str]) -> dict[str, str]:
    """The person's environment without what would mislead, and ours over it."""
    mine = {name: value for name, value in environ.items() if name not in {*FOREIGN, "PYTHONDONTWRITEBYTECODE"}}
    return {**mine, **variables}


def for_tests(folder: Path, cluster: Cluster, redis_url: str) -> dict[str, str]:
    """The tests make and drop databases: they come as the superuser. What they write goes with the run's folder."""
    return {
        "DJANGO_SETTINGS_MODULE": "bp_platform.settings.test",
        "DATABASE_URL": cluster.url(SUPERUSER),
        "BP_TEST_REDIS_URL": redis_url,
        "CELERY_BROKER_DIR": str(folder / "broker"),
        "BP_MEDIA_DIR": str(folder / "media"),
    }


def like_production(database_url: str) -> dict[str, str]:
    """Made-up values of the right shape, to check the production settings."""
    return {
        "DJANGO_SETTINGS_MODULE": "bp_platform.settings.base",
        "DATABASE_URL": database_url,
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "BP_HOSTS": "participation.example",
        "BP_BASE_URL": "https://participation.example",
        "BP_MAIL_FROM": "Budget participatif <participation@ville.example>",
        **dict.fromkeys((*secret_files.SIGNING, *secret_files.VOTE), "0123456789abcdef" * 6),
    }
