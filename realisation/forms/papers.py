"""Files beside the money."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bp_platform.documents import uploads


class PaperFields(forms.Form):
    """A file, its title, and whether everybody may open it."""

    paper = forms.FileField(
        label=_("Justificatif"),
        required=False,
        help_text=_("PDF ou image, 10 Mo au plus : bon de commande, facture, délibération."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.webp"}),
        error_messages={
            "required": _("choisissez le fichier."),
            "empty": _("ce fichier est vide : choisissez-en un autre."),
        },
    )
    is_public = forms.BooleanField(
        label=_("Public"),
        required=False,
        help_text=_("Tout le monde pourra l’ouvrir : ni RIB, ni signature, ni nom de personne dedans."),
    )

    def clean_paper(self) -> Any:
        """What is refused is refused before anything is written."""
        upload = self.cleaned_data.get("paper")
        if upload:
            uploads.check(upload)
            upload.seek(0)
        return upload


class PaperForm(PaperFields):
    """A file to add to a line that is written already."""

    title = forms.CharField(
        label=_("Nom du justificatif"),
        required=False,
        max_length=120,
        help_text=_("Par exemple : facture n° 42. Sans nom, celui du fichier."),
    )

    field_order = ("title", "paper", "is_public")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paper"].required = True
