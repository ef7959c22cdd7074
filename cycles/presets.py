"""Presets: one readable TOML file per way of running an edition, checked before anything is written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic import ValidationError as PresetError

from bp_platform.core import drawings
from bp_platform.core.text import typeset_fr
from cycles import districts
from cycles.models import AreaKind, BudgetSection, CallKind, CycleKind, EnvelopePublic, PhaseKind
from cycles.rules import Rules
from cycles.rules.sentences import remedy

FOLDER = Path(__file__).with_name("presets")
RESULTS = (PhaseKind.VOTE, PhaseKind.PROCLAMATION)
IN_ORDER = (
    PhaseKind.PREPARATION,
    PhaseKind.DIAGNOSIS,
    PhaseKind.CALL,
    PhaseKind.INSTRUCTION,
    PhaseKind.CAMPAIGN,
    PhaseKind.VOTE,
    PhaseKind.PROCLAMATION,
    PhaseKind.REALISATION,
)
DAYS_IN_A_MONTH = 30.44
APART = "\n"  # between two faults of the whole file
Code = Annotated[str, Field(pattern=r"^[a-z0-9-]+$", max_length=40)]
Amount = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)]


Text = Annotated[str, AfterValidator(typeset_fr)]  # whoever edits a file by hand types plain spaces


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PhasePlan(Part):
    """A phase in days after the start of the edition, the last day included."""

    first_day: Annotated[int, Field(ge=0, le=3650)]
    last_day: Annotated[int, Field(ge=0, le=3650)]
    text: Annotated[Text, Field(max_length=200)] = ""
    call_kind: CallKind = CallKind.IDEAS  # of the call alone

    @model_validator(mode="after")
    def _ordered(self) -> PhasePlan:
        if self.last_day < self.first_day:
            raise ValueError(_("le dernier jour précède le premier : échangez-les"))
        return self


class AreaPlan(Part):
    code: Code
    name: Annotated[Text, Field(min_length=1, max_length=80)]
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
    name: Annotated[Text, Field(min_length=1, max_length=80)]
    amount_eur: Amount
    announced_eur: Amount | None = None
    section: BudgetSection = BudgetSection.INVESTMENT
    area: str = ""
    theme: str = ""
    public: EnvelopePublic = EnvelopePublic.EVERYBODY
    minimum_eur: Amount | None = None
    maximum_eur: Amount | None = None

    @property
    def is_plain(self) -> bool:
        """For every project of the whole edition: what the tranches of the règlement are cut from."""
        return not (self.area or self.theme or self.maximum_eur) and self.public == EnvelopePublic.EVERYBODY


class Preset(Part):
    """An edition before its dates: what the file says, once checked."""

    name: Annotated[Text, Field(max_length=80)] = ""  # how the preset is offered; the title when empty
    summary: Annotated[Text, Field(max_length=200)] = ""
    for_whom: Annotated[Text, Field(max_length=120)] = ""
    title: Annotated[Text, Field(min_length=1, max_length=120)]
    kind: CycleKind = CycleKind.RESIDENTS
    prefix: Annotated[str, Field(pattern=r"^[A-Z]{2,4}$")]
    promise: Annotated[Text, Field(max_length=160)] = ""
    particular: tuple[Text, ...] = ()
    phases: Annotated[dict[PhaseKind, PhasePlan], Field(min_length=1)]
    rules: Rules = Rules()
    areas: tuple[AreaPlan, ...] = ()
    themes: tuple[ThemePlan, ...] = ()
    envelopes: tuple[EnvelopePlan, ...] = ()

    @model_validator(mode="after")
    def _coherent(self) -> Preset:
        """Every fault at once, one a line: a file is corrected in one go."""
        checks = (
            self._phase_fault, self._order_fault, self._kind_fault, self._count_fault, self._money_fault,
        )  # fmt: skip
        faults = [*self._reference_faults(), *(fault for check in checks if (fault := check()))]
        if faults:
            raise ValueError(APART.join(faults))
        return self

    def _reference_faults(self) -> Iterator[str]:
        """What cites a place or a theme that the file does not have, or comes twice."""
        seen: set[str] = set()
        for area in self.areas:
            if area.parent and area.parent not in seen:
                yield _("le lieu « %(code)s » doit suivre son lieu parent") % {"code": area.code}
            seen.add(area.code)
        themes = {theme.code for theme in self.themes}
        for envelope in self.envelopes:
            if (envelope.area and envelope.area not in seen) or (envelope.theme and envelope.theme not in themes):
                yield _("l’enveloppe « %(name)s » cite un lieu ou un thème absent du fichier") % {"name": envelope.name}
        if any(len({part.code for part in parts}) < len(parts) for parts in (self.areas, self.themes)):
            yield _("deux lieux ou deux thèmes portent le même code : changez-en un")
        names = [envelope.name for envelope in self.envelopes]
        if len(set(names)) < len(names):
            yield _("deux enveloppes portent le même nom : changez-en un")

    def _phase_fault(self) -> str:
        if (PhaseKind.VOTE in self.phases) != self.rules.ballot.has_vote:
            return _("une phase de vote va avec un vote : retirez-la, ou changez « rules › ballot › decision_mode »")
        if (PhaseKind.PRESELECTION in self.phases) != (self.rules.preselection.mode != "none"):
            return _("une phase de présélection va avec « rules › preselection › mode » : donnez les deux, ou aucun")
        return ""

    def _order_fault(self) -> str:
        planned = [(kind, self.phases[kind]) for kind in IN_ORDER if kind in self.phases]
        for (before, first), (after, second) in pairwise(planned):
            if second.first_day < first.first_day:
                return _("la phase « %(after)s » commence avant « %(before)s » : changez leurs jours") % {
                    "after": after.value,
                    "before": before.value,
                }
        return ""

    def _kind_fault(self) -> str:
        if self.kind == CycleKind.INTERNAL and self.rules.proposers.kinds != ("agent",):
            return _(
                'une édition interne est réservée aux agents : écrivez « kinds = ["agent"] » sous « rules.proposers »'
            )
        return ""

    def _count_fault(self) -> str:
        ballot, places = self.rules.ballot, districts.of(self.areas)
        lists = {area.code for area in self.areas} | {theme.code for theme in self.themes} | {districts.TOWN}
        for row in ballot.list_choices:
            if row.code not in lists:
                return _("la liste « %(code)s » de « rules › ballot › list_choices » n’est ni un lieu ni un thème") % {
                    "code": row.code
                }
        if ballot.minimum_per_area and not places:
            return _("un minimum de lauréats par lieu suppose des lieux : ajoutez-les, ou retirez ce minimum")
        if ballot.minimum_per_priority_area and not any(area.kind == AreaKind.PRIORITY for area in places):
            return _("un minimum par quartier prioritaire suppose un lieu de nature « priority »")
        least = max(ballot.minimum_per_area * len(places), ballot.minimum_per_theme * len(self.themes))
        if ballot.maximum_laureates and least > ballot.maximum_laureates:
            return _("les minimums demandent %(least)d lauréats et le maximum est de %(most)d : relevez-le") % {
                "least": least,
                "most": ballot.maximum_laureates,
            }
        return ""

    def _money_fault(self) -> str:
        total, themes = sum(envelope.amount_eur for envelope in self.envelopes), {theme.code for theme in self.themes}
        cap = self.rules.caps.maximum_cost_eur
        if self.envelopes and cap is not None and cap > total:
            return _("un projet peut coûter plus que toutes les enveloppes réunies : baissez le coût maximal")
        tranches = self.rules.caps.tranches
        if self.envelopes and sum(tranche.amount_eur or 0 for tranche in tranches) > total:
            return _("les tranches réunies dépassent les enveloppes : baissez leurs montants")
        for tranche in tranches:
            if tranche.theme and tranche.theme not in themes:
                return _("la tranche « %(name)s » cite un thème absent du fichier") % {"name": tranche.name}
        return ""

    @property
    def moneys(self) -> tuple[EnvelopePlan, ...]:
        """The envelopes to make: as written, or cut by the tranches that the règlement gives money to.

        The sum stays what the file says; what the tranches leave stays under the name it had.
        """
        paid = [tranche for tranche in self.rules.caps.tranches if tranche.amount_eur]
        whole = next((plan for plan in self.envelopes if plan.is_plain), None)
        rest = whole.amount_eur - sum(tranche.amount_eur or 0 for tranche in paid) if whole else Decimal(-1)
        if whole is None or not paid or rest < 0 or any(plan.maximum_eur for plan in self.envelopes):
            return self.envelopes
        cut = [
            whole.model_copy(
                update={
                    "name": tranche.name, "amount_eur": tranche.amount_eur, "announced_eur": None,
                    "theme": tranche.theme, "minimum_eur": tranche.from_eur or None, "maximum_eur": tranche.up_to_eur,
                }
            )
            for tranche in paid
        ]  # fmt: skip
        kept = [whole.model_copy(update={"amount_eur": rest})] if rest else []
        return tuple(part for plan in self.envelopes for part in ([*cut, *kept] if plan is whole else [plan]))

    @property
    def months(self) -> int:
        """From the first day to the results, in whole months."""
        results = [plan for kind, plan in self.phases.items() if kind in RESULTS] or list(self.phases.values())
        return max(1, round((max(plan.last_day for plan in results) + 1) / DAYS_IN_A_MONTH))


@dataclass(frozen=True, slots=True)
class Offer:
    """A preset as it is offered: `months` from its first day to the results; `particulars`, one sentence each."""

    key: str
    title: str
    summary: str
    for_whom: str
    months: int
    particulars: tuple[str, ...]


def catalogue(folder: Path = FOLDER) -> tuple[Offer, ...]:
    """Every preset there is, in the order of their keys; a file with a fault is refused as `read` does."""
    return _offers(folder, tuple((key, (folder / f"{key}.toml").stat().st_mtime_ns) for key in keys(folder)))


@lru_cache(maxsize=4)
def _offers(folder: Path, files: tuple[tuple[str, int], ...]) -> tuple[Offer, ...]:
    """Kept until a file changes: 25 files take a tenth of a second to check."""
    return tuple(offer(key, folder) for key, _changed in files)


def offer(key: str, folder: Path = FOLDER) -> Offer:
    """One preset as it is offered."""
    preset = read(key, folder)
    return Offer(
        key=key,
        title=preset.name or preset.title,
        summary=preset.summary or preset.promise,
        for_whom=preset.for_whom,
        months=preset.months,
        particulars=preset.particular,
    )


def keys(folder: Path = FOLDER) -> list[str]:
    """The presets there are."""
    return sorted(path.stem for path in folder.glob("*.toml"))


def read(key: str, folder: Path = FOLDER) -> Preset:
    """The preset of that key; a `ValidationError` names the file, the field and the remedy, a sentence per fault."""
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
        said = [line for fault in error.errors() for line in _field_sentences(path.name, fault)]
        raise ValidationError(said) from error


def _syntax_sentence(name: str, message: str) -> str:
    line = re.search(r"line (\d+)", message)
    if line is None:
        return _("%(file)s, fin du fichier : un guillemet ou un crochet n’est pas fermé, fermez-le.") % {"file": name}
    return _(
        "%(file)s, ligne %(line)s : cette ligne n’est pas lisible, "
        "vérifiez les guillemets, les crochets et le signe égal."
    ) % {"file": name, "line": line[1]}


def _field_sentences(name: str, error: Mapping[str, Any]) -> list[str]:
    where = " › ".join(
        str(part + 1) if isinstance(part, int) else str(part) for part in error["loc"] if part != "[key]"
    )
    words = {"file": name, "where": where or _("le fichier entier")}
    sentence = _("%(file)s, « %(where)s » : %(remedy)s.")
    return [typeset_fr(sentence % {**words, "remedy": one.rstrip(".")}) for one in remedy(error).split(APART)]


def _all(words: Mapping[str, object] | list[str]) -> str:
    return ", ".join(words)
