"""Secrets kept in files: made once for the demo, read for a container."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, MutableMapping
from pathlib import Path

from bp_platform.bootstrap.console import Refusal

SIGNING, VOTE = ("SECRET_KEY",), ("BP_RECEIPT_SEED", "BP_REVIEW_KEY", "BP_CODE_PEPPER")
ADDRESSES = ("DATABASE_URL", "DATABASE_MIGRATE_URL", "DATABASE_OPENER_URL", "REDIS_URL")


def make(folder: Path) -> dict[str, str]:
    """Draw the secrets that are missing; the variables that name their files.

    32 random bytes in hexadecimal for each secret of the vote, 48 for the signing key.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in SIGNING:
        _write_once(folder / name.lower(), secrets.token_hex(48), 0o600)
    for name in VOTE:
        _write_once(folder / name.lower(), secrets.token_hex(32), 0o400)
    return {f"{name}_FILE": str(folder / name.lower()) for name in (*SIGNING, *VOTE)}


def _write_once(path: Path, content: str, mode: int) -> None:
    """Whole or not at all: a start killed here must not leave half a secret."""
    if path.exists():
        return
    aside = path.with_name(f"{path.name}.new")
    aside.unlink(missing_ok=True)
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(path)


def read_addresses(environ: MutableMapping[str, str], names: Iterable[str] = ADDRESSES) -> None:
    """Addresses with a password in them come by file too: NAME_FILE fills NAME when it is not set."""
    for name in names:
        path = environ.get(f"{name}_FILE")
        if path and not environ.get(name):
            try:
                environ[name] = Path(path).read_text().strip()
            except OSError as error:
                raise Refusal(f"{name}_FILE names a file that cannot be read: {path} ({error.strerror}).") from error
