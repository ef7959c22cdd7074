"""What those who build fill in. Forms parse; services act."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bp_platform.core.fields import day_field
from realisation.forms.fields import alt_field, photo_field
from realisation.models import MOST_PHOTOS, DeliveryState, MilestoneKind
from realisation.services import Photo


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
    photo_1 = photo_field(_("Une photo"), capture=True, help_text=_("Sans visage reconnaissable. 10 Mo au plus."))
    alt_1 = alt_field(_("Ce que montre la photo"))
    photo_2 = photo_field(_("Deuxième photo"))
    alt_2 = alt_field(_("Ce que montre la deuxième photo"))
    photo_3 = photo_field(_("Troisième photo"))
    alt_3 = alt_field(_("Ce que montre la troisième photo"))
    photo_4 = photo_field(_("Quatrième photo"))
    alt_4 = alt_field(_("Ce que montre la quatrième photo"))
    next_on = day_field(_("Prochaine date"), required=False)
    next_text = forms.CharField(
        label=_("Ce qui se passe ce jour-là"),
        required=False,
        max_length=120,
        help_text=_("Par exemple : début du chantier, plantation avec l’école."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    essential: tuple[str, ...] = ("text", "photo_1", "to")
    optional = ("alt_1", "next_on", "next_text", "photo_2", "alt_2", "photo_3", "alt_3", "photo_4", "alt_4")

    def __init__(self, *args: Any, state: str, later: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to"]
        to.choices = [(name, str(DeliveryState(name).label).capitalize()) for name in (state, *later)]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("next_text") and not data.get("next_on") and "next_on" not in self.errors:
            self.add_error("next_on", _("indiquez la date de cette prochaine étape."))
        return data

    @property
    def essential_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.essential]

    @property
    def optional_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.optional]

    @property
    def shows_optional(self) -> bool:
        """Whether something was typed there, or refused."""
        return any(name in self.errors or (self.is_bound and self.data.get(name)) for name in self.optional)

    @property
    def has_lost_photos(self) -> bool:
        """A refused form does not give its files back to the browser."""
        return bool(self.errors and self.files)

    def photos(self) -> list[Photo]:
        """The photographs that were sent, in order, each with what it shows."""
        data = self.cleaned_data
        numbers = [n for n in range(1, MOST_PHOTOS + 1) if data.get(f"photo_{n}")]
        return [Photo(data[f"photo_{n}"], data[f"alt_{n}"], field=f"photo_{n}") for n in numbers]


class ReadingForm(forms.Form):
    """Why a piece of news is not published as it is."""

    reason = forms.CharField(
        label=_("Ce qui est à reprendre"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("dites en une phrase ce qui est à reprendre.")},
    )


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
