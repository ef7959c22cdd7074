"""The settings of the règlement in words: one row per field, for the forms, the consultations and the lessons.

A field of `Rules` without a row here still shows, under its code name; a test refuses to leave it so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from bp_platform.core import money
from bp_platform.core.registries import Words
from cycles.rules import FRAMES, Rules

PHASE_STEPS = {"call": "proposer", "instruction": "etude", "vote": "vote", "realisation": "suites"}


@dataclass(frozen=True, slots=True)
class Setting:
    """A field of the règlement: its label, its help, the words of its options, the step that shows it."""

    label: Words
    help: Words = ""
    options: Mapping[str, Words] = field(default_factory=dict)
    step: str = ""
    unit: Words = ""


SETTINGS: dict[str, Setting] = {
    "proposers.minimum_age": Setting(_("Âge minimal pour proposer"), _("0 : sans condition d’âge."), unit=_("ans")),
    "proposers.kinds": Setting(
        _("Qui peut proposer"),
        options={
            "resident": _("Les habitant·es"),
            "collective": _("Les collectifs"),
            "association": _("Les associations"),
            "school": _("Les écoles"),
            "agent": _("Les agents de la collectivité"),
        },
    ),
    "proposers.maximum_per_owner": Setting(
        _("Nombre d’idées par personne"), _("0 : autant qu’elle veut.")
    ),
    "admissibility.is_general_interest": Setting(_("Un projet sert l’intérêt général")),
    "admissibility.is_investment_only": Setting(
        _("Seulement de l’investissement"), _("Ce qui s’achète ou se construit, et qui dure.")
    ),
    "admissibility.is_operating_only": Setting(
        _("Seulement du fonctionnement"), _("Une action, une animation, un service.")
    ),
    "admissibility.maximum_running_cost_eur": Setting(
        _("Coût d’entretien maximal par an"), _("Laissez vide pour ne pas en fixer.")
    ),
    "caps.maximum_cost_eur": Setting(
        _("Coût maximal d’un projet"), _("Toutes taxes, études et aléas compris. Laissez vide pour ne pas en fixer.")
    ),
    "caps.minimum_cost_eur": Setting(_("Coût minimal d’un projet"), _("Laissez vide pour ne pas en fixer.")),
    "study.first_answer_days": Setting(_("Délai de la première réponse"), unit=_("jours")),
    "study.opinion_days": Setting(_("Délai de l’avis d’une direction"), unit=_("jours")),
    "electorate.minimum_age": Setting(_("Âge minimal pour voter"), _("0 : sans condition d’âge."), unit=_("ans")),
    "electorate.proofs": Setting(
        _("Comment on prouve son droit de voter"),
        _("Chaque personne n’a besoin que d’une de ces preuves. Leur force est écrite avec les résultats."),
        {
            "postal_code": _("Un code reçu par la poste"),
            "desk": _("La vérification d’un agent, au guichet"),
            "roll": _("La liste des personnes inscrites"),
            "franceconnect": _("FranceConnect"),
            "email_phone": _("Courriel, téléphone et attestation, validés par un agent"),
        },
    ),
    "ballot.decision_mode": Setting(
        _("Qui choisit les lauréats"),
        options={
            "popular_vote": _("Un vote des habitant·es"),
            "assembly": _("Une assemblée, à main levée"),
            "body_designation": _("Un comité ou un conseil les désigne"),
        },
        step="vote",
    ),
    "ballot.decided_by": Setting(
        _("Qui désigne, s’il n’y a pas de vote"), _("Avec son article : « le conseil citoyen »."), step="vote"
    ),
    "ballot.venue": Setting(
        _("Où l’on vote"),
        options={
            "online_and_in_person": _("En ligne, sur place ou sur papier"),
            "in_person": _("Sur place"),
            "public_space": _("Dans l’espace public"),
        },
        step="vote",
    ),
    "ballot.kind": Setting(
        _("Bulletin"),
        options={
            "approval": _("Cocher des projets"),
            "choose_1": _("Un seul projet"),
            "points": _("Répartir des points"),
            "ranking": _("Classer des projets"),
            "majority_judgement": _("Donner une mention à chaque projet"),
            "show_of_hands": _("Main levée"),
        },
        step="vote",
    ),
    "ballot.minimum_choices": Setting(_("Nombre minimal de choix"), step="vote", unit=_("projets")),
    "ballot.maximum_choices": Setting(
        _("Nombre maximal de choix"), _("Le même que le minimum : exactement tant de projets."), step="vote",
        unit=_("projets"),
    ),
    "ballot.allocation": Setting(
        _("Comment les projets sont pris"),
        options={
            "greedy": _("Par nombre de voix, tant qu’il reste de l’argent"),
            "equal_shares": _("Par la méthode des parts égales"),
        },
        step="depouillement",
    ),
    "ballot.on_misfit": Setting(
        _("Quand un projet dépasse ce qui reste"),
        options={"skip": _("On passe au suivant"), "stop": _("On s’arrête")},
        step="depouillement",
    ),
    "ballot.threshold_votes": Setting(
        _("Nombre de voix exigé"), _("0 : aucun seuil."), step="depouillement", unit=_("voix")
    ),
    "ballot.one_laureate_per_owner": Setting(_("Un seul lauréat par porteur"), step="depouillement"),
    "ballot.confirmed_by": Setting(
        _("Qui rend le résultat définitif"), _("Par exemple « le conseil municipal ». Laissez vide sinon."),
        step="depouillement",
    ),
    "delivery.deadline_months": Setting(_("Délai de réalisation"), unit=_("mois")),
    "delivery.update_every_days": Setting(_("Des nouvelles au moins tous les"), unit=_("jours")),
    "delivery.is_leftover_carried": Setting(_("L’argent non dépensé revient à l’édition suivante")),
}  # fmt: skip


def sections() -> list[str]:
    """The sections of the règlement, in order."""
    return [name for name in Rules.model_fields if name != "schema_version"]


def model_of(section: str) -> type[BaseModel]:
    """The pydantic model of a section."""
    model = Rules.model_fields[section].annotation
    assert isinstance(model, type)  # noqa: S101 -- every section is a model
    return model


def codes() -> list[str]:
    """Every setting there is: « ballot.maximum_choices »…"""
    return [f"{section}.{name}" for section in sections() for name in model_of(section).model_fields]


def exists(code: str) -> bool:
    section, _dot, name = code.partition(".")
    return section in sections() and name in model_of(section).model_fields


def of(code: str) -> Setting:
    """The words of a setting; its code name when nobody has written them yet."""
    return SETTINGS.get(code) or Setting(code.partition(".")[2].replace("_", " ").capitalize())


def step_of(code: str) -> str:
    """The step that shows a setting: its own, else the one of its section's phase."""
    if of(code).step:
        return of(code).step
    section = code.partition(".")[0]
    phase = next((frame.phase for frame in FRAMES if frame.name == section), "")
    return PHASE_STEPS.get(phase, "suites")


