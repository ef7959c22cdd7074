"""Forms derived from the règlement itself: whatever fields `cycles.rules` declares are shown, read and checked.

One builder: the annotation gives the field, `cycles.settings_words` gives the words.
"""

from __future__ import annotations

import json
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Union, get_args, get_origin

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bp_platform.core.fields import day_field
from cycles import settings_words
from cycles.forms.fields import AmountField
from cycles.forms.rows import RowsField
from cycles.models import Lesson, SectionFreeze
from cycles.settings_words import Setting

LONG_TEXT = 200
FEW = 6  # options shown as boxes rather than as a list


def form_field(code: str, info: FieldInfo) -> forms.Field:
    """The form field of one setting."""
    words, told = settings_words.of(code), settings_words.help_of(code)
    inner, is_optional = _without_none(info.annotation)
    bounds = _bounds(info)
    if words.columns:
        return RowsField(label=words.label, help_text=told, required=False, columns=words.columns)
    common: dict[str, Any] = {
        "label": _label(words, is_money=code.endswith("_eur")),
        "help_text": told,
        "required": not is_optional,
    }
    if inner is bool:
        return forms.BooleanField(label=words.label, help_text=told, required=False)
    if get_origin(inner) is Literal:
        return _choice(words, get_args(inner), common)
    if inner is int:
        return _number(bounds, common)
    if inner is Decimal:
        return AmountField(**common, min_value=Decimal(str(bounds.get("ge", bounds.get("gt", 0)))))
    if inner is date:
        return day_field(common["label"], required=common["required"], help_text=told)
    if get_origin(inner) is tuple and get_origin(get_args(inner)[0]) is Literal:
        return _boxes(words, get_args(get_args(inner)[0]), common)
    if inner is str:
        return _text(bounds, common | {"required": False})
    return LinesField(**common | {"required": False})


def _label(words: Setting, *, is_money: bool) -> str:
    unit = words.unit or (_("en euros") if is_money else "")
    return f"{words.label} ({unit})" if unit else str(words.label)


def _without_none(annotation: Any) -> tuple[Any, bool]:
    """`X | None` → X, and whether None was there; `Annotated[X, …]` → X."""
    if get_origin(annotation) in (Union, types.UnionType):
        parts = [part for part in get_args(annotation) if part is not type(None)]
        if len(parts) == 1:
            return _without_none(parts[0])[0], True
        if all(_is_text(part) for part in parts):
            return str, len(parts) < len(get_args(annotation))
    if hasattr(annotation, "__metadata__"):
        return _without_none(annotation.__origin__)
    return annotation, False


def _is_text(part: Any) -> bool:
    """A text, or one of a few texts."""
    inner, _optional = _without_none(part)
    return inner is str or (get_origin(inner) is Literal and all(isinstance(one, str) for one in get_args(inner)))


def _bounds(info: FieldInfo) -> dict[str, Any]:
    """`ge`, `le`, `gt`, `max_length`, wherever pydantic keeps them."""
    marks = list(info.metadata)
    for part in (info.annotation, *get_args(info.annotation)):
        for mark in getattr(part, "__metadata__", ()):
            marks += getattr(mark, "metadata", [mark])
    names = ("ge", "gt", "le", "lt", "max_length")
    return {name: getattr(mark, name) for mark in marks for name in names if getattr(mark, name, None) is not None}


def _choice(words: Setting, values: Sequence[Any], common: Mapping[str, Any]) -> forms.Field:
    choices = [(str(value), words.options.get(str(value), str(value))) for value in values]
    if not common["required"]:
        choices.insert(0, ("", _("rien de fixé")))
    widget: forms.Widget = forms.RadioSelect() if len(choices) <= FEW else forms.Select()
    messages = {
        "required": _("choisissez une réponse."),
        "invalid_choice": _("choisissez l’une des réponses proposées."),
    }
    return forms.ChoiceField(**common, choices=choices, widget=widget, error_messages=messages)


def _boxes(words: Setting, values: Sequence[Any], common: Mapping[str, Any]) -> forms.Field:
    choices = [(str(value), words.options.get(str(value), str(value))) for value in values]
    return forms.MultipleChoiceField(
        **{**common, "required": False},
        choices=choices,
        widget=forms.CheckboxSelectMultiple(),
        error_messages={"invalid_choice": _("choisissez parmi les réponses proposées.")},
    )


