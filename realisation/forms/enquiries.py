"""What a resident asks about the works, and what is answered."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from realisation.models import EnquiryKind
from realisation.services import Asking


class EnquiryForm(forms.Form):
    """One question, and if one wishes a name and a mailbox."""

    kind = forms.ChoiceField(
        label=_("Vous avez"),
        choices=EnquiryKind,
        initial=EnquiryKind.QUESTION,
        widget=forms.RadioSelect,
        error_messages={"required": _("choisissez : une question, ou un défaut à réparer.")},
    )
    text = forms.CharField(
        label=_("Votre demande"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Elle sera relue, publiée, et la réponse aussi. N’écrivez ni téléphone ni nom d’une autre personne."
        ),
        error_messages={"required": _("écrivez votre question, ou ce qui ne va pas et où.")},
    )
    email = forms.EmailField(
        label=_("Votre courriel"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Pour recevoir la réponse. Il n’est jamais publié. Sans courriel, un code vous la montrera."),
        error_messages={"invalid": _("cette adresse n’est pas complète ; elle s’écrit comme nom@exemple.fr.")},
    )
    name = forms.CharField(
        label=_("Votre nom"), required=False, max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    shows_name = forms.BooleanField(label=_("Afficher mon nom avec ma demande"), required=False)
    website = forms.CharField(
        label=_("Laissez ce champ vide"), required=False, widget=forms.TextInput(attrs={"tabindex": "-1"})
    )
    once = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput(), initial=lambda: token_urlsafe(16))

    shown = ("kind", "text", "email", "name", "shows_name")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("shows_name") and not data.get("name"):
            self.add_error("name", _("écrivez le nom à afficher, ou décochez la case."))
        return data

    @property
    def shown_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.shown]

    @property
    def is_trapped(self) -> bool:
        """A robot filled the field that people do not see."""
        return bool(self.cleaned_data.get("website"))

    def asking(self, language: str) -> Asking:
        data = self.cleaned_data
        return Asking(
            kind=data["kind"],
            text=data["text"],
            name=data["name"],
            email=data["email"],
            shows_name=data["shows_name"],
            language=language,
        )


class EnquiryCodeForm(forms.Form):
    """The code of the receipt of an enquiry."""

    code = forms.CharField(
        label=_("Code de suivi"),
        max_length=40,
        help_text=_("16 lettres et chiffres. Les espaces et les minuscules ne comptent pas."),
        error_messages={"required": _("recopiez le code qui vous a été donné.")},
    )


class EnquiryAnswerForm(forms.Form):
    """The public answer."""

    words = forms.CharField(
        label=_("Votre réponse"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Elle sera publique, signée de votre direction, et envoyée à la personne qui demande."),
        error_messages={"required": _("écrivez la réponse : elle sera publique.")},
    )


class EnquiryRefusalForm(forms.Form):
    """Why it is not published."""

    reason = forms.CharField(
        label=_("Votre message à la personne qui demande"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Elle le lira tel quel. Dites ce qu’elle peut changer."),
        error_messages={"required": _("dites en une phrase pourquoi cette demande n’est pas publiée.")},
    )
