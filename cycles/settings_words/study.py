"""The words of the study, of the bodies and of the preselection."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cycles.settings_words.base import Column, Setting, rare

BODIES = (
    Column("code", _("code"), is_required=True),
    Column("name", _("nom, avec son article"), is_required=True),
    Column("residents", _("habitant·es"), "number"),
    Column("elected", _("élu·es"), "number"),
    Column("agents", _("agents"), "number"),
    Column("associations", _("associations"), "number"),
    Column(
        "recruitment",
        _("recrutement"),
        "choice",
        {
            "unstated": _("non précisé"),
            "drawn": _("tirage au sort"),
            "volunteers": _("volontariat"),
            "appointed": _("désignation"),
            "mixed": _("mixte"),
        },
    ),
    Column(
        "decides",
        _("ce qu’elle décide"),
        "choices",
        {
            "admissibility": _("recevabilité"),
            "merges": _("regroupements"),
            "preselection": _("présélection"),
            "final_list": _("liste finale"),
            "designation": _("lauréats"),
            "ties": _("égalités"),
            "leftovers": _("reliquat"),
            "follow_up": _("suivi"),
            "evaluation": _("évaluation"),
        },
    ),
)

STUDY: dict[str, Setting] = {
    "study.first_answer_days": Setting(_("Délai de la première réponse"), unit=_("jours")),
    "study.opinion_days": Setting(_("Délai de l’avis d’une direction"), unit=_("jours")),
    "study.owner_answer_days": rare(
        _("Délai laissé au porteur pour répondre"), _("0 : pas de délai écrit."), unit=_("jours")
    ),
    "study.support": rare(
        _("Comment le porteur est accompagné"),
        options={
            "workshop": _("En atelier"),
            "appointment": _("En rendez-vous"),
            "named_contact": _("Par une personne désignée"),
        },
    ),
    "bodies.listed": rare(
        _("Instances"),
        _("Une par ligne. Exemple : comite ; le comité de suivi ; 12 ; 2 ; 3 ; 1 ; tirage au sort ; suivi, égalités"),
        columns=BODIES,
        step="etude",
    ),
    "preselection.mode": rare(
        _("Présélection"),
        options={
            "none": _("Aucune"),
            "forum": _("Un forum où chacun choisit"),
            "jury": _("Une instance"),
            "supports": _("Les soutiens des habitant·es"),
        },
        step="etude",
    ),
    "preselection.choices": rare(_("Choix par personne à la présélection"), _("0 : non fixé."), step="etude"),
    "preselection.keeps_at_most": rare(
        _("Idées gardées au plus"), _("0 : pas de limite."), step="etude", unit=_("idées")
    ),
    "preselection.minimum_per_area": rare(
        _("Idées gardées au moins par lieu"), _("0 : pas de minimum."), step="etude", unit=_("idées")
    ),
    "preselection.body": rare(
        _("Instance de la présélection"), _("Son code, comme dans les instances. Laissez vide sinon."), step="etude"
    ),
    "preselection.is_opinion_only": rare(_("C’est un avis, qui n’écarte aucune idée"), step="etude"),
}
