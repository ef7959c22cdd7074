"""The calendar of an edition: a plan, a phase, a day, an election, the frame it rests on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bp_platform.core.fields import check_year, day_field
from cycles import retroplan
from cycles.forms.acts import KeyedForm
from cycles.models import CalendarDayKind, ElectionKind, PhaseKind, SchoolZone


class PlanForm(forms.Form):
    """The day that cannot move, and how many weeks each phase lasts."""

    anchor = forms.ChoiceField(
        label=_("Partir de"),
        widget=forms.RadioSelect,
        initial="budget",
        choices=[
            ("budget", _("la date où le conseil vote le budget : les résultats sont connus 16 semaines avant")),
            ("vote", _("la date voulue pour l’ouverture du vote")),
            ("start", _("la date voulue pour la première phase")),
        ],
    )
    on = day_field(_("Cette date"))

    def __init__(self, *args: Any, weeks: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in retroplan.ORDER:
            self.fields[f"weeks_{kind}"] = forms.IntegerField(
                label=PhaseKind(kind).label,
                min_value=0,
                max_value=260,
                required=False,
                initial=weeks.get(kind, 0),
                error_messages={"invalid": _("écrivez un nombre entier de semaines, 0 pour s’en passer.")},
            )

    def week_fields(self) -> list[Any]:
        """The lengths, bound."""
        return [self[f"weeks_{kind}"] for kind in retroplan.ORDER]

    def weeks(self) -> dict[str, int]:
        return {kind: self.cleaned_data.get(f"weeks_{kind}") or 0 for kind in retroplan.ORDER}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(self.weeks().values()):
            self.add_error("weeks_call", _("donnez au moins une semaine à une phase."))
        return data


MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def _moment_field(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        widget=MOMENT,
        validators=[check_year],
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y"],
        error_messages={
            "required": _("indiquez le jour et l’heure."),
            "invalid": _("écrivez le jour et l’heure, par exemple 18/06/2026 20:00."),
        },
    )


class PhaseForm(forms.Form):
    """When a phase opens and closes, in the town's time."""

    opens_at = _moment_field(_("Ouverture"))
    closes_at = _moment_field(_("Clôture"))
    is_shifting = forms.BooleanField(
        label=_("Décaler d’autant les phases qui suivent"),
        required=False,
        help_text=_("Elles bougent du même nombre de jours que la clôture."),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        opens_at, closes_at = data.get("opens_at"), data.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", _("la clôture doit suivre l’ouverture."))
        return data


class NewPhaseForm(PhaseForm):
    """A phase that the edition does not have yet."""

    field_order = ["kind", "opens_at", "closes_at"]
    kind = forms.ChoiceField(label=_("Phase"), choices=PhaseKind)
    is_shifting = None  # type: ignore[assignment] # nothing follows yet


class CalendarFrameForm(forms.Form):
    """Where the town is in the year: holidays, the budget, the printer."""

    school_zone = forms.ChoiceField(
        label=_("Zone scolaire"),
        required=False,
        choices=[("", _("non précisée")), *SchoolZone.choices],
        help_text=_("Pour la Corse et l’outre-mer, ajoutez vos vacances parmi les dates ci-dessous."),
    )
    is_alsace_moselle = forms.BooleanField(label=_("Jours fériés d’Alsace et de Moselle"), required=False)
    budget_vote_on = day_field(_("Vote du budget par le conseil"), required=False)
    printing_days = forms.IntegerField(
        label=_("Jours pour imprimer le livret du vote"),
        min_value=0,
        max_value=120,
        initial=21,
        error_messages={"required": _("écrivez un nombre de jours, 0 s’il n’y a pas de livret.")},
    )


class CalendarDayForm(KeyedForm):
    """A council, days off, a moment for everybody."""

    kind = forms.ChoiceField(label=_("Nature"), choices=CalendarDayKind)
    on = day_field(_("Le"))
    until_on = day_field(_("Jusqu’au"), required=False, help_text=_("Si cela dure plusieurs jours."))
    label = forms.CharField(
        label=_("En quelques mots"),
        max_length=120,
        error_messages={"required": _("écrivez ce qui a lieu, par exemple Conseil municipal.")},
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        on, until_on = data.get("on"), data.get("until_on")
        if on and until_on and until_on < on:
            self.add_error("until_on", _("le dernier jour précède le premier : échangez-les."))
        return data


class ElectionForm(forms.Form):
    """An election with its two rounds; a reason sets its reserve aside."""

    kind = forms.ChoiceField(label=_("Élection"), choices=ElectionKind)
    first_round_on = day_field(_("Premier tour"))
    last_round_on = day_field(_("Dernier tour"), required=False, help_text=_("S’il y en a deux."))
    reason = forms.CharField(
        label=_("Écarter la réserve, parce que"),
        required=False,
        max_length=200,
        help_text=_("Par exemple : cette élection ne concerne pas notre collectivité. Laissez vide sinon."),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("first_round_on"), data.get("last_round_on")
        if first and last and last < first:
            self.add_error("last_round_on", _("le dernier tour précède le premier : échangez-les."))
        return data


def local(moment: datetime) -> datetime:
    """As a field shows it."""
    return timezone.localtime(moment)
