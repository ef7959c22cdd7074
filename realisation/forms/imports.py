"""An export to read, the agreement to enter it, the undoing of it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from bp_platform.documents.aside import Waiting


class ExportForm(forms.Form):
    """An export of the finance software."""

    file = forms.FileField(
        label=_("Fichier du logiciel financier"),
        help_text=_("CSV, XLSX ou ODS. Rien n’est enregistré avant votre accord."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx,.ods"}),
        error_messages={
            "required": _("choisissez le fichier exporté du logiciel financier."),
            "empty": _("ce fichier est vide : choisissez celui qui contient les écritures."),
        },
    )


class ApplyForm(forms.Form):
    """The agreement to what was shown: the page asks for nothing again."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    key = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    name = forms.CharField(max_length=150, widget=forms.HiddenInput)

    def waiting(self) -> Waiting:
        return Waiting(self.cleaned_data["uid"], self.cleaned_data["key"])
