"""The review of an edition."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ReviewForm(forms.Form):
    """The review of an edition."""

    text = forms.CharField(
        label=_("Le bilan"),
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_(
            "Les chiffres sont ajoutés seuls : écrivez ce qu’ils ne disent pas. Une ligne vide sépare les paragraphes, "
            "### annonce un titre."
        ),
        error_messages={"required": _("écrivez le bilan, même en quelques lignes.")},
    )
