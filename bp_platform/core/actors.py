"""Who acts. The core knows no person: a user, the clock, an import and a resident without account are actors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@runtime_checkable
class Actor(Protocol):
    """What the journal may say of somebody: a kind and an opaque identifier, never a name."""

    @property
    def actor_kind(self) -> str:
        """`person`, `clock`, `import` or `resident`."""

    @property
    def actor_id(self) -> str:
        """An opaque identifier, empty when there is none."""


@dataclass(frozen=True, slots=True)
class SystemActor:
    """An actor that is no account: the calendar, an import, a resident who has none."""

    actor_kind: str
    actor_id: str = ""


CLOCK = SystemActor("clock")
RESIDENT = SystemActor("resident")


def importing(source: str) -> SystemActor:
    """The actor of an import; `source` names the command, never a person or a file."""
    return SystemActor("import", source)