def title_of(section: str) -> str:
    """« Article 2 · Qui peut proposer »."""
    frame = next((frame for frame in FRAMES if frame.name == section), None)
    if frame is None:
        return section.replace("_", " ").capitalize()
    return gettext("Article %(number)d · %(title)s") % {"number": frame.article, "title": gettext(frame.title)}


def value_words(code: str, value: Any) -> str:
    """A value as it is read: « oui », « 5 projets », « 40 000 € », « Les écoles, Les collectifs »."""
    setting = of(code)
    if isinstance(value, bool):
        return gettext("oui") if value else gettext("non")
    if value is None or value in ("", [], ()):
        return gettext("rien de fixé")
    if isinstance(value, list | tuple):
        return ", ".join(str(setting.options.get(str(item), item)) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}\u00a0: {item}" for key, item in value.items())
    if code.endswith("_eur"):
        return money.in_words(Decimal(str(value)))
    words = str(setting.options.get(str(value), value))
    return f"{words}\u00a0{setting.unit}" if setting.unit else words


def place_words(code: str) -> str:
    """Where a lesson belongs: « Nombre maximal de choix », « Calendrier »."""
    from cycles import setup

    return str(setup.BY_KEY[code].label) if code in setup.BY_KEY else str(of(code).label) if exists(code) else ""
