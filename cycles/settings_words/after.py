"""The words of what follows the vote."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cycles.settings_words.base import Setting, rare

AFTER: dict[str, Setting] = {
    "delivery.deadline_months": Setting(_("Délai de réalisation"), unit=_("mois")),
    "delivery.update_every_days": Setting(_("Des nouvelles au moins tous les"), unit=_("jours")),
    "delivery.answer_days": Setting(
        _("Délai de réponse à une question sur un chantier"), _("0 : aucun délai n’est écrit."), unit=_("jours")
    ),
    "delivery.carried_by": Setting(
        _("Qui réalise"),
        options={
            "services": _("Les services de la collectivité"),
            "owners": _("Les porteurs"),
            "both": _("Les porteurs et les services ensemble"),
        },
    ),
    "delivery.has_follow_up_groups": rare(_("Un groupe de suivi par lauréat")),
    "leftovers.unspent": Setting(
        _("Ce que devient l’argent qui reste"),
        options={
            "unstated": _("Rien n’est écrit"),
            "next_edition": _("Il revient à l’édition suivante"),
            "town_list": _("Il va à la liste de toute la ville"),
            "projects_in_difficulty": _("Il aide les lauréats en difficulté"),
            "body": _("Une instance décide"),
            "town_budget": _("Il revient au budget de la collectivité"),
        },
        step="suites",
    ),
    "evaluation.led_by": rare(
        _("Qui mène l’évaluation"), _("Avec son article : « l’université ». Laissez vide sinon.")
    ),
    "evaluation.is_asked_to_residents": rare(_("Les habitant·es sont interrogé·es")),
    "evaluation.checkpoints": rare(
        _("Un point ensemble après ces phases"),
        options={
            "diagnosis": _("Le diagnostic"),
            "call": _("L’appel à idées"),
            "instruction": _("L’étude"),
            "preselection": _("La présélection"),
            "campaign": _("La campagne"),
            "vote": _("Le vote"),
            "realisation": _("La réalisation"),
        },
    ),
    "evaluation.indicators": rare(_("Ce que l’on regarde"), _("Une phrase par ligne.")),
    "retention.roll_months": rare(
        _("Garde de la liste, après la délibération"), _("0 : comme dans la notice."), step="suites", unit=_("mois")
    ),
    "retention.deposit_months": rare(
        _("Garde des coordonnées, après les réalisations"), _("0 : comme dans la notice."), step="suites",
        unit=_("mois"),
    ),
}  # fmt: skip
