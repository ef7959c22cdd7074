"""The whole règlement, and what must agree from one section to another."""

from __future__ import annotations

from typing import Any, Literal

from django.utils.translation import gettext as _
from pydantic import model_validator

from cycles.rules.after import DeliveryRules, Evaluation, Leftovers, Retention
from cycles.rules.base import Section, refused
from cycles.rules.filing import Admissibility, Caps, Places, Proposers
from cycles.rules.study import Bodies, Preselection, Study
from cycles.rules.versions import VERSION, upgraded
from cycles.rules.vote import BallotRules, Electorate

SCHEMA_VERSION = VERSION


class Rules(Section):
    """The whole règlement. Values of an earlier version are read as today's (`versions.py`)."""

    schema_version: Literal[2] = 2
    proposers: Proposers = Proposers()
    admissibility: Admissibility = Admissibility()
    caps: Caps = Caps()
    study: Study = Study()
    electorate: Electorate = Electorate()
    ballot: BallotRules = BallotRules()
    delivery: DeliveryRules = DeliveryRules()
    places: Places = Places()
    leftovers: Leftovers = Leftovers()
    evaluation: Evaluation = Evaluation()
    retention: Retention = Retention()
    bodies: Bodies = Bodies()
    preselection: Preselection = Preselection()

    @model_validator(mode="before")
    @classmethod
    def _of_any_version(cls, values: Any) -> Any:  # Any: pydantic hands over whatever it was given
        return upgraded(values) if isinstance(values, dict) else values

    @model_validator(mode="after")
    def _bodies_exist(self) -> Rules:
        codes = {body.code for body in self.bodies.listed}
        if self.preselection.body and self.preselection.body not in codes:
            raise refused(
                _(
                    "La présélection est confiée à « %(body)s », qui n’est pas une instance du "
                    "règlement : ajoutez-la, ou corrigez ce code."
                )
                % {"body": self.preselection.body}
            )
        if self.leftovers.unspent == "body" and self.bodies.deciding("leftovers") is None:
            raise refused(
                _("Une instance décide de l’argent qui reste : dites laquelle parmi les instances du règlement.")
            )
        return self

    @model_validator(mode="after")
    def _count_is_possible(self) -> Rules:
        if self.ballot.allocation == "equal_shares" and any(tranche.amount_eur for tranche in self.caps.tranches):
            raise refused(_("Les parts égales ne connaissent pas les enveloppes par tranche : retirez-les."))
        if self.leftovers.unspent == "town_list" and self.ballot.lists == "single":
            raise refused(_("L’argent qui reste ne peut aller à la liste de la ville : il n’y a qu’une seule liste."))
        return self
