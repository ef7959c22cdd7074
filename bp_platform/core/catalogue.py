"""The catalogue of the interface: what the source says in French, and its English.

Messages are found without GNU gettext: Python files by their syntax tree, templates through Django's own `templatize`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

from bp_platform.core.syntax import tree_of

PACKAGES = ("bp_platform", "cycles", "proposals", "instruction", "voting", "realisation")
SINGULAR = {"_", "_now", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
CALL = re.compile(r"\b(?:_|gettext|ngettext|pgettext|npgettext)\(")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sdif]")


@dataclass(frozen=True, slots=True)
class Message:
    """A text of the interface; `plural` is empty for most."""

    singular: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> str | tuple[str, str]:
        return (self.singular, self.plural) if self.plural else self.singular


def found() -> dict[Message, list[str]]:
    """Every message of the source, with the files that say it."""
    places: dict[Message, list[str]] = {}
    for path, messages in _everywhere():
        for message in messages:
            places.setdefault(message, []).append(path)
    return places


def _everywhere() -> Iterator[tuple[str, list[Message]]]:
    root = Path(settings.BASE_DIR)
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(root)), list(_in_python(tree_of(path.read_text())))
    for path in sorted((root / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            yield str(path.relative_to(root)), list(_in_template(path.read_text()))


def _in_python(tree: ast.AST) -> Iterator[Message]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if name in SINGULAR and len(texts) == 1:
                yield Message(texts[0])
            elif name in PLURAL and len(texts) == 2:
                yield Message(texts[0], texts[1])
            elif name in CONTEXT and len(texts) == 2:
                yield Message(texts[1], context=texts[0])


def _in_template(source: str) -> Iterator[Message]:
    said = templatize(source)
    for match in CALL.finditer(said):
        call = said[match.start() : _end_of_call(said, match.end())].strip()
        try:
            tree = tree_of(call)
        except SyntaxError:
            continue
        yield from _in_python(tree)


def _end_of_call(text: str, start: int) -> int:
    """Just after the closing bracket of the call whose arguments start at `start`."""
    quote, escaped = "", False
    for index in range(start, len(text)):
        letter = text[index]
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter == ")":
            return index + 1
    return len(text)


def _empty(language: str) -> Catalog:
    # One date for all: a catalogue changes only when its texts do.
    day = datetime(2026, 1, 1, tzinfo=UTC)
    return Catalog(
        locale=language,
        charset="utf-8",
        fuzzy=False,
        header_comment=f"# Budget participatif, {language}.",
        creation_date=day,
        revision_date=day,
    )


def path(language: str = "en") -> Path:
    return Path(settings.BASE_DIR) / "locale" / language / "LC_MESSAGES" / "django.po"


def read(language: str = "en") -> Catalog:
    """The committed catalogue; an empty one when there is none yet."""
    if not path(language).exists():
        return Catalog(locale=language, charset="utf-8", fuzzy=False)
    with path(language).open("rb") as file:
        return read_po(file, locale=language)


def update(language: str = "en") -> list[Message]:
    """Bring the catalogue to what the source says, keeping its translations; the messages left to translate."""
    old, new = read(language), _empty(language)
    places = found()
    for message in sorted(places, key=lambda m: (m.context, m.singular)):
        kept = old.get(message.singular, context=message.context or None)
        string = kept.string if kept is not None and isinstance(kept.id, tuple) == bool(message.plural) else ""
        new.add(message.key, string, context=message.context or None, auto_comments=sorted(set(places[message]))[:1])
    path(language).parent.mkdir(parents=True, exist_ok=True)
    with path(language).open("wb") as file:
        write_po(file, new, sort_output=True, width=110, omit_header=False)
    return [m for m in places if not _translations(new, m)]


def update_french() -> int:
    """The French catalogue holds the plurals alone, as the source says them: French writes « 0 idée »."""
    new = _empty("fr")
    plurals = _plurals()
    for message in plurals:
        new.add(message.key, (message.singular, message.plural))
    path("fr").parent.mkdir(parents=True, exist_ok=True)
    with path("fr").open("wb") as file:
        write_po(file, new, sort_output=True, width=110, omit_header=False)
    return len(plurals)


def _plurals() -> list[Message]:
    return sorted((m for m in found() if m.plural), key=lambda m: m.singular)


def french_faults() -> list[str]:
    """One sentence when the French plurals are not those of the source."""
    held = {tuple(entry.id) for entry in read("fr") if isinstance(entry.id, tuple | list)}
    if held == {(m.singular, m.plural) for m in _plurals()}:
        return []
    return ["Les pluriels français ne sont plus ceux du code : lancez « manage.py update_catalogue »."]


def faults(language: str = "en") -> list[str]:
    """One French sentence per message that is missing, left over, or has other placeholders."""
    catalogue, places = read(language), found()
    said = []
    for message, files in sorted(places.items(), key=lambda item: item[0].singular):
        translations = _translations(catalogue, message)
        if not translations:
            said.append(f"{files[0]} : « {message.singular[:70]} » n’est pas traduit.")
        elif any(_holes(text) != _holes(message.singular) | _holes(message.plural) for text in translations[-1:]):
            said.append(f"{files[0]} : « {message.singular[:70]} » n’a pas les mêmes variables dans sa traduction.")
    known = {(m.singular, m.context) for m in places}
    for entry in catalogue:
        first = entry.id[0] if isinstance(entry.id, tuple | list) else entry.id
        if first and (first, entry.context or "") not in known:
            said.append(f"« {first[:70]} » est traduit mais n’existe plus.")
    return said


def _translations(catalogue: Catalog, message: Message) -> list[str]:
    entry = catalogue.get(message.singular, context=message.context or None)
    if entry is None or entry.fuzzy:
        return []
    strings = list(entry.string) if isinstance(entry.string, tuple | list) else [entry.string]
    is_whole = all(strings) and (len(strings) == 2 if message.plural else len(strings) == 1)
    return [str(s) for s in strings] if is_whole else []


def _holes(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))
