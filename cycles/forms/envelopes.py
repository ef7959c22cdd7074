"""The money of an edition: what was voted, each envelope, the sharing between places."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import Department
from bp_platform.core import text
from cycles.forms.fields import AmountField
from cycles.models import Area, BudgetSection, Cycle, Envelope, EnvelopePublic, Theme

ABOVE_ZERO = {
    "required": _("écrivez un montant."),
    "invalid": _("écrivez un montant en chiffres, par exemple 40 000."),
    "min_value": _("écrivez un montant supérieur à zéro."),
    "max_decimal_places": _("écrivez deux décimales au plus."),
}


class VotedForm(forms.Form):
    """What the council voted for the whole edition."""

    total_eur = AmountField(
        label=_("Montant voté par le conseil pour l’édition"),
        required=False,
        min_value=Decimal("0.01"),
        error_messages=ABOVE_ZERO,
        help_text=_("La somme des enveloppes lui est comparée, au centime."),
    )


class EnvelopeForm(forms.Form):
    """An envelope and the projects that it is for."""

    name = forms.CharField(
        label=_("Nom de l’enveloppe"),
        max_length=80,
        error_messages={"required": _("écrivez un nom, par exemple Enveloppe des jeunes.")},
    )
    amount_eur = AmountField(label=_("Montant voté"), min_value=Decimal("0.01"), error_messages=ABOVE_ZERO)
    announced_eur = AmountField(
        label=_("Montant annoncé, s’il diffère"), required=False, min_value=Decimal("0.01"), error_messages=ABOVE_ZERO
    )
    area = forms.ModelChoiceField(
        label=_("Pour quel lieu"), queryset=Area.objects.none(), required=False, empty_label=_("tous les lieux")
    )
    theme = forms.ModelChoiceField(
        label=_("Pour quel thème"), queryset=Theme.objects.none(), required=False, empty_label=_("tous les thèmes")
    )
    public = forms.ChoiceField(label=_("Pour qui"), choices=EnvelopePublic, initial=EnvelopePublic.EVERYBODY)
    minimum_eur = AmountField(label=_("Projets coûtant au moins"), required=False)
    maximum_eur = AmountField(label=_("Projets coûtant au plus"), required=False)
    section = forms.ChoiceField(label=_("Section du budget"), choices=BudgetSection, initial=BudgetSection.INVESTMENT)
    owner_department = forms.ModelChoiceField(
        label=_("Direction qui la tient"),
        queryset=Department.objects.none(),
        required=False,
        empty_label=_("à choisir plus tard"),
    )

    def __init__(self, *args: Any, cycle: Cycle, envelope: Envelope | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.envelope, self.cycle = envelope, cycle
        fields: Any = self.fields
        fields["area"].queryset = cycle.areas.defer("outline", "simple_outline").order_by("rank", "name", "pk")
        fields["theme"].queryset = cycle.themes.order_by("name", "pk")
        fields["owner_department"].queryset = Department.objects.order_by("name", "pk")

    def clean_name(self) -> str:
        name = text.tidy(self.cleaned_data["name"])
        others = self.cycle.envelopes.filter(name=name)
        if (others.exclude(pk=self.envelope.pk) if self.envelope else others).exists():
            raise forms.ValidationError(_("une autre enveloppe porte déjà ce nom : changez-le."))
        return name


class SplitForm(forms.Form):
    """A sum, the places that share it, and how."""

    total_eur = AmountField(label=_("Somme à répartir"), min_value=Decimal("0.01"), error_messages=ABOVE_ZERO)
    source = forms.ModelChoiceField(
        label=_("Prise sur"),
        queryset=Envelope.objects.none(),
        required=False,
        empty_label=_("une somme nouvelle"),
        help_text=_("Une enveloppe qui n’est d’aucun lieu : le total de l’édition ne change pas."),
    )
    formula = forms.ChoiceField(
        label=_("Comment"),
        widget=forms.RadioSelect,
        initial="population",
        choices=[
            ("population", _("selon les habitants")),
            ("equal", _("à parts égales")),
            ("by_hand", _("à la main : j’écris le montant de chaque lieu")),
        ],
    )
    bonus_percent = forms.IntegerField(
        label=_("Bonus des quartiers prioritaires (%)"),
        required=False,
        min_value=0,
        max_value=500,
        initial=0,
        help_text=_("50 : un quartier prioritaire compte une fois et demie. 0 : pas de bonus."),
        error_messages={"invalid": _("écrivez un nombre entier de 0 à 500.")},
    )
    section = forms.ChoiceField(label=_("Section du budget"), choices=BudgetSection, initial=BudgetSection.INVESTMENT)
    areas = forms.ModelMultipleChoiceField(
        label=_("Lieux qui partagent"),
        queryset=Area.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("cochez au moins un lieu.")},
    )

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        rows = cycle.areas.defer("outline", "simple_outline").exclude(kind="commune").order_by("rank", "name", "pk")
        fields["areas"].queryset = rows
        fields["source"].queryset = cycle.envelopes.filter(area=None).order_by("name", "pk")
        for area in rows:
            fields[f"amount_{area.pk}"] = AmountField(label=area.name, required=False)
        self.by_hand = [f"amount_{area.pk}" for area in rows]

    def clean_bonus_percent(self) -> int:
        return int(self.cleaned_data["bonus_percent"] or 0)

    def hand_fields(self) -> list[Any]:
        """The amounts typed by hand, bound."""
        return [self[name] for name in self.by_hand]
