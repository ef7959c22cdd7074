"""What the desk posts about paper: a pile, its number, a ballot as it is read, what was found of a scope."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from voting import keying, selectors, wording
from voting.sealed import SealedPoll
from voting.selectors.paper import LARGEST_BATCH

TICK = "c"
BLANK = "blanc"
WRONG_SIZE = {
    "required": _("Comptez les bulletins de la pile et écrivez leur nombre."),
    "invalid": _("Écrivez le nombre en chiffres, par exemple 120."),
    "min_value": _("Un lot compte au moins un bulletin."),
    "max_value": _("Un lot compte 500 bulletins au plus : faites-en deux."),
}
WHY = _("Dites en une phrase pourquoi.")


def _size_field() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Bulletins comptés à la main"),
        min_value=1,
        max_value=LARGEST_BATCH,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "3"}),
        error_messages=WRONG_SIZE,
    )


class BatchForm(forms.Form):
    """A pile, boxes mixed, counted by hand."""

    scope = forms.ChoiceField(label=_("Périmètre"), error_messages={"required": _("Choisissez le périmètre.")})
    boxes = forms.CharField(
        label=_("Urnes mélangées dans ce lot"),
        help_text=_("Le nom de chaque lieu de vote. Mélanger les urnes protège le secret de chacun."),
        max_length=200,
        error_messages={"required": _("Nommez les lieux de vote dont les bulletins sont dans ce lot.")},
    )
    size = _size_field()

    def __init__(self, *args: Any, scopes: list[tuple[str, str]], **kwargs: Any) -> None:  # Any: Django's own signature
        super().__init__(*args, **kwargs)
        field = self.fields["scope"]
        if isinstance(field, forms.ChoiceField):
            field.choices = scopes
        if len(scopes) == 1:
            field.widget, field.initial = forms.HiddenInput(), scopes[0][0]


class SizeForm(forms.Form):
    """The pile holds another number."""

    size = _size_field()
    reason = forms.CharField(label=_("Motif"), max_length=300, error_messages={"required": WHY})


class PaperReasonForm(forms.Form):
    """A reason that the journal keeps."""

    reason = forms.CharField(label=_("Motif"), max_length=300, error_messages={"required": WHY})


class RestartForm(PaperReasonForm):
    """Key a batch again: the keying under way, or both."""

    both = forms.BooleanField(
        label=_("Effacer les deux saisies"),
        required=False,
        help_text=_("Sans cette case, seule la saisie en cours est effacée."),
    )


class BalanceForm(forms.Form):
    """What was found of a scope's paper; a gap needs its reason."""

    scope = forms.CharField(widget=forms.HiddenInput, max_length=40)
    reason = forms.CharField(
        label=_("Explication de l’écart"),
        required=False,
        max_length=300,
        help_text=_("Elle figure au procès-verbal."),
    )


class DrawForm(forms.Form):
    """The public draw of the batch to count again."""

    seed = forms.CharField(
        label=_("Résultat du tirage fait devant témoins"),
        max_length=80,
        help_text=_("Par exemple des dés : 6-2-4-1."),
        error_messages={"required": _("Saisissez le résultat du tirage fait devant témoins.")},
    )


class KeyingForm(forms.Form):
    """One paper ballot as it is read: typed, ticked, or said blank or null by a button. `reading` once it is valid."""

    place = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    typed = forms.CharField(
        label=_("Numéros cochés"),
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocorrect": "off", "spellcheck": "false", "autofocus": True, "size": 40}
        ),
    )

    def __init__(self, *args: Any, text: SealedPoll, scope: str, **kwargs: Any) -> None:  # Any: Django's own signature
        super().__init__(*args, **kwargs)
        self.rule = text.scopes[scope].ballot
        self.listed = {project.position + 1: project for project in text.by_scope[scope]}
        self.reading = keying.Reading()
        self.fields["typed"].help_text = selectors.typing_words(self.rule.kind)

    @property
    def ticked(self) -> list[int]:
        """The numbers ticked in the list, of those that are on it."""
        given = self.data.getlist(TICK) if hasattr(self.data, "getlist") else []
        known = {str(number): number for number in self.listed}
        return sorted({known[n] for n in given if n in known})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        typed, said = data.get("typed", ""), self.data.get("acte", "")
        line = typed or " ".join(str(number) for number in self.ticked)
        if said and line:
            self.add_error("typed", _("Des numéros sont saisis : effacez-les pour dire ce bulletin blanc ou nul."))
            return data
        if typed and self.ticked:
            self.add_error("typed", _("Tapez les numéros ou cochez-les dans la liste, pas les deux."))
            return data
        if said == BLANK:
            return data
        if said in set(keying.NullReason):
            self.reading = keying.Reading(null_reason=keying.NullReason(said))
            return data
        found = keying.read(line, self.rule.kind, {number: p.id for number, p in self.listed.items()})
        if isinstance(found, keying.TypingFault):
            self.add_error("typed", wording.typing_sentence(found))
        else:
            self.reading = found
        return data

    @property
    def line(self) -> str:
        """The reading in one form: what is to be confirmed is compared with it."""
        numbers = {project.id: number for number, project in self.listed.items()}
        return keying.typed_again(self.reading.ballot, self.rule.kind, numbers)

    @property
    def is_confirmed(self) -> bool:
        """Whether the same reading was posted a second time, after its warning."""
        return bool(self.data.get("sur") == self.line)
