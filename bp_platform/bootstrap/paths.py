"""Where things lie in a checkout."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
# Services, their data and their logs; BP_LOCAL_DIR moves them out of a read-only checkout.
LOCAL = Path(os.environ.get("BP_LOCAL_DIR") or ROOT / ".local").resolve()
LONGEST_SOCKET_FOLDER = 88  # bytes: a Unix socket's whole path must stay under 108


def short_folder(preferred: Path) -> Path:
    """The folder itself or, where its path is too long for a socket, the one that stands for it."""
    return preferred if len(os.fsencode(preferred)) <= LONGEST_SOCKET_FOLDER else temporary_folder(preferred)


def temporary_folder(stands_for: Path) -> Path:
    """The folder that stands for another one in the temporary folder, always the same."""
    tag = hashlib.sha256(os.fsencode(stands_for)).hexdigest()[:10]
    return Path(tempfile.gettempdir()) / f"bp-{tag}"


def private_folder(folder: Path) -> Path:
    """Make the folder, readable by its owner alone."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
