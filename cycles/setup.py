"""The steps in which an edition is set up: their order, their words, what each holds of the règlement."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from bp_platform.core.registries import Words


@dataclass(frozen=True, slots=True)
class SetupStep:
    """A step of the set-up desk. `writes_rules`: its fields are values of the règlement."""

    key: str
    label: Words
    question: Words
    writes_rules: bool = False


STEPS = (
    SetupStep("cadre", _("Cadre"), _("Quelle édition, pour qui, avec quelle promesse ?")),
    SetupStep("calendrier", _("Calendrier"), _("Quand commence et finit chaque phase ?")),
    SetupStep("lieux", _("Lieux"), _("Dans quels quartiers, quels lieux ?")),
    SetupStep("enveloppes", _("Enveloppes"), _("Combien d’argent, pour quoi ?")),
    SetupStep("proposer", _("Proposer"), _("Qui peut proposer, quoi, à quel coût ?"), writes_rules=True),
    SetupStep(
        "etude", _("Étude"), _("Comment les idées sont-elles étudiées, et en combien de temps ?"), writes_rules=True
    ),
    SetupStep("vote", _("Vote"), _("Qui vote, comment, avec quelle preuve ?"), writes_rules=True),
    SetupStep("depouillement", _("Dépouillement"), _("Comment passe-t-on des voix aux lauréats ?"), writes_rules=True),
    SetupStep("suites", _("Suites"), _("Que promet-on après le vote ?"), writes_rules=True),
    SetupStep("adoption", _("Adoption"), _("Le règlement est-il cohérent, adopté, publié ?")),
)
KEYS = tuple(step.key for step in STEPS)
BY_KEY = {step.key: step for step in STEPS}


def after(key: str) -> str:
    """The next step's key; the last one stays."""
    return KEYS[min(KEYS.index(key) + 1, len(KEYS) - 1)]
