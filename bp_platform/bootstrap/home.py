"""A folder with everything one installation on this machine has: cluster, secrets, files, mail."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bp_platform.bootstrap import catalogue, django_commands, locks, paths, variables
from bp_platform.bootstrap.cluster import OWNER, Cluster
from bp_platform.bootstrap.console import Refusal, say


@dataclass(frozen=True)
class Home:
    """The demo's folder, or the benchmarks'."""

    folder: Path

    @property
    def cluster(self) -> Cluster:
        return Cluster(self.folder / "pg")

    @property
    def _users(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.users.lock")

    @contextlib.contextmanager
    def running(self) -> Iterator[Cluster]:
        """The cluster, started if needed; whoever leaves last stops it. Killed users count no more."""
        usage = locks.Usage(self._users)
        try:
            with locks.alone(self.folder.with_name(f"{self.folder.name}.start.lock"), "the database to start"):
                paths.private_folder(self.folder)
                self.cluster.start()
                self.cluster.provide(OWNER)
            yield self.cluster
        finally:
            if usage.leave():
                self.cluster.stop()
            usage.close()

    @property
    def _migrated(self) -> Path:
        return self.folder / "migrated"

    def reset(self) -> None:
        """Delete everything; refused while something uses it."""
        with locks.alone_or_not(self._users) as is_free:
            if not is_free:
                raise Refusal("The demo is in use by another command: stop it first, then reset.")
            self.cluster.remove()
            shutil.rmtree(self.folder, ignore_errors=True)

    def environ(self, port: int = 8000) -> dict[str, str]:
        """The environment of this home's processes, in the web role."""
        ours = variables.at_home(self.folder, self.cluster, port=port)
        variables.make_folders(ours)
        return variables.over(os.environ, ours)

    def prepare(self, environ: dict[str, str]) -> None:
        """Tables and catalogues as the code wants them; nothing to do when the code has not changed since."""
        catalogue.compile_all()
        done, wanted = self._migrated, migrations_fingerprint(paths.ROOT)
        if done.exists() and done.read_text() == wanted:
            return
        say("preparing the tables")
        if django_commands.apart([["migrate", "--verbosity", "0"]], variables.as_owner(environ)):
            raise Refusal("The tables could not be prepared: the lines above say why.")
        done.write_text(wanted)

    def forget_tables(self) -> None:
        """Somebody changes the tables by hand: they are looked at again next time."""
        self._migrated.unlink(missing_ok=True)

    def collect_static(self, environ: dict[str, str]) -> None:
        """The hashed and compressed copies of the static files, made again when one has changed."""
        done, wanted = self.folder / "collected", static_fingerprint(paths.ROOT)
        if done.exists() and done.read_text() == wanted:
            return
        if django_commands.apart([django_commands.COLLECT_STATIC], environ):
            raise Refusal("The static files could not be collected: the lines above say why.")
        done.write_text(wanted)


def migrations_fingerprint(root: Path) -> str:
    """Changes when a migration does, here or in an installed package."""
    digest = hashlib.sha256((root / "requirements" / "local.txt").read_bytes())
    for folder in sorted([*root.glob("*/migrations"), *root.glob("bp_platform/*/migrations")]):
        for file in sorted(folder.glob("*.py")):
            digest.update(os.fsencode(file.relative_to(root)) + b"\0" + file.read_bytes())
    return digest.hexdigest()


def static_fingerprint(root: Path) -> str:
    """Changes when a static file does, here or in an installed package."""
    digest = hashlib.sha256((root / "requirements" / "local.txt").read_bytes())
    for folder in sorted([*root.glob("static"), *root.glob("*/static"), *root.glob("bp_platform/*/static")]):
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(os.fsencode(file.relative_to(root)) + b"\0" + file.read_bytes())
    return digest.hexdigest()


def demo() -> Home:
    return Home(paths.LOCAL / "demo")


def bench() -> Home:
    return Home(paths.LOCAL / "bench")
