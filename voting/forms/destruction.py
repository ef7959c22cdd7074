"""What allows the papers of a vote to be destroyed."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from bp_platform.core.fields import day_field


class DestructionForm(forms.Form):
    """The record that two persons sign: one fills it in, the other destroys."""

    resolution = forms.CharField(
        label=_("Délibération du conseil, ou décision d’annulation"),
        help_text=_("Son numéro, par exemple : délibération 2027-041."),
        max_length=160,
        error_messages={"required": _("indiquez le numéro de la délibération.")},
    )
    published_on = day_field(_("Publiée le"))
    certified_by = forms.CharField(
        label=_("Service juridique : certifié par"),
        help_text=_("Nom et fonction de qui certifie qu’aucun recours n’est en cours."),
        max_length=120,
        error_messages={"required": _("nommez la personne qui certifie qu’aucun recours n’est en cours.")},
    )
    certified_on = day_field(_("Certifié le"))
    archives_visa = forms.CharField(
        label=_("Visa des archives départementales"),
        help_text=_("La référence du bordereau d’élimination visé."),
        max_length=160,
        error_messages={"required": _("indiquez la référence du visa des archives départementales.")},
    )
    visa_on = day_field(_("Visa du"))
    backups_end_on = day_field(
        _("Dernière sauvegarde effacée le"),
        help_text=_("Une sauvegarde qui garde l’urne ou la liste retarde leur destruction."),
    )
    shares = forms.IntegerField(
        label=_("Parts de la clé détruites"),
        help_text=_("Comptez celles qui ont été déchirées devant témoins ; 0 pour une clé gardée sur le serveur."),
        min_value=0,
        max_value=50,
        error_messages={
            "required": _("comptez les parts détruites."),
            "invalid": _("écrivez un nombre."),
            "min_value": _("écrivez un nombre positif."),
            "max_value": _("écrivez un nombre inférieur à 50."),
        },
    )
    witnesses = forms.CharField(
        label=_("Témoins"),
        help_text=_("Leurs noms et leurs fonctions."),
        max_length=300,
        error_messages={"required": _("nommez les témoins de la destruction.")},
    )