def _number(bounds: Mapping[str, Any], common: Mapping[str, Any]) -> forms.Field:
    least, most = bounds.get("ge"), bounds.get("le")
    return forms.IntegerField(
        **common,
        min_value=least,
        max_value=most,
        error_messages={
            "required": _("écrivez un nombre."),
            "invalid": _("écrivez un nombre entier."),
            "min_value": _("écrivez un nombre d’au moins %(limit_value)s."),
            "max_value": _("écrivez un nombre d’au plus %(limit_value)s."),
        },
    )


def _text(bounds: Mapping[str, Any], common: Mapping[str, Any]) -> forms.Field:
    longest = bounds.get("max_length")
    widget = forms.Textarea(attrs={"rows": 3}) if (longest or LONG_TEXT + 1) > LONG_TEXT else forms.TextInput()
    return forms.CharField(**common, max_length=longest, widget=widget)


class LinesField(forms.CharField):
    """A list, or something with parts: one line each, parts as « nom : valeur », parts apart by « ; »."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return "\n".join(f"{key} : {_plain(item)}" for key, item in value.items())
        if isinstance(value, list | tuple):
            return "\n".join(_line(item) for item in value)
        return value


def _line(item: Any) -> str:
    if isinstance(item, Mapping):
        return " ; ".join(f"{key} : {_plain(part)}" for key, part in item.items() if part is not None)
    return _plain(item)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def read_lines(annotation: Any, typed: str) -> Any:
    """What the lines of a `LinesField` say, for pydantic to check: a list, or one mapping."""
    inner, _optional = _without_none(annotation)
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    if get_origin(inner) is tuple or get_origin(inner) is list:
        item, _none = _without_none(get_args(inner)[0])
        if item is str:
            return lines
        is_made_of_parts = isinstance(item, type) and issubclass(item, BaseModel)
        return [_parts(line) if is_made_of_parts else _read(line) for line in lines]
    if not lines and type(None) in get_args(annotation):
        return None
    return {key: part for line in lines for key, part in _parts(line).items()}


def _parts(line: str) -> dict[str, Any]:
    pairs = (part.partition(":") for part in line.split(";") if part.strip())
    return {key.strip(): _read(part.strip()) for key, _colon, part in pairs}


def _read(part: str) -> Any:
    try:
        return json.loads(part)
    except ValueError:
        return part


def as_json(info: FieldInfo, value: Any) -> Any:
    """What a form field read, as the règlement’s JSON holds it."""
    inner, is_optional = _without_none(info.annotation)
    if get_origin(inner) is Literal:
        return next((option for option in get_args(inner) if str(option) == value), None if is_optional else value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):  # a RowsField has read it
        return value
    is_boxes = get_origin(inner) is tuple and get_origin(get_args(inner)[0]) is Literal
    if is_boxes or inner in {bool, int, str, Decimal, date}:
        return value
    return read_lines(info.annotation, value or "")


@dataclass(frozen=True, slots=True)
class Shown:
    """A field as the step shows it: what was learned about it, and what somebody else has just written in it."""

    field: BoundField
    lessons: tuple[Lesson, ...] = ()
    theirs: str = ""
    mine: str = ""
    keep: str = ""  # name of the choice between the two
    is_rare: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The fields of one section, under the title of the article they write."""

    section: str
    title: str
    rows: tuple[Shown, ...]
    freeze: SectionFreeze | None = None
    folded: tuple[Shown, ...] = ()
    is_unfolded: bool = False  # one of them is used, or must be corrected


