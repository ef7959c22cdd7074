"""What is posted to find a receipt in the published list."""

from __future__ import annotations

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

FEWEST_CHARACTERS = 16  # 64 bits: no two receipts of a vote begin alike


class ReceiptForm(forms.Form):
    """A receipt, whole or its first sixteen characters, as it was copied: spaces, dashes and case do not matter."""

    ref = forms.CharField(
        label=_("Votre reçu"),
        help_text=_("Ses seize premiers caractères suffisent, par exemple 4F0A 11BC 93D2 E87A."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Recopiez au moins les seize premiers caractères du reçu.")},
    )

    def clean_ref(self) -> bytes:
        """The bytes that were typed; an odd last character is left out."""
        typed = re.sub(r"[\s\u2011-]", "", self.cleaned_data["ref"])
        if not re.fullmatch(r"[0-9a-fA-F]*", typed) or len(typed) > 64:
            raise ValidationError(_("Un reçu n’a que des chiffres et les lettres de A à F, 64 au plus : recopiez-le."))
        if len(typed) < FEWEST_CHARACTERS:
            raise ValidationError(_("Recopiez au moins les seize premiers caractères du reçu."))
        return bytes.fromhex(typed[: len(typed) // 2 * 2])
