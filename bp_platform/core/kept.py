"""Values that a process keeps under a version: made once, until the version is another.

For rows, the version is PostgreSQL's own: `xmin` and `ctid` of the row, which every UPDATE changes, whoever makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """The last values, each under its key and its version; threads share them: they are read, never changed."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: dict[Key, tuple[Hashable, Value]] = {}

    def of(self, key: Key, version: Hashable, make: Callable[[], Value]) -> Value:
        """The value of this key at this version; `make` is called when it is not held."""
        held = self._held.get(key)
        if held is not None and held[0] == version:
            return held[1]
        value = make()
        if len(self._held) >= self._most:
            self._held.clear()
        self._held[key] = (version, value)
        return value
