"""A private PostgreSQL cluster, reached by a socket that only its owner can open."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from bp_platform.bootstrap import paths, postgres, processes
from bp_platform.bootstrap.console import Refusal, say

SUPERUSER, OWNER, WEB, OPENER = "bp", "bp_migrate", "bp_web", "bp_opener"
DATABASE = "bp"
SQL_FOLDER = Path(__file__).parent
# Nothing of a ballot may reach the server's log, and no commit time may tell one row's hour.
DISCREET = {
    "log_statement": "none",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "track_commit_timestamp": "off",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on"}
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


@dataclass(frozen=True)
class Cluster:
    """A cluster by its folder; the object holds no state, the folder does."""

    home: Path
    is_durable: bool = True
    connections: int = 100
    who: postgres.Identity = field(default_factory=postgres.current_identity)

    @property
    def folder(self) -> Path:
        """Where the files are: not in the checkout when they belong to another user, who could not reach it."""
        return self.home if self.who.user is None else paths.temporary_folder(self.home)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def socket(self) -> Path:
        return paths.short_folder(self.folder)

    def url(self, role: str, database: str = DATABASE) -> str:
        """The address of a database, for Django."""
        return f"postgres://{role}@/{database}?host={quote(str(self.socket), safe='/')}"

    def settings(self) -> dict[str, str]:
        """The server's settings, given at each start so that a kept cluster follows them."""
        return {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket),
            "unix_socket_permissions": "0700",
            "max_connections": str(self.connections),
            **DISCREET,
            **(DURABLE if self.is_durable else THROWAWAY),
        }

    def pid(self) -> int | None:
        """The running server's, known to be ours by its command line: numbers are used again after a crash."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None
        return pid if str(self.data) in processes.command_line(pid) else None

    def start(self) -> None:
        """Make the cluster if needed and start it; nothing to do when it runs already."""
        self._own(self.folder)
        self._own(self.socket)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        if self.pid() is None:
            for stale in (self.data / "postmaster.pid", self.socket / ".s.PGSQL.5432.lock"):
                stale.unlink(missing_ok=True)
            self._launch()
        self._await()

    def start_again(self) -> None:
        """Start the server when it was killed under us."""
        if self.pid() is None:
            say("the database had ended; starting it again")
            self.start()

    def stop(self, mode: str = "fast") -> None:
        """Stop the server and wait for it; nothing to do when it does not run."""
        if self.pid() is not None:
            self._as_server("pg_ctl", "-D", str(self.data), "-m", mode, "-w", "-t", "60", "stop")

    def remove(self) -> None:
        """Stop the server and delete everything it had."""
        self.stop("immediate")
        for folder in {self.home, self.folder, self.socket}:
            shutil.rmtree(folder, ignore_errors=True)

    def provide(self, owner: str) -> None:
        """The three roles, and the database of the platform, owned by the given role."""
        self.sql((SQL_FOLDER / "roles.sql").read_text())
        if self.sql(f"SELECT count(*) FROM pg_database WHERE datname = '{DATABASE}'") == "0":
            self.sql(f"CREATE DATABASE {DATABASE} OWNER {owner}")
        for database in (DATABASE, "template1"):  # databases made later, by the tests, are copies of template1
            self.sql((SQL_FOLDER / "opener.sql").read_text(), database=database, owner=owner)

    def sql(self, statements: str, *, database: str = "postgres", **variables: str) -> str:
        """Run statements as the superuser; the bare output."""
        command = [str(self._binaries() / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        for name, value in variables.items():
            command += ["-v", f"{name}={value}"]
        command += ["-h", str(self.socket), "-U", SUPERUSER, "-d", database, "-f", "-"]
        environ = {"PATH": os.environ.get("PATH", ""), "PGCLIENTENCODING": "UTF8"}
        done = subprocess.run(command, input=statements, capture_output=True, text=True, env=environ)
        if done.returncode:
            raise Refusal(f"PostgreSQL refused to prepare the database: {done.stderr.strip()}")
        return done.stdout.strip()

    def _binaries(self) -> Path:
        try:
            version = int((self.data / "PG_VERSION").read_text())
        except (OSError, ValueError):
            version = None
        return postgres.binaries(version)

    def _own(self, folder: Path) -> None:
        """A private folder of the user who runs the server; anybody else's is refused."""
        paths.private_folder(folder)
        user = self.who.user
        if user is not None and folder.stat().st_uid == os.geteuid():
            os.chown(folder, user.pw_uid, user.pw_gid)
        if folder.stat().st_uid != (os.geteuid() if user is None else user.pw_uid):
            raise Refusal(f"The folder {folder} belongs to somebody else: remove it, or set BP_LOCAL_DIR elsewhere.")

    def _as_server(self, program: str, *arguments: str) -> None:
        command = [*self.who.prefix, str(self._binaries() / program), *arguments]
        with tempfile.TemporaryFile("w+") as output:  # a file: the server inherits it, and a pipe would never end
            done = subprocess.run(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, cwd="/")
            if done.returncode:
                output.seek(0)
                raise Refusal(f"PostgreSQL: {program} failed. {output.read().strip()[-600:]} (log: {self.log})")

    def _initialise(self) -> None:
        """Make the data aside: a half-made cluster is thrown away at the next start."""
        aside = self.folder / "data.building"
        if aside.exists():
            shutil.rmtree(aside)
        options = ["-D", str(aside), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        self._as_server("initdb", *options, *([] if self.is_durable else ["--no-sync"]))
        aside.rename(self.data)

    def _launch(self, patience: float = 20.0) -> None:
        """Start the server; the processes of a killed one may take a moment to leave the place."""
        options = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in self.settings().items())
        limit = time.monotonic() + patience
        while True:
            try:
                self._as_server(
                    "pg_ctl", "-D", str(self.data), "-w", "-t", "60", "-l", str(self.log), "-o", options, "start"
                )
            except Refusal:
                if time.monotonic() > limit:
                    raise
                time.sleep(0.5)
            else:
                return

    def _await(self, patience: float = 60.0) -> None:
        """Wait until connections are accepted: a server found running may still be recovering."""
        command = [
            str(self._binaries() / "pg_isready"),
            "-q",
            "-h",
            str(self.socket),
            "-d",
            "postgres",
            "-U",
            SUPERUSER,
        ]
        limit = time.monotonic() + patience
        while subprocess.run(command).returncode:
            if time.monotonic() > limit:
                raise Refusal(f"PostgreSQL does not answer; its log is {self.log}.")
            time.sleep(0.1)
