"""The words of what may be proposed: by whom, what, at which cost, where."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cycles.rules import REFUSAL_REASONS
from cycles.settings_words.base import Column, Setting, rare

LINKS = {
    "lives": _("Y habiter"),
    "works": _("Y travailler"),
    "studies": _("Y étudier"),
    "pays_tax": _("Y payer un impôt local"),
    "on_roll": _("Être sur la liste électorale"),
    "employed": _("Être agent de la collectivité"),
}
TRANCHES = (
    Column("code", _("code"), is_required=True),
    Column("name", _("nom"), is_required=True),
    Column("from_eur", _("plus de"), "amount"),
    Column("up_to_eur", _("jusqu’à"), "amount", is_required=True),
    Column("amount_eur", _("argent réservé"), "amount"),
    Column("theme", _("thème")),
)

FILING: dict[str, Setting] = {
    "proposers.minimum_age": Setting(_("Âge minimal pour proposer"), _("0 : sans condition d’âge."), unit=_("ans")),
    "proposers.maximum_age": rare(_("Âge maximal pour proposer"), _("Laissez vide s’il n’y en a pas."), unit=_("ans")),
    "proposers.referent_under_age": rare(
        _("Âge sous lequel un adulte répond de l’idée"), _("0 : jamais."), unit=_("ans")
    ),
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
    "proposers.links": Setting(
        _("Lien demandé avec le territoire"), _("Un seul suffit. Rien de coché : aucun lien n’est demandé."), LINKS
    ),
    "proposers.channels": Setting(
        _("Comment une idée se dépose"),
        options={
            "online": _("En ligne"),
            "paper": _("Sur papier"),
            "phone": _("Par téléphone"),
            "workshop": _("En atelier"),
            "agent": _("Auprès d’un agent"),
        },
    ),
    "proposers.maximum_per_owner": Setting(
        _("Nombre d’idées par personne"), _("0 : autant qu’elle veut.")
    ),
    "proposers.is_elected_excluded": Setting(_("Les élu·es ne proposent pas")),
    "proposers.is_instructing_agent_excluded": rare(_("Les agents qui étudient les idées ne proposent pas")),
    "proposers.is_past_laureate_excluded": rare(_("Les lauréats de l’édition précédente ne proposent pas")),
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
    "admissibility.reasons": rare(
        _("Motifs de refus de l’article 3"),
        _("Un refus ne cite qu’un motif coché."),
        {code: _(reason.label) for code, reason in REFUSAL_REASONS.items() if reason.article.startswith("3.")},
    ),
    "admissibility.criteria": rare(_("Conditions de cette édition"), _("Une phrase par ligne.")),
    "caps.maximum_cost_eur": Setting(
        _("Coût maximal d’un projet"), _("Toutes taxes, études et aléas compris. Laissez vide pour ne pas en fixer.")
    ),
    "caps.minimum_cost_eur": Setting(_("Coût minimal d’un projet"), _("Laissez vide pour ne pas en fixer.")),
    "caps.counts": rare(
        _("Ce que le coût comprend"),
        options={
            "everything": _("Tout : études et aléas compris"),
            "works": _("Les travaux, sans les études ni les aléas"),
        },
    ),
    "caps.studies_percent": rare(_("Part des études avant chiffrage"), _("0 : pas de part fixée."), unit="%"),
    "caps.contingencies_percent": rare(_("Part des aléas avant chiffrage"), _("0 : pas de part fixée."), unit="%"),
    "caps.are_other_funders_deducted": rare(_("Les autres financeurs sont déduits")),
    "caps.tranches": rare(
        _("Tranches de coût"),
        _("Une par ligne. Exemple : petits ; Petits projets ; 0 ; 20 000 ; 100 000. Un code de thème peut suivre."),
        columns=TRANCHES,
    ),
    "places.split": Setting(
        _("Partage de l’argent entre les lieux"),
        options={
            "unstated": _("Rien n’est écrit"),
            "single": _("Une seule enveloppe, pour tout le territoire"),
            "equal": _("À parts égales"),
            "population": _("Selon la population"),
            "population_and_priority": _("Selon la population, avec un supplément aux quartiers prioritaires"),
            "by_hand": _("Fixé par délibération"),
        },
    ),
    "places.priority_bonus_percent": rare(
        _("Supplément des quartiers prioritaires"), _("0 : pas de supplément."), unit="%"
    ),
    "places.town_share_percent": rare(_("Part gardée pour tout le territoire"), _("0 : aucune."), unit="%"),
    "places.is_diagnosis_per_place": rare(_("Un diagnostic par lieu")),
    "places.consulted": rare(
        _("Qui est consulté avant la décision"), _("Avec son article : « les maires des communes ».")
    ),
}  # fmt: skip