class RulesForm(forms.Form):
    """The settings of one step. Fields are named `section__field`; `base__section` says what was shown."""

    def __init__(
        self,
        *args: Any,
        step: str,
        values: Mapping[str, Mapping[str, Any]],
        freezes: Mapping[str, SectionFreeze] | None = None,
        is_open: bool = True,
        lessons: Sequence[Lesson] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.step, self.values, self.lessons = step, values, lessons
        self.freezes, self.is_open = freezes or {}, is_open
        self.clashing: dict[str, Any] = {}
        self.mine: dict[str, Any] = {}
        for code in settings_words.codes():
            if settings_words.step_of(code) == step:
                self._add(code)
        for section in self.sections:
            shown = json.dumps({name: values[section].get(name) for name in self.names_of(section)}, sort_keys=True)
            self.fields[f"base__{section}"] = forms.CharField(widget=forms.HiddenInput(), required=False, initial=shown)

    def _add(self, code: str) -> None:
        section, _dot, name = code.partition(".")
        built = form_field(code, settings_words.model_of(section).model_fields[name])
        built.initial = self.values[section].get(name)
        built.disabled = section in self.freezes or not self.is_open
        self.fields[f"{section}__{name}"] = built

    @property
    def sections(self) -> list[str]:
        found = dict.fromkeys(name.partition("__")[0] for name in self.fields if not name.startswith("base__"))
        return list(found)

    def names_of(self, section: str) -> list[str]:
        return [name.partition("__")[2] for name in self.fields if name.startswith(f"{section}__")]

    def written(self) -> dict[str, dict[str, Any]]:
        """What the officer wrote, by open section, as the règlement's JSON holds it."""
        found: dict[str, dict[str, Any]] = {}
        for section in self.sections:
            if section not in self.freezes:
                found[section] = {name: self._json(section, name) for name in self.names_of(section)}
        return found

    def _json(self, section: str, name: str) -> Any:
        info = settings_words.model_of(section).model_fields[name]
        return as_json(info, self.cleaned_data.get(f"{section}__{name}"))

    def base(self, section: str) -> dict[str, Any]:
        """What the section held when it was shown; empty for a form that does not say."""
        try:
            shown = json.loads(self.cleaned_data.get(f"base__{section}") or "{}")
        except ValueError:
            return {}
        return shown if isinstance(shown, dict) else {}

    def clash(self, section: str, current: Mapping[str, Any], names: Sequence[str]) -> None:
        """Somebody wrote these fields meanwhile: both values are shown, and the next save starts from theirs."""
        for name in names:
            self.mine[f"{section}__{name}"] = self._json(section, name)  # an error forgets what was read
            self.clashing[f"{section}__{name}"] = current[name]
            self.add_error(f"{section}__{name}", _("quelqu’un vient d’écrire autre chose : choisissez."))
        shown = {name: current.get(name) for name in self.names_of(section)}
        data: Any = self.data
        self.data = data.copy()
        self.data[f"base__{section}"] = json.dumps(shown, sort_keys=True)  # type: ignore[index] # the copy is mutable

    def groups(self) -> Iterator[Group]:
        """The sections of the step, ready to be drawn."""
        for section in self.sections:
            shown = [self._shown(section, name) for name in self.names_of(section)]
            folded = tuple(row for row in shown if row.is_rare)
            yield Group(
                section,
                settings_words.title_of(section),
                tuple(row for row in shown if not row.is_rare),
                self.freezes.get(section),
                folded,
                bool(self.non_field_errors()) or any(self._is_used(section, row) for row in folded),
            )

    def _is_used(self, section: str, row: Shown) -> bool:
        """Whether a rare setting says something, typed or saved."""
        name = row.field.name.partition("__")[2]
        usual = settings_words.model_of(section).model_fields[name].get_default(call_default_factory=True)
        plain = list(usual) if isinstance(usual, tuple) else usual
        return bool(row.field.errors or row.lessons or row.keep or self.values[section].get(name) != plain)

    def _shown(self, section: str, name: str) -> Shown:
        code, key = f"{section}.{name}", f"{section}__{name}"
        lessons = tuple(lesson for lesson in self.lessons if lesson.setting == code)
        is_rare = settings_words.of(code).is_rare
        if key not in self.clashing:
            return Shown(self[key], lessons, is_rare=is_rare)
        mine = settings_words.value_words(code, self.mine[key])
        theirs = settings_words.value_words(code, self.clashing[key])
        return Shown(self[key], lessons, theirs, mine, f"garder__{key}", is_rare)


def with_theirs(posted: Any, current: Mapping[str, Mapping[str, Any]]) -> Any:
    """The posted data where « garder la leur » was chosen, taken from what the draft holds now."""
    data = posted.copy()
    for name in [name for name in data if name.startswith("garder__") and data[name] == "theirs"]:
        _keep, _dash, key = name.partition("__")
        section, _dashes, setting = key.partition("__")
        if section not in current or setting not in current[section]:
            continue
        value = current[section][setting]
        if value is False or value is None:
            data.pop(key, None)
        elif value is True:
            data[key] = "on"
        elif isinstance(value, list) and all(isinstance(item, str) for item in value):
            data.setlist(key, value)
        else:
            info = settings_words.model_of(section).model_fields[setting]
            data[key] = str(form_field(f"{section}.{setting}", info).prepare_value(value))
    return data
