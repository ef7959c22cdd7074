"""What changes after the promise, and what is corrected: always with its public reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import Department
from bp_platform.core.fields import day_field
from realisation.forms.fields import amount_field
from realisation.models import DeliveryState
from realisation.services import AsBuilt


def reason_field(help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Pourquoi"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=help_text,
        error_messages={"required": _("dites pourquoi : cette raison est publique.")},
    )


class ChangeForm(forms.Form):
    """The project as it is built today: what differs from what was announced is told."""

    expected_on = day_field(_("Livraison attendue pour le"), required=False)
    contact_name = forms.CharField(
        label=_("Personne à contacter"),
        max_length=120,
        error_messages={"required": _("nommez la personne que les habitant·es peuvent appeler.")},
    )
    lead_department = forms.ModelChoiceField(
        label=_("Direction qui réalise"),
        queryset=Department.objects.none(),
        empty_label=None,
        error_messages={"required": _("choisissez la direction qui réalise.")},
    )
    place = forms.CharField(label=_("Lieu du chantier"), required=False, max_length=160)
    scope = forms.CharField(
        label=_("Ce qui est construit"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Laissez vide si le projet se fait comme il a été voté."),
    )
    expected_cost_eur = amount_field(_("Coût attendu, toutes taxes comprises (en euros)"))
    reason = reason_field(_("Ce texte sera public, et envoyé tel quel à qui suit le projet."))
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lead: Any = self.fields["lead_department"]
        lead.queryset = Department.objects.order_by("name", "pk")
        lead.label_from_instance = lambda department: department.name
        self.fields["expected_cost_eur"].required = False

    def wanted(self) -> AsBuilt:
        """What was typed; an emptied amount or place means « as voted », an emptied date « the same »."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in {"reason", "key"}}
        return AsBuilt(**data)


class UndoForm(forms.Form):
    """« Livré » was posted by mistake."""

    to = forms.ChoiceField(
        label=_("Où en est-il vraiment ?"), error_messages={"required": _("choisissez l’étape où en est le projet.")}
    )
    reason = reason_field(_("Ce texte sera public, et envoyé à qui a reçu l’annonce de la livraison."))
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, earlier: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to"]
        to.choices = [(name, str(DeliveryState(name).label).capitalize()) for name in earlier]


class SequelForm(forms.Form):
    """What the project made possible."""

    words = forms.CharField(
        label=_("Ce qui a suivi"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Ce que le projet a entraîné : une fête annuelle, un entretien par les voisins, la même idée ailleurs. "
            "Ce texte sera public."
        ),
    )


class ReachForm(forms.Form):
    """A step is done, on that day."""

    kind = forms.CharField(widget=forms.HiddenInput)
    on = day_field(_("Fait le"))


class OutsideForm(forms.Form):
    """Who did without the participatory budget what it had not chosen."""

    done_by = forms.CharField(
        label=_("Réalisé par"),
        max_length=160,
        help_text=_("Par exemple : la ville, sur son budget 2027 ; le département ; l’association du quartier."),
        error_messages={"required": _("dites qui l’a réalisé.")},
    )
    done_on = day_field(_("Réalisé le"))
    text = forms.CharField(
        label=_("Ce qui a été fait"), required=False, max_length=600, widget=forms.Textarea(attrs={"rows": 3})
    )
    link = forms.URLField(
        label=_("Adresse d’une page qui le montre"),
        required=False,
        max_length=300,
        assume_scheme="https",
        error_messages={"invalid": _("cette adresse n’est pas complète ; elle commence par https://.")},
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("text") and not data.get("link") and "link" not in self.errors:
            self.add_error("text", _("dites ce qui a été fait, ou donnez l’adresse d’une page qui le montre."))
        return data


class UnmarkForm(forms.Form):
    """It was said by mistake."""

    reason = forms.CharField(
        label=_("Pourquoi"),
        max_length=300,
        error_messages={"required": _("dites pourquoi c’était une erreur.")},
    )
