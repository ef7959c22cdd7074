"""What is posted at a polling place: its facts, its opening and closing, a search, a tablet's code, an incident."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from voting.models import IncidentKind, Poll, PollingStation, Ruling, StationSession

LONG = forms.Textarea(attrs={"rows": 3})


class StationForm(forms.Form):
    """A place where people vote, as residents read it."""

    name = forms.CharField(
        label=_("Nom du lieu"),
        max_length=80,
        help_text=_("Par exemple « Halle aux grains »."),
        error_messages={"required": _("Donnez un nom à ce lieu.")},
    )
    postal_address = forms.CharField(label=_("Adresse"), max_length=200, required=False)
    hours = forms.CharField(
        label=_("Jours et heures"),
        max_length=200,
        required=False,
        help_text=_("Par exemple « du 4 au 24 mai, du mardi au samedi, de 10 h à 18 h »."),
    )


class OpeningForm(forms.Form):
    """The opening of a place. When it opens again, its box holds ballots already: what is shown is the seal."""

    staff = forms.CharField(
        label=_("Personnes présentes"),
        max_length=300,
        help_text=_("Prénom et nom de chaque personne, séparés par des virgules."),
        error_messages={"required": _("Nommez les personnes présentes.")},
    )
    seal_number = forms.CharField(
        label=_("Numéro du scellé de l’urne"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Relevez le numéro du scellé de l’urne.")},
    )
    is_box_shown = forms.BooleanField(
        label=_("J’ai montré l’urne vide aux personnes présentes, puis je l’ai scellée"),
        error_messages={"required": _("Montrez l’urne aux personnes présentes avant d’ouvrir, puis cochez la case.")},
    )

    def __init__(self, *args: Any, last: StationSession | None = None, **kwargs: Any) -> None:  # Any: Django's own
        super().__init__(*args, **kwargs)
        if last is not None:
            self.fields["is_box_shown"].label = _(
                "Le scellé n° %(number)s, posé à la dernière fermeture, est intact : je l’ai montré aux "
                "personnes présentes"
            ) % {"number": last.closing_seal_number}
            self.fields["seal_number"].initial = last.closing_seal_number
            self.fields["seal_number"].help_text = _(
                "Un scellé rompu, une autre urne ? Écrivez-le d’abord au registre des incidents."
            )


class ClosingForm(forms.Form):
    """The closing of a place: a new seal; nothing is unfolded, nothing is counted."""

    closing_seal_number = forms.CharField(
        label=_("Numéro du scellé posé à la fermeture"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Indiquez le numéro du scellé posé sur l’urne à la fermeture.")},
    )
    remarks = forms.CharField(label=_("Observations"), max_length=500, required=False, widget=LONG)


class SearchForm(forms.Form):
    """A name, posted: it never sits in an address."""

    words = forms.CharField(
        label=_("Chercher une personne inscrite"),
        max_length=120,
        help_text=_(
            "Nom et prénom, dans n’importe quel ordre, sans accents si vous voulez ; ou le numéro sur la liste."
        ),
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "autofocus": True,
                "autocomplete": "off",
                "autocapitalize": "words",
                "spellcheck": "false",
            }
        ),
        error_messages={"required": _("Tapez un nom, ou le numéro sur la liste.")},
    )

    def step_back(self) -> None:
        """People were found: the field leaves the focus to them, and a phone its keyboard."""
        self.fields["words"].widget.attrs.pop("autofocus", None)


class IdentityForm(forms.Form):
    """What the agent states before a ballot is handed over or a tablet opened."""

    is_identity_checked = forms.BooleanField(
        label=_("J’ai vu une pièce d’identité à ce nom"),
        error_messages={"required": _("Vérifiez la pièce d’identité de la personne, puis cochez la case.")},
    )


class ClaimForm(forms.Form):
    """Somebody marked already claims a ballot."""

    facts = forms.CharField(
        label=_("Ce que dit la personne"),
        max_length=500,
        widget=LONG,
        error_messages={"required": _("Dites en une phrase ce qui s’est passé.")},
    )


class TabletForm(forms.Form):
    """The six digits that the desk gave."""

    code = forms.CharField(
        label=_("Code donné à l’accueil"),
        help_text=_("Six chiffres, valables dix minutes."),
        max_length=12,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "autofocus": True, "class": "six-digits"}
        ),
        error_messages={"required": _("Tapez les six chiffres donnés à l’accueil.")},
    )


class IncidentForm(forms.Form):
    """An incident for the register."""

    kind = forms.ChoiceField(
        label=_("Nature"),
        choices=[("", _("Choisissez")), *((kind.value, kind.label) for kind in IncidentKind)],
        error_messages={"required": _("choisissez la nature de l’incident.")},
    )
    station = forms.ModelChoiceField(
        PollingStation.objects.none(), label=_("Lieu de vote"), required=False, empty_label=_("Aucun en particulier")
    )
    facts = forms.CharField(
        label=_("Faits"),
        max_length=500,
        widget=LONG,
        help_text=_("Ce qui s’est passé, sans nommer personne si c’est possible."),
        error_messages={"required": _("Dites en une phrase ce qui s’est passé.")},
    )

    def __init__(self, *args: Any, poll: Poll, **kwargs: Any) -> None:  # Any: Django's own signature
        super().__init__(*args, **kwargs)
        places = self.fields["station"]
        if isinstance(places, forms.ModelChoiceField):
            places.queryset = PollingStation.objects.filter(poll=poll).by_name()


class RulingForm(forms.Form):
    """What the bureau decides on an incident, and why. A ballot is counted only when the incident is one."""

    ruling = forms.ChoiceField(
        label=_("Décision du bureau"),
        widget=forms.RadioSelect,
        error_messages={"required": _("choisissez la décision du bureau.")},
    )
    reason = forms.CharField(
        label=_("Motif"),
        max_length=300,
        widget=LONG,
        error_messages={"required": _("Dites en une phrase pourquoi le bureau décide ainsi.")},
    )

    def __init__(self, *args: Any, may_count: bool, **kwargs: Any) -> None:  # Any: Django's own signature
        super().__init__(*args, **kwargs)
        rulings = [ruling for ruling in Ruling if may_count or ruling == Ruling.NOTED]
        decision = self.fields["ruling"]
        if isinstance(decision, forms.ChoiceField):
            decision.choices = [(ruling.value, ruling.label) for ruling in rulings]
