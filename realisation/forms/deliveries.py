"""What those who build fill in. Forms parse; services act."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from realisation.forms.fields import day_field
from realisation.models import DeliveryState, MilestoneKind


class UpdateForm(forms.Form):
    """News, from a phone, in half a minute."""

    text = forms.CharField(
        label=_("Quoi de neuf ?"),
        max_length=800,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Une phrase suffit. Elle sera publique et envoyée à qui suit le projet."),
        error_messages={"required": _("écrivez ce qui est neuf, même en une phrase.")},
    )
    to = forms.ChoiceField(label=_("Étape"), required=False)
    photo = forms.FileField(
        label=_("Une photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_("Sans visage reconnaissable. JPEG, PNG ou WebP, 10 Mo au plus."),
    )
    next_on = day_field(_("Prochaine date"), required=False)
    next_text = forms.CharField(
        label=_("Ce qui se passe ce jour-là"),
        required=False,
        max_length=120,
        help_text=_("Par exemple : début du chantier, plantation avec l’école."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, state: str, later: Iterable[str], reserve: str = "", **kwargs: Any) -> None:
        """`reserve`: what to recall before an election; then the news is confirmed a second time."""
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to"]
        to.choices = [(name, str(DeliveryState(name).label).capitalize()) for name in (state, *later)]
        if reserve:
            self.fields["is_plain"] = forms.BooleanField(
                label=_("J’ai relu : cette nouvelle ne dit que des faits"),
                help_text=reserve,
                error_messages={
                    "required": _("avant une élection, relisez : des faits, sans éloge ni promesse, puis cochez.")
                },
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("next_text") and not data.get("next_on") and "next_on" not in self.errors:
            self.add_error("next_on", _("indiquez la date de cette prochaine étape."))
        return data


class StopForm(forms.Form):
    """Suspend or abandon, with the reason that everybody reads."""

    outcome = forms.ChoiceField(
        label=_("Que devient le projet ?"),
        choices=[
            ("suspend", _("Il est suspendu : il reprendra plus tard")),
            ("abandon", _("Il est abandonné : il ne se fera pas")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("choisissez : suspendu ou abandonné.")},
    )
    reason = forms.CharField(
        label=_("Pourquoi"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Ce texte sera public, et envoyé tel quel aux porteurs et à qui suit le projet. Dites aussi ce qui est "
            "cherché à la place."
        ),
        error_messages={"required": _("donnez la raison : les habitant·es ont le droit de la connaître.")},
    )


class MilestoneForm(forms.Form):
    """A date: planned once; when it moves, why."""

    kind = forms.ChoiceField(
        label=_("Étape"), choices=MilestoneKind, error_messages={"required": _("choisissez l’étape du chantier.")}
    )
    on = day_field(_("Attendue le"))
    delay_reason = forms.CharField(
        label=_("Raison du retard"),
        required=False,
        max_length=300,
        help_text=_("Obligatoire si la date recule par rapport à la date prévue. Ce texte sera public."),
    )
