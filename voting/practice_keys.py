"""Keys of practice votes, kept in files beside the private media: never in the database nor in its backups."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings


def folder() -> Path:
    """`BP_PRACTICE_KEYS_DIR`, by default `poll-keys` beside the media."""
    named = getattr(settings, "BP_PRACTICE_KEYS_DIR", "")
    return Path(named) if named else Path(settings.MEDIA_ROOT).resolve().parent / "poll-keys"


def keep(poll_digest: str, private_key: bytes) -> Path:
    """Write the key, readable by its owner alone, before the sealing commits: no vote without its key."""
    home = folder()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = home / f"{poll_digest}.key"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(handle, "w") as file:
        file.write(private_key.hex())
        file.flush()
        os.fsync(file.fileno())
    return path


def find(poll_digest: str) -> bytes | None:
    """The private key of a practice vote, or None when it is not on this machine."""
    path = folder() / f"{poll_digest}.key"
    return bytes.fromhex(path.read_text().strip()) if path.exists() else None
