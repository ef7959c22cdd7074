"""Presets: one readable TOML file per way of running an edition, checked before anything is written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic import ValidationError as PresetError

from bp_platform.core import drawings
from cycles.models import AreaKind, BudgetSection, CycleKind, PhaseKind
from cycles.rules import Rules

FOLDER = Path(__file__).with_name("presets")
Code = Annotated[str, Field(pattern=r"^[a-z0-9-]+$", max_length=40)]
Amount = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PhasePlan(Part):
    """A phase in days after the start of the edition, the last day included."""

    first_day: Annotated[int, Field(ge=0, le=3650)]
    last_day: Annotated[int, Field(ge=0, le=3650)]
    text: Annotated[str, Field(max_length=200)] = ""

    @model_validator(mode="after")
    def _ordered(self) -> PhasePlan:
        if self.last_day < self.first_day:
            raise ValueError(_("le dernier jour précède le premier : échangez-les"))
        return self


class AreaPlan(Part):
    code: Code
    name: Annotated[str, Field(min_length=1, max_length=80)]
    kind: AreaKind = AreaKind.DISTRICT
    parent: str = ""
    population: Annotated[int, Field(ge=0)] | None = None


class ThemePlan(Part):
    code: Code
    name: Annotated[str, Field(min_length=1, max_length=60)]
    drawing: str = "nature"

    @model_validator(mode="after")
    def _is_drawn(self) -> ThemePlan:
        if self.drawing not in drawings.KINDS:
            raise ValueError(_("ce dessin n’existe pas : choisissez parmi %(kinds)s") % {"kinds": _all(drawings.KINDS)})
        return self


class EnvelopePlan(Part):
    name: Annotated[str, Field(min_length=1, max_length=80)]
    amount_eur: Amount
    announced_eur: Amount | None = None
    section: BudgetSection = BudgetSection.INVESTMENT
    area: str = ""
    theme: str = ""


class Preset(Part):
    """An edition before its dates: what the file says, once checked."""

    title: Annotated[str, Field(min_length=1, max_length=120)]
    kind: CycleKind = CycleKind.RESIDENTS
    prefix: Annotated[str, Field(pattern=r"^[A-Z]{2,4}$")]
    promise: Annotated[str, Field(max_length=160)] = ""
    particular: tuple[str, ...] = ()
    phases: Annotated[dict[PhaseKind, PhasePlan], Field(min_length=1)]
    rules: Rules = Rules()
    areas: tuple[AreaPlan, ...] = ()
    themes: tuple[ThemePlan, ...] = ()
    envelopes: tuple[EnvelopePlan, ...] = ()

    @model_validator(mode="after")
    def _coherent(self) -> Preset:
        seen: set[str] = set()
        for area in self.areas:
            if area.parent and area.parent not in seen:
                raise ValueError(_("le lieu « %(code)s » doit suivre son lieu parent") % {"code": area.code})
            seen.add(area.code)
        themes = {theme.code for theme in self.themes}
        for envelope in self.envelopes:
            if (envelope.area and envelope.area not in seen) or (envelope.theme and envelope.theme not in themes):
                raise ValueError(
                    _("l’enveloppe « %(name)s » cite un lieu ou un thème absent du fichier") % {"name": envelope.name}
                )
        for parts in (self.areas, self.themes):
            if len({part.code for part in parts}) < len(parts):
                raise ValueError(_("deux lieux ou deux thèmes portent le même code : changez-en un"))
        if (PhaseKind.VOTE in self.phases) == (self.rules.ballot.decision_mode == "body_designation"):
            raise ValueError(
                _("une phase de vote va avec un vote : retirez-la, ou changez « rules › ballot › decision_mode »")
            )
        return self


def keys(folder: Path = FOLDER) -> list[str]:
    """The presets there are."""
    return sorted(path.stem for path in folder.glob("*.toml"))


def read(key: str, folder: Path = FOLDER) -> Preset:
    """The preset of that key; a `ValidationError` of one sentence names the file, the field and the remedy."""
    known = keys(folder)
    if key not in known:
        raise ValidationError(
            _("Le modèle « %(key)s » n’existe pas : choisissez parmi %(known)s.")
            % {"key": key, "known": _all(known) or "—"}
        )
    path = folder / f"{key}.toml"
    try:
        return Preset.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except UnicodeDecodeError as error:
        raise ValidationError(_("%(file)s : enregistrez ce fichier en UTF-8.") % {"file": path.name}) from error
    except tomllib.TOMLDecodeError as error:
        raise ValidationError(_syntax_sentence(path.name, str(error))) from error
    except PresetError as error:
        raise ValidationError(_field_sentence(path.name, error.errors()[0])) from error


def _syntax_sentence(name: str, message: str) -> str:
    line = re.search(r"line (\d+)", message)
    if line is None:
        return _("%(file)s, fin du fichier : un guillemet ou un crochet n’est pas fermé, fermez-le.") % {"file": name}
    return _(
        "%(file)s, ligne %(line)s : cette ligne n’est pas lisible, "
        "vérifiez les guillemets, les crochets et le signe égal."
    ) % {"file": name, "line": line[1]}


def _field_sentence(name: str, error: Mapping[str, Any]) -> str:
    where = " › ".join(
        str(part + 1) if isinstance(part, int) else str(part) for part in error["loc"] if part != "[key]"
    )
    return _("%(file)s, « %(where)s » : %(remedy)s.") % {
        "file": name,
        "where": where or _("le fichier entier"),
        "remedy": _remedy(str(error["type"]), error.get("ctx") or {}).rstrip("."),
    }


def _remedy(kind: str, context: Mapping[str, Any]) -> str:
    """What to do about it: pydantic writes English, and for programmers."""
    if kind == "value_error":
        return str(context["error"])
    if kind in {"enum", "literal_error"}:
        expected = str(context["expected"]).replace("'", "").replace(" or ", ", ")
        return _("cette valeur n’existe pas, choisissez parmi %(expected)s") % {"expected": expected}
    return {
        "missing": _("ce champ manque, ajoutez-le"),
        "extra_forbidden": _("ce champ n’existe pas, corrigez son nom ou retirez-le"),
        "string_type": _("écrivez un texte entre guillemets"),
        "string_too_long": _("ce texte est trop long, %(most)s caractères au plus")
        % {"most": context.get("max_length", "")},
        "string_pattern_mismatch": _("écrivez ce code sans espace ni accent, comme dans les autres modèles"),
        "int_type": _("écrivez un nombre entier, sans guillemets"),
        "int_parsing": _("écrivez un nombre entier, sans guillemets"),
        "decimal_type": _("écrivez un montant en euros, par exemple 30000"),
        "decimal_parsing": _("écrivez un montant en euros, par exemple 30000"),
        "bool_type": _("écrivez true ou false"),
        "bool_parsing": _("écrivez true ou false"),
        "greater_than": _("écrivez un nombre supérieur à %(least)s") % {"least": context.get("gt", "")},
        "greater_than_equal": _("écrivez un nombre d’au moins %(least)s") % {"least": context.get("ge", "")},
        "less_than_equal": _("écrivez un nombre d’au plus %(most)s") % {"most": context.get("le", "")},
    }.get(kind, _("cette valeur n’est pas acceptée, comparez-la à celles des autres modèles"))


def _all(words: Mapping[str, object] | list[str]) -> str:
    return ", ".join(words)


@dataclass(frozen=True, slots=True)
class Card:
    """A preset as the set-up desk offers it; `months` from its first day to the end of its vote."""

    key: str
    title: str
    summary: str
    for_whom: str
    months: int
    particulars: tuple[str, ...]


def catalogue(folder: Path = FOLDER) -> tuple[Card, ...]:
    """Every preset in a few words, for whoever chooses one."""
    return tuple(_card(key, read(key, folder)) for key in keys(folder))


def _card(key: str, preset: Preset) -> Card:
    ends = [
        plan.last_day for kind, plan in preset.phases.items() if kind not in {PhaseKind.REALISATION, PhaseKind.REVIEW}
    ]
    months = max(1, round(max(ends, default=30) / 30.4))
    return Card(key, preset.title, preset.promise, "", months, preset.particular)
