"""What a setting is called, and how its parts are typed when it is a list of things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bp_platform.core.registries import Words


@dataclass(frozen=True, slots=True)
class Column:
    """One part of a line that is typed « partie ; partie ; … »: `options` are its words, by value."""

    name: str
    label: Words
    kind: Literal["text", "number", "amount", "choice", "choices"] = "text"
    options: Mapping[str, Words] = field(default_factory=dict)
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """A field of the règlement: its label, its help, the words of its options, the step that shows it.

    `is_rare`: few editions need it, so it is folded. `columns`: the parts of each of its lines.
    """

    label: Words
    help: Words = ""
    options: Mapping[str, Words] = field(default_factory=dict)
    step: str = ""
    unit: Words = ""
    is_rare: bool = False
    columns: tuple[Column, ...] = ()


def rare(
    label: Words,
    help: Words = "",  # noqa: A002 -- the same names as Setting's
    options: Mapping[str, Words] | None = None,
    step: str = "",
    unit: Words = "",
    columns: tuple[Column, ...] = (),
) -> Setting:
    """A setting that few editions need."""
    return Setting(label, help, options or {}, step, unit, is_rare=True, columns=columns)
