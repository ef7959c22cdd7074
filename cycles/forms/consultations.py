"""Questions put to residents, their answers, and the sheets counted by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bp_platform.core.fields import day_field
from cycles import settings_words
from cycles.models import OpenParameter
from cycles.services import Question


class ConsultationForm(forms.Form):
    """Dates, presentation, and for each open setting a question and its options, one per line."""

    opens_on = day_field(_("Ouverture"), help_text=_("À minuit, ce jour-là."))
    closes_on = day_field(_("Dernier jour"), help_text=_("La consultation se ferme à la fin de ce jour."))
    intro = forms.CharField(
        label=_("Présentation"),
        required=False,
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Pourquoi vous posez ces questions, et ce que vous ferez des réponses."),
    )

    paper_places = forms.CharField(
        label=_("Où déposer les feuilles de papier"),
        required=False,
        max_length=300,
        help_text=_("Par exemple : « Accueil de la mairie, médiathèque, centre social ». C’est écrit sur la feuille."),
    )

    def __init__(self, *args: Any, settings: Sequence[str], values: dict[str, dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.settings = list(settings)
        for number, code in enumerate(self.settings):
            section, _dot, name = code.partition(".")
            words = settings_words.of(code)
            now = settings_words.value_words(code, values[section].get(name))
            self.fields[f"question_{number}"] = forms.CharField(
                label=_("Question sur : %(setting)s") % {"setting": words.label},
                max_length=200,
                help_text=_("Dans le projet : %(now)s.") % {"now": now},
                error_messages={"required": _("écrivez la question.")},
            )
            self.fields[f"options_{number}"] = forms.CharField(
                label=_("Réponses possibles : %(setting)s") % {"setting": words.label},
                help_text=_("Une par ligne, de deux à cinq."),
                widget=forms.Textarea(attrs={"rows": 4}),
                initial=_options(code, now),
                error_messages={"required": _("écrivez de deux à cinq réponses, une par ligne.")},
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        opens, closes = data.get("opens_on"), data.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("le dernier jour précède l’ouverture."))
        for number in range(len(self.settings)):
            lines = self.lines(number)
            if f"options_{number}" in data and not 2 <= len(lines) <= 5:
                self.add_error(f"options_{number}", _("écrivez de deux à cinq réponses, une par ligne."))
        return data

    def lines(self, number: int) -> list[str]:
        typed = self.cleaned_data.get(f"options_{number}") or ""
        return [line.strip()[:120] for line in typed.splitlines() if line.strip()]

    def questions(self) -> list[Question]:
        """What `services.prepare_consultation` takes."""
        return [
            Question(code, self.cleaned_data[f"question_{n}"], tuple((line, line) for line in self.lines(n)))
            for n, code in enumerate(self.settings)
        ]


def _options(code: str, now: str) -> str:
    """The answers that one would offer first, one per line: the field’s own options, yes and no, or today’s value."""
    words, section = settings_words.of(code), code.partition(".")[0]
    if words.options:
        return "\n".join(str(option) for option in words.options.values())
    is_yes_or_no = settings_words.model_of(section).model_fields[code.partition(".")[2]].annotation is bool
    return "\n".join((gettext("oui"), gettext("non"))) if is_yes_or_no else now


class AnswerForm(forms.Form):
    """A resident’s answers: none is compulsory."""

    remark = forms.CharField(
        label=_("Une remarque"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Sans nom ni coordonnées : elle peut être publiée, après relecture."),
    )
    site = forms.CharField(
        label=_("Ne remplissez pas ce champ"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, parameters: Sequence[OpenParameter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parameters = list(parameters)
        for parameter in self.parameters:
            choices = [(str(n), option["label"]) for n, option in enumerate(parameter.options)]
            self.fields[f"q_{parameter.pk}"] = forms.ChoiceField(
                label=parameter.question,
                required=False,
                choices=choices,
                widget=forms.RadioSelect(),
                error_messages={"invalid_choice": _("choisissez l’une des réponses proposées.")},
            )
        self.order_fields([f"q_{parameter.pk}" for parameter in self.parameters])

    def choices(self) -> dict[str, int]:
        """The option taken, by setting."""
        picked = ((parameter.setting, self.cleaned_data.get(f"q_{parameter.pk}")) for parameter in self.parameters)
        return {setting: int(option) for setting, option in picked if option}


class PaperForm(forms.Form):
    """Sheets counted at one place."""

    place = forms.CharField(
        label=_("Lieu"), max_length=120, error_messages={"required": _("écrivez où ces feuilles ont été remplies.")}
    )
    on_date = day_field(_("Jour"))
    sheets = forms.IntegerField(
        label=_("Feuilles reçues"),
        min_value=1,
        error_messages={
            "required": _("écrivez combien de feuilles vous avez."),
            "invalid": _("écrivez un nombre de feuilles."),
            "min_value": _("écrivez au moins une feuille."),
        },
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, parameters: Sequence[OpenParameter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parameters = list(parameters)
        for parameter in self.parameters:
            for n, option in enumerate(parameter.options):
                self.fields[f"n_{parameter.pk}_{n}"] = forms.IntegerField(
                    label=f"{parameter.question} — {option['label']}",
                    required=False,
                    min_value=0,
                    error_messages={
                        "invalid": _("écrivez un nombre de réponses."),
                        "min_value": _("écrivez zéro ou plus."),
                    },
                )

    def counts(self) -> dict[str, list[int]]:
        """How many for each option, by setting."""
        return {
            p.setting: [self.cleaned_data.get(f"n_{p.pk}_{n}") or 0 for n in range(len(p.options))]
            for p in self.parameters
        }


class DecideForm(forms.Form):
    """What is kept of one question, and why."""

    decided = forms.CharField(
        label=_("Ce qui est retenu"), max_length=200, error_messages={"required": _("dites ce qui est retenu.")}
    )
    why = forms.CharField(
        label=_("Pourquoi"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("dites pourquoi.")},
    )
