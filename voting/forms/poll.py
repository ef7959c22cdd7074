"""What the desk posts to prepare, seal and annul a vote."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cycles.models import Cycle
from voting import key_sheet
from voting.models import PollKind

MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
WRONG_MOMENT = {
    "required": _("Indiquez le jour et l’heure."),
    "invalid": _("Indiquez un jour et une heure, par exemple 12/05/2026 18:00."),
}


class PollForm(forms.Form):
    """A vote to prepare: its edition, its dates. Its rules are the rulebook's."""

    cycle = forms.ModelChoiceField(
        Cycle.objects.none(),
        label=_("Édition"),
        error_messages={"required": _("Choisissez l’édition.")},
    )
    kind = forms.ChoiceField(
        label=_("Nature"),
        choices=[(PollKind.BINDING, PollKind.BINDING.label), (PollKind.PRACTICE, PollKind.PRACTICE.label)],
        help_text=_("La clé d’un vote se fabrique hors ligne ; celle d’un vote d’essai reste sur ce serveur."),
        error_messages={"required": _("choisissez entre un vote et un vote d’essai.")},
    )
    title = forms.CharField(
        label=_("Titre"), max_length=120, error_messages={"required": _("Donnez un titre, par exemple « Vote 2026 ».")}
    )
    opens_at = forms.DateTimeField(label=_("Ouverture"), widget=MOMENT, error_messages=WRONG_MOMENT)
    closes_at = forms.DateTimeField(label=_("Clôture"), widget=MOMENT, error_messages=WRONG_MOMENT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: Django's own signature
        super().__init__(*args, **kwargs)
        editions = self.fields["cycle"]
        if isinstance(editions, forms.ModelChoiceField):
            editions.queryset = Cycle.objects.filter(is_hidden=False).order_by("-pk")


class SealForm(forms.Form):
    """What sealing needs beside the draft: the public draw, the public key, and a waiver for a small roll."""

    draw_seed = forms.CharField(
        label=_("Résultat du tirage public"),
        help_text=_(
            "Par exemple les dés lancés devant témoins, ou un tirage annoncé d’avance. Il départage les égalités."
        ),
        min_length=6,
        max_length=80,
        error_messages={"required": _("Saisissez le résultat du tirage public.")},
    )
    sheet_file = forms.FileField(
        label=_("Feuille publique de la clé"),
        required=False,
        help_text=_(
            "Le fichier « cle-publique.json » du bureau. Sans elle, un vote d’essai garde sa clé sur ce serveur."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
    )
    sheet_text = forms.CharField(
        label=_("Ou son texte, collé ici"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    waiver = forms.CharField(
        label=_("Dérogation pour une liste de moins de cent personnes"),
        required=False,
        max_length=300,
        help_text=_("À motiver : avec si peu de monde, le résultat peut révéler des choix."),
    )

    def clean(self) -> dict[str, Any]:
        """`sheet`: the public sheet of the key, from the file or else from the text; None without either."""
        cleaned = super().clean() or {}
        given, cleaned["sheet"] = cleaned.get("sheet_file"), None
        field = "sheet_file" if given else "sheet_text"
        data = given.read(key_sheet.LARGEST + 1) if given else cleaned.get("sheet_text", "").encode()
        if data:
            try:
                cleaned["sheet"] = key_sheet.read(data)
            except key_sheet.NotASheet:
                self.add_error(field, _("Ce n’est pas la feuille publique d’une clé : donnez « cle-publique.json »."))
        return cleaned


class ReasonForm(forms.Form):
    """A reason that is published."""

    reason = forms.CharField(
        label=_("Motif publié"),
        max_length=300,
        error_messages={"required": _("Dites en une phrase pourquoi.")},
    )


class ProclaimForm(forms.Form):
    """What the bureau decides of null ballots that may change the result; nothing to say otherwise."""

    bureau_decision = forms.CharField(
        label=_("Décision du bureau sur les bulletins nuls"),
        required=False,
        max_length=500,
        help_text=_("Publiée au procès-verbal et gardée au journal."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
