"""What the roll's desk posts: a file, somebody's papers, a request and its answer, the printer's key."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from voting.models import Poll, RequestKind
from voting.services import Waiting

REASON_REQUIRED = _("Dites en une phrase pourquoi vous le demandez.")


class FindForm(forms.Form):
    """Somebody to find, or who is entered where an alarm points; posted, so that no address holds a name."""

    words = forms.CharField(
        label=_("Nom et prénom, ou numéro"),
        max_length=120,
        required=False,
        help_text=_(
            "Dans n’importe quel ordre, sans accents, même avec une faute. Une année de naissance précise la recherche."
        ),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )
    address = forms.CharField(max_length=500, required=False, widget=forms.HiddenInput)

    def clean_address(self) -> str:
        """A browser posts the lines of an address its own way."""
        return str(self.cleaned_data["address"]).replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not given.get("words") and not given.get("address"):
            self.add_error("words", _("Tapez un nom, ou le numéro sur la liste."))
        return given


class RollFileForm(forms.Form):
    """A roll to read."""

    file = forms.FileField(
        label=_("Fichier de la liste"),
        help_text=_("CSV, XLSX ou ODS, 50 Mo au plus. Rien n’est enregistré avant votre accord."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx,.ods"}),
        error_messages={
            "required": _("Choisissez le fichier qui contient la liste."),
            "empty": _("Ce fichier est vide : choisissez celui qui contient la liste."),
        },
    )


class ImportForm(forms.Form):
    """The agreement to what was shown: the page asks for nothing again."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    key = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)

    def waiting(self) -> Waiting:
        return Waiting(self.cleaned_data["uid"], self.cleaned_data["key"])


class PersonForm(forms.Form):
    """Somebody to enter by hand, from the papers they show."""

    name = forms.CharField(
        label=_("Prénom et nom"),
        max_length=120,
        help_text=_("Comme sur la pièce d’identité, par exemple Aïcha Durand."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Écrivez le prénom et le nom.")},
    )
    birth_year = forms.IntegerField(
        label=_("Année de naissance"),
        min_value=1900,
        max_value=2100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "4"}),
        error_messages={
            "required": _("Écrivez l’année en quatre chiffres : elle ouvre l’isoloir avec le code."),
            "invalid": _("L’année s’écrit en quatre chiffres, par exemple 1978."),
            "min_value": _("L’année s’écrit en quatre chiffres, par exemple 1978."),
            "max_value": _("L’année s’écrit en quatre chiffres, par exemple 1978."),
        },
    )
    postal_address = forms.CharField(
        label=_("Adresse postale"),
        max_length=300,
        help_text=_("Sur plusieurs lignes, comme sur une enveloppe. C’est là que partira la lettre."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"required": _("Écrivez l’adresse du justificatif de domicile.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("Vote pour"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez un périmètre de ce vote.")},
    )
    is_nobody_else = forms.BooleanField(
        label=_("J’ai comparé : ce n’est aucune des personnes ci-dessus"), required=False
    )

    def __init__(self, poll: Poll, *args: Any, **kwargs: Any) -> None:  # Any: Django's own signature
        super().__init__(*args, **kwargs)
        scopes = [(scope["id"], scope["name"]) for scope in poll.plan["scopes"]]
        field = self.fields["scopes"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = scopes
        if len(scopes) == 1:
            del self.fields["scopes"]
        self._scopes = (scopes[0][0],)

    def person(self) -> dict[str, Any]:
        """The facts that `enter_person` takes."""
        given = self.cleaned_data
        return {
            "name": given["name"],
            "birth_year": given["birth_year"],
            "postal_address": "\n".join(line.strip() for line in given["postal_address"].splitlines() if line.strip()),
            "scopes": tuple(given.get("scopes", self._scopes)),
        }


class AskForm(forms.Form):
    """What is asked about somebody, and why."""

    kind = forms.ChoiceField(choices=RequestKind.choices, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Motif"),
        max_length=300,
        help_text=_("Lu par la personne qui validera ; gardé au journal."),
        error_messages={"required": REASON_REQUIRED},
    )


class LettersAgainForm(forms.Form):
    """Why a batch of letters is to be made again."""

    reason = forms.CharField(
        label=_("Ce qui s’est passé"),
        max_length=300,
        help_text=_("Lu par la personne qui validera ; gardé au journal."),
        error_messages={"required": _("Dites en une phrase pourquoi ces lettres sont à refaire.")},
    )


class LettersForm(forms.Form):
    """The printer's public key, and the agreement that these codes are shown once."""

    printer_key = forms.RegexField(
        label=_("Clé publique de l’imprimeur"),
        regex=r"^\s*[0-9a-fA-F]{64}\s*$",
        help_text=_("Les 64 caractères que son programme affiche. Comparez les seize premiers au téléphone."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": _("Collez la clé publique que l’imprimeur vous a donnée."),
            "invalid": _("La clé publique compte 64 caractères, chiffres et lettres de a à f."),
        },
    )
    is_understood = forms.BooleanField(
        label=_("J’ai compris : ces codes sont faits maintenant et ne pourront plus être montrés"),
        error_messages={"required": _("Cochez cette case : le fichier ne se télécharge qu’une fois.")},
    )
