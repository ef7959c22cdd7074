"""What is written in a review: its blocks, who validates it, what is to be taken up again, what is rectified."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import User

PICTURE = {"accept": "image/jpeg,image/png,image/webp"}


class BlockForm(forms.Form):
    """The words of a block, and a picture if there is one. `version` is what was read."""

    title = forms.CharField(
        label=_("Titre"), max_length=120, required=False, error_messages={"required": _("donnez un titre à ce texte.")}
    )
    text = forms.CharField(
        label=_("Texte"),
        max_length=6000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Une ligne vide sépare les paragraphes, ### annonce un titre, un tiret commence une liste."),
        error_messages={"max_length": _("raccourcissez ce texte : 6 000 signes au plus.")},
    )
    photo = forms.FileField(
        label=_("Une image"),
        required=False,
        widget=forms.FileInput(attrs=PICTURE),
        help_text=_("Sans visage reconnaissable. JPEG, PNG ou WebP, 10 Mo au plus."),
    )
    alt_text = forms.CharField(
        label=_("Ce que montre l’image"),
        max_length=300,
        required=False,
        help_text=_("Pour les personnes qui ne la voient pas, en une phrase."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    based_on = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, is_own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_own:
            self.fields["title"].required = True
        else:
            del self.fields["title"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("photo") and not data.get("alt_text", "").strip():
            self.add_error("alt_text", _("décrivez l’image en une phrase : tout le monde ne la voit pas."))
        return data


class NewBlockForm(forms.Form):
    """A text of the team's own."""

    title = forms.CharField(
        label=_("Titre"), max_length=120, error_messages={"required": _("donnez un titre à ce texte.")}
    )
    text = forms.CharField(
        label=_("Texte"),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("écrivez ce texte, même en quelques lignes.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


class HideForm(forms.Form):
    """Why a block is left out."""

    reason = forms.CharField(
        label=_("Pourquoi ce bloc ne figure pas au bilan"),
        max_length=300,
        help_text=_("Cette raison reste au bureau : elle n’est pas publiée."),
        error_messages={"required": _("dites pourquoi ce bloc ne figure pas au bilan.")},
    )


class SubmitForm(forms.Form):
    """Who is asked to validate."""

    validator = forms.ModelChoiceField(
        label=_("À faire valider par"),
        queryset=User.objects.none(),
        empty_label=_("Choisissez une personne"),
        help_text=_("Une personne élue ou responsable de direction, qui n’a rien écrit de ce bilan."),
        error_messages={
            "required": _("choisissez la personne qui validera."),
            "invalid_choice": _("choisissez une personne de la liste."),
        },
    )

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["validator"]
        field.queryset = people
        field.label_from_instance = lambda user: user.shown_name


class SendBackForm(forms.Form):
    """What is to be taken up again: in general, then block by block."""

    reason = forms.CharField(
        label=_("Ce qui est à reprendre"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("dites ce qui est à reprendre, en une phrase.")},
    )

    def __init__(self, *args: Any, blocks: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, title in blocks:
            self.fields[f"bloc-{key}"] = forms.CharField(
                label=title, required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
            )

    @property
    def remarks(self) -> dict[str, str]:
        """The remarks by block, as the service takes them."""
        said = self.cleaned_data.items()
        return {name.removeprefix("bloc-"): words for name, words in said if name.startswith("bloc-")}


class RectifyForm(forms.Form):
    """A dated correction under a published review."""

    text = forms.CharField(
        label=_("Ce qui est rectifié"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Citez ce qui est faux et donnez ce qui est juste. Le bilan publié, lui, ne change pas."),
        error_messages={"required": _("écrivez ce qui est rectifié, et par quoi.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
