"""A new edition, and the frame of one."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bp_platform.core.fields import day_field
from cycles.forms.fields import AmountField
from cycles.models import RESERVED_SLUGS, Cycle, CycleKind
from cycles.services import MicroPlan

NOT_AN_ADDRESS = {"nouvelle"}  # /bureau/editions/nouvelle/


class NamedForm(forms.Form):
    """What every new edition is called: title, address, prefix of its numbers."""

    title = forms.CharField(
        label=_("Titre"), max_length=120, error_messages={"required": _("donnez un titre à l’édition.")}
    )
    slug = forms.CharField(
        label=_("Adresse"),
        max_length=40,
        help_text=_("Dans l’adresse du site : l’année suffit. Elle ne change plus une fois l’édition publique."),
        error_messages={"required": _("écrivez l’adresse, par exemple 2027.")},
    )
    number_prefix = forms.CharField(
        label=_("Préfixe des numéros"),
        max_length=8,
        help_text=_("Chaque idée portera ce préfixe et un numéro : BP27-0143."),
        error_messages={"required": _("écrivez le préfixe, par exemple BP27.")},
    )

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).strip().lower()
        if not re.fullmatch(r"[a-z0-9-]+", slug):
            raise ValidationError(_("écrivez l’adresse en lettres sans accent, chiffres et tirets, par exemple 2027."))
        if slug in RESERVED_SLUGS | NOT_AN_ADDRESS:
            raise ValidationError(_("cette adresse est réservée : choisissez-en une autre, par exemple l’année."))
        if self._others().filter(slug=slug).exists():
            raise ValidationError(_("cette adresse est déjà prise par une autre édition."))
        return slug

    def clean_number_prefix(self) -> str:
        prefix = str(self.cleaned_data["number_prefix"]).strip().upper()
        if not re.fullmatch(r"[A-Z]{2,4}\d{0,4}", prefix):
            raise ValidationError(_("écrivez deux à quatre lettres puis l’année, par exemple BP27."))
        if self._others().filter(number_prefix=prefix).exists():
            raise ValidationError(_("ce préfixe est déjà pris par une autre édition."))
        return prefix

    def _others(self) -> Any:
        return Cycle.objects.all()


class PresetForm(NamedForm):
    """An edition from a card: its first day gives all its dates."""

    starts_on = day_field(_("Premier jour"), help_text=_("Les phases du modèle se placent à partir de ce jour."))


class CloneForm(NamedForm):
    """An edition from a former one."""

    years = forms.IntegerField(
        label=_("Décaler les dates de"),
        min_value=0,
        max_value=10,
        initial=1,
        help_text=_("En années. Chaque phase tombe le même jour de la semaine."),
        error_messages={
            "required": _("écrivez de combien d’années décaler les dates."),
            "invalid": _("écrivez un nombre d’années, par exemple 1."),
            "min_value": _("écrivez un nombre d’années entre 0 et 10."),
            "max_value": _("écrivez un nombre d’années entre 0 et 10."),
        },
    )


class FrameForm(NamedForm):
    """The frame: what the edition is called, what it promises, who answers."""

    kind = forms.ChoiceField(label=_("Pour qui"), choices=CycleKind.choices, widget=forms.RadioSelect())
    promise = forms.CharField(
        label=_("Promesse en une phrase"),
        required=False,
        max_length=160,
        help_text=_("Elle ouvre la page d’accueil : « Vous proposez, vous votez, la ville réalise »."),
    )
    total_eur = AmountField(
        label=_("Montant total voté par le conseil"),
        required=False,
        min_value=Decimal("0.01"),
        error_messages={"min_value": _("écrivez un montant supérieur à zéro.")},
        help_text=_("Les enveloppes sont comparées à ce total. Laissez vide s’il n’est pas encore voté."),
    )
    council_resolution = forms.CharField(
        label=_("Délibération qui lance l’édition"),
        required=False,
        max_length=160,
        help_text=_("Son numéro et sa date."),
    )
    contact = forms.CharField(
        label=_("Qui répond aux questions"),
        required=False,
        max_length=160,
        help_text=_("Un service, un téléphone, un courriel : publié avec le règlement."),
    )

    field_order = ["title", "slug", "number_prefix", "kind", "promise", "total_eur", "council_resolution", "contact"]

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        self.cycle = cycle
        super().__init__(*args, **kwargs)

    def _others(self) -> Any:
        return Cycle.objects.exclude(pk=self.cycle.pk)


def _weeks(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=52,
        error_messages={
            "required": _("écrivez un nombre de semaines."),
            "invalid": _("écrivez un nombre de semaines, par exemple 6."),
            "min_value": _("écrivez au moins une semaine."),
            "max_value": _("écrivez 52 semaines au plus."),
        },
    )


def _count(label: Any, *, least: int, most: int, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        help_text=help_text,
        error_messages={
            "required": _("écrivez un nombre."),
            "invalid": _("écrivez un nombre entier."),
            "min_value": _("écrivez un nombre d’au moins %(limit_value)s."),
            "max_value": _("écrivez un nombre d’au plus %(limit_value)s."),
        },
    )


class MicroForm(NamedForm):
    """A small commune’s whole edition on one screen."""

    amount_eur = AmountField(label=_("Combien d’argent en tout"), help_text=_("Toutes taxes comprises."))
    maximum_cost_eur = AmountField(
        label=_("Coût maximal d’un projet"), required=False, help_text=_("Vide : toute l’enveloppe.")
    )
    starts_on = day_field(_("Les idées se déposent à partir du"))
    call_weeks = _weeks(_("Durée de l’appel à idées (semaines)"))
    study_weeks = _weeks(_("Durée de l’étude (semaines)"))
    vote_weeks = _weeks(_("Durée du vote (semaines)"))
    minimum_age = _count(_("Âge pour proposer et voter"), least=0, most=99, help_text=_("0 : à tout âge."))
    maximum_choices = _count(_("Nombre de projets que chacun choisit, au plus"), least=1, most=20)
    deadline_months = _count(_("Les projets sont réalisés sous (mois)"), least=1, most=60)
    contact = forms.CharField(
        label=_("Qui répond aux questions"),
        max_length=160,
        help_text=_("Un service, un téléphone, un courriel : publié avec le règlement."),
        error_messages={"required": _("dites à qui les habitant·es posent leurs questions.")},
    )
    resolution = forms.CharField(
        label=_("Délibération du conseil"),
        required=False,
        max_length=160,
        help_text=_("Vide si le conseil n’a pas encore adopté le règlement : l’édition reste en préparation."),
    )
    resolution_on = day_field(_("Date de la délibération"), required=False)

    has_read = forms.BooleanField(label=_("J’ai lu ces alertes, je garde ces choix"), required=False)
    is_warned = False

    def warn(self, sentences: list[str]) -> None:
        """What must be read before the adoption: the box to tick appears."""
        self.is_warned = True
        for sentence in sentences:
            self.add_error(None, sentence)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        cap, amount = data.get("maximum_cost_eur"), data.get("amount_eur")
        if cap and amount and cap > amount:
            self.add_error("maximum_cost_eur", _("le coût maximal d’un projet dépasse l’enveloppe."))
        if amount == 0:
            self.add_error("amount_eur", _("écrivez un montant supérieur à zéro."))
        if data.get("resolution", "").strip() and not data.get("resolution_on") and "resolution_on" not in self.errors:
            self.add_error("resolution_on", _("indiquez le jour de la délibération."))
        return data

    def plan(self) -> MicroPlan:
        """What `services.create_micro` takes."""
        return MicroPlan(**{name: value for name, value in self.cleaned_data.items() if name != "has_read"})
