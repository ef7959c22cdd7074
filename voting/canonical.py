"""Canonical JSON: one value, one sequence of bytes, one digest. Integers and texts only, never a float."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

Value = None | bool | int | str | Sequence["Value"] | Mapping[str, "Value"]


def dump(value: Value) -> bytes:
    """UTF-8, keys sorted, no space. A float is refused: two machines may write it differently."""
    _no_float(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def load(data: bytes) -> Any:  # Any: JSON, checked by who reads it
    """The value of canonical bytes; bytes that are JSON but not canonical are refused."""
    value = json.loads(data)
    if dump(value) != data:
        msg = "These bytes are not canonical JSON."
        raise ValueError(msg)
    return value


def digest(data: bytes) -> str:
    """SHA-256, hexadecimal."""
    return sha256(data).hexdigest()


def _no_float(value: object) -> None:
    if isinstance(value, float):
        msg = "Canonical JSON holds no float."
        raise TypeError(msg)
    if isinstance(value, Mapping):
        for part in value.values():
            _no_float(part)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for part in value:
            _no_float(part)
