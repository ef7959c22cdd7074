"""The settings of the règlement in words: one row per field, for the forms, the consultations and the lessons.

A field of `Rules` without a row here still shows, under its code name; a test refuses to leave it so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext
from pydantic import BaseModel

from bp_platform.core import money
from cycles.rules import FRAMES, Rules
from cycles.settings_words.after import AFTER
from cycles.settings_words.base import Column, Setting
from cycles.settings_words.filing import FILING
from cycles.settings_words.force import SAID, force_of
from cycles.settings_words.study import STUDY
from cycles.settings_words.vote import VOTE

__all__ = [
    "SETTINGS",
    "Column",
    "Setting",
    "codes",
    "exists",
    "force_of",
    "help_of",
    "line_words",
    "model_of",
    "of",
    "place_words",
    "sections",
    "step_of",
    "title_of",
    "value_words",
]

PHASE_STEPS = {"call": "proposer", "instruction": "etude", "vote": "vote", "realisation": "suites"}
APART = " ; "
SETTINGS: dict[str, Setting] = {**FILING, **STUDY, **VOTE, **AFTER}


def sections() -> list[str]:
    """The sections of the règlement, in order."""
    return [name for name in Rules.model_fields if name != "schema_version"]


def model_of(section: str) -> type[BaseModel]:
    """The pydantic model of a section."""
    model = Rules.model_fields[section].annotation
    assert isinstance(model, type)  # noqa: S101 -- every section is a model
    return model


def codes() -> list[str]:
    """Every setting there is: « ballot.maximum_choices »…"""
    return [f"{section}.{name}" for section in sections() for name in model_of(section).model_fields]


def exists(code: str) -> bool:
    section, _dot, name = code.partition(".")
    return section in sections() and name in model_of(section).model_fields


def of(code: str) -> Setting:
    """The words of a setting; its code name when nobody has written them yet."""
    return SETTINGS.get(code) or Setting(code.partition(".")[2].replace("_", " ").capitalize())


def help_of(code: str) -> str:
    """What helps to fill a setting, and what nobody checks."""
    return " ".join(words for words in (str(of(code).help), str(SAID[force_of(code)])) if words)


def step_of(code: str) -> str:
    """The step that shows a setting: its own, else the one of its section's phase."""
    if of(code).step:
        return of(code).step
    section = code.partition(".")[0]
    phase = next((frame.phase for frame in FRAMES if frame.name == section), "")
    return PHASE_STEPS.get(phase, "suites")


def title_of(section: str) -> str:
    """« Article 2 · Qui peut proposer »."""
    frame = next((frame for frame in FRAMES if frame.name == section), None)
    if frame is None:
        return section.replace("_", " ").capitalize()
    return gettext("Article %(number)d · %(title)s") % {"number": frame.article, "title": gettext(frame.title)}


def value_words(code: str, value: Any) -> str:
    """A value as it is read: « oui », « 5 projets », « 40 000 € », « Les écoles, Les collectifs »."""
    setting = of(code)
    if isinstance(value, bool):
        return gettext("oui") if value else gettext("non")
    if value is None or value in ("", [], ()):
        return gettext("rien de fixé")
    if setting.columns:
        return " / ".join(line_words(setting.columns, item) for item in value)
    if isinstance(value, list | tuple):
        return ", ".join(str(setting.options.get(str(item), item)) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}\u00a0: {item}" for key, item in value.items())
    if code.endswith("_eur"):
        return money.in_words(Decimal(str(value)))
    words = str(setting.options.get(str(value), value))
    return f"{words}\u00a0{setting.unit}" if setting.unit else words


def line_words(columns: Sequence[Column], item: Mapping[str, Any]) -> str:
    """« comite ; le comité de suivi ; 12 ; 2 »: one thing as its line is typed, without the empty parts at its end."""
    parts = [_part_words(column, item.get(column.name)) for column in columns]
    while parts and not parts[-1]:
        parts.pop()
    return APART.join(parts)


def _part_words(column: Column, value: Any) -> str:
    if column.kind == "choices":
        return ", ".join(str(column.options.get(str(one), one)) for one in value or ())
    if value is None or value == "":
        return ""
    if column.kind == "choice":
        return str(column.options.get(str(value), value))
    if column.kind == "amount":
        try:
            return f"{Decimal(str(value)).normalize():f}".replace(".", ",")
        except InvalidOperation:
            return str(value)
    return str(value)


def place_words(code: str) -> str:
    """Where a lesson belongs: « Nombre maximal de choix », « Calendrier »."""
    from cycles import setup

    return str(setup.BY_KEY[code].label) if code in setup.BY_KEY else str(of(code).label) if exists(code) else ""
