"""What the team writes of a phase that ended, what residents answer of it, what it changes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bp_platform.core.fields import day_field
from cycles import selectors
from cycles.forms.acts import ActForm, KeyedForm, count_field, words_field
from cycles.forms.versions import LessonForm
from cycles.models import AdjustmentEffect, Body, Cycle, Deviation, Feeling


class CheckpointForm(ActForm):
    """What worked, what did not, and who said it."""

    held_on = day_field(_("Fait le"))
    bodies = forms.ModelMultipleChoiceField(
        label=_("Instances présentes"),
        queryset=Body.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    present = count_field(_("Personnes présentes, en tout"), most=5000, required=False)
    worked = words_field(_("Ce qui a marché"), most=3000, rows=5, required=False)
    failed = words_field(
        _("Ce qui n’a pas marché"), most=3000, rows=5, required=False, help_text=_("Publié tel quel, sans nom.")
    )

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies: Any = self.fields["bodies"]
        bodies.queryset = cycle.bodies.order_by("name", "pk")
        if not bodies.queryset:
            del self.fields["bodies"]

    @property
    def facts(self) -> dict[str, Any]:
        """What `services.write_checkpoint` takes."""
        data = self.cleaned_data
        return {**data, "present": data["present"] or 0, "bodies": list(data.get("bodies") or ())}


class AdjustmentForm(KeyedForm):
    """What changes, and when."""

    words = words_field(_("Ce qui change"), most=600, rows=3, error_messages={"required": _("dites ce qui change.")})
    effect = forms.ChoiceField(
        label=_("Quand ?"),
        choices=AdjustmentEffect,
        widget=forms.RadioSelect,
        error_messages={"required": _("choisissez quand cela change.")},
    )
    deviation = forms.ModelChoiceField(
        label=_("Dès cette édition : la dérogation qui le décide"),
        queryset=Deviation.objects.none(),
        required=False,
        empty_label=_("Aucun article n’est écarté"),
    )
    setting = forms.ChoiceField(
        label=_("À la prochaine édition : le réglage concerné"),
        required=False,
        help_text=_("La leçon s’affichera à côté de ce réglage."),
        error_messages={"invalid_choice": _("choisissez un réglage de la liste.")},
    )

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        deviation: Any = self.fields["deviation"]
        setting: Any = self.fields["setting"]
        lesson: Any = LessonForm().fields["setting"]
        deviation.queryset = cycle.deviations.order_by("decided_on", "pk")
        deviation.label_from_instance = _deviation
        setting.choices = lesson.choices

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("effect") == AdjustmentEffect.NEXT and data.get("deviation"):
            self.add_error("deviation", _("une dérogation vaut dès cette édition : corrigez l’un des deux choix."))
        return data


def _deviation(row: Deviation) -> str:
    return f"{row.article}. {row.what[:80]}"


class FeelingsForm(ActForm):
    """The three questions; none is compulsory."""

    remark = words_field(
        _("Que faudrait-il changer ?"),
        most=1000,
        rows=4,
        required=False,
        help_text=_("Sans nom ni coordonnées : elle peut être publiée, après relecture."),
    )
    site = forms.CharField(
        label=_("Ne remplissez pas ce champ"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in selectors.question_words().items():
            self.fields[name] = forms.ChoiceField(
                label=words,
                required=False,
                choices=[(str(value), label) for value, label in Feeling.choices],
                widget=forms.RadioSelect(),
                error_messages={"invalid_choice": _("choisissez l’une des réponses proposées.")},
            )
        self.order_fields(list(selectors.question_words()))

    @property
    def feelings(self) -> dict[str, int]:
        """The answers given, by question."""
        return {name: int(self.cleaned_data[name]) for name in selectors.QUESTIONS if self.cleaned_data.get(name)}
