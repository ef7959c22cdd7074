"""What the people who study fill in. Forms parse; services act."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import Department, User
from bp_platform.core.fields import FrenchDecimalField
from cycles.rules import REFUSAL_REASONS
from instruction.models import LONGEST_OPINION, CommitteeStance, Complexity, CostItem, CostKind, Outcome, Verdict
from instruction.models.costing import VAT_RATES, rate_words
from instruction.services import CostLine

EMPTY_LINES = 3
AREA = forms.Textarea


class AssignForm(forms.Form):
    """Who studies the idea, and until when."""

    lead = forms.ModelChoiceField(
        label=_("Direction pilote"),
        queryset=Department.objects.none(),
        empty_label=_("Choisissez une direction"),
        help_text=_("Elle rend l’étude et chiffre le projet."),
        error_messages={"required": _("choisissez la direction qui rendra l’étude.")},
    )
    consulted = forms.ModelMultipleChoiceField(
        label=_("Directions consultées"),
        queryset=Department.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    due_on = forms.DateField(
        label=_("Avis attendus pour le"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("indiquez le jour où les avis sont attendus."),
            "invalid": _("écrivez une date complète, par exemple 18/06/2026."),
        },
    )
    complexity = forms.ChoiceField(
        label=_("Complexité"),
        choices=[
            (Complexity.SIMPLE, _("Simple : une heure et demie")),
            (Complexity.MEDIUM, _("Moyenne : une demi-journée")),
            (Complexity.COMPLEX, _("Complexe : plus d’une journée")),
        ],
        widget=forms.RadioSelect,
        initial=Complexity.MEDIUM,
        error_messages={"required": _("choisissez le temps qu’elle demandera.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = Department.objects.order_by("name", "pk")
        for name in ("lead", "consulted"):
            field: Any = self.fields[name]
            field.queryset = departments


class OpinionForm(forms.Form):
    """What the department finds."""

    verdict = forms.ChoiceField(
        label=_("Avis de votre direction"),
        choices=Verdict,
        widget=forms.RadioSelect,
        error_messages={"required": _("choisissez un avis.")},
    )
    public_text = forms.CharField(
        label=_("Pourquoi, et ce qui doit changer s’il le faut"),
        max_length=2000,
        widget=AREA(attrs={"rows": 4}),
        help_text=_("Ce texte sera public, écrit pour un·e habitant·e. Article 5 du règlement."),
        error_messages={"required": _("expliquez votre avis en une ou deux phrases.")},
    )
    internal_note = forms.CharField(
        label=_("Note interne"),
        required=False,
        max_length=2000,
        widget=AREA(attrs={"rows": 2}),
        help_text=_("Lue par les services et l’équipe participation, jamais publiée."),
    )


class CommitteeForm(forms.Form):
    """What a member of the follow-up committee thinks of the study."""

    stance = forms.ChoiceField(
        label=_("Votre avis"),
        choices=CommitteeStance,
        widget=forms.RadioSelect,
        error_messages={"required": _("choisissez un avis.")},
    )
    text = forms.CharField(
        label=_("Pourquoi"),
        required=False,
        max_length=LONGEST_OPINION,
        widget=AREA(attrs={"rows": 4}),
        help_text=_("À écrire sauf si vous êtes d’accord. Ce texte sera publié avec la réponse, sans votre nom."),
    )


class QuestionForm(forms.Form):
    """A question to the owner."""

    text = forms.CharField(
        label=_("Votre question au porteur"),
        max_length=1000,
        widget=AREA(attrs={"rows": 3}),
        help_text=_(
            "Il la reçoit telle quelle et répond sans compte. Votre échéance est suspendue jusqu’à sa réponse."
        ),
        error_messages={"required": _("écrivez votre question.")},
    )
    is_public = forms.BooleanField(label=_("Montrer la question et sa réponse sur la page du projet"), required=False)


class AnswerForm(forms.Form):
    """The owner's answer."""

    answer = forms.CharField(
        label=_("Votre réponse"),
        max_length=2000,
        widget=AREA(attrs={"rows": 5}),
        error_messages={"required": _("écrivez votre réponse, même en quelques mots.")},
    )


class EntrustForm(forms.Form):
    """Who follows the case in the department."""

    person = forms.ModelChoiceField(
        label=_("Dossier suivi par"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Toute la direction"),
    )

    def __init__(self, *args: Any, people: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.queryset = User.objects.filter(pk__in=people).order_by("last_name", "first_name", "pk")
        person.label_from_instance = lambda user: user.shown_name


class CostingForm(forms.Form):
    """What holds for the whole costing."""

    confidence_percent = forms.IntegerField(
        label=_("Précision, en % de plus ou de moins"),
        min_value=0,
        max_value=100,
        initial=15,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("indiquez la précision, par exemple 15."),
            "invalid": _("écrivez un nombre entier, par exemple 15."),
            "min_value": _("écrivez un nombre entre 0 et 100."),
            "max_value": _("écrivez un nombre entre 0 et 100."),
        },
    )
    price_on = forms.DateField(
        label=_("Prix à la date du"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("indiquez la date des prix."),
            "invalid": _("écrivez une date complète, par exemple 18/06/2026."),
        },
    )
    running_cost_eur = FrenchDecimalField(
        label=_("Entretien et fonctionnement, par an (en euros)"),
        min_value=0,
        max_digits=12,
        decimal_places=2,
        initial=Decimal("0"),
        help_text=_("Arrosage, nettoyage, énergie, temps des agents. Écrivez 0 s’il n’y en a pas."),
        error_messages={
            "required": _("écrivez un montant, 0 s’il n’y en a pas."),
            "invalid": _("écrivez un montant en chiffres, par exemple 350."),
            "min_value": _("écrivez un montant positif ou nul."),
        },
    )
    funded_eur = FrenchDecimalField(
        label=_("Apporté par d’autres financeurs (en euros)"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        help_text=_("Subventions, mécénat, autre collectivité. Laissez vide s’il n’y en a pas."),
        error_messages={
            "invalid": _("écrivez un montant en chiffres, par exemple 5000."),
            "min_value": _("écrivez un montant positif ou nul."),
        },
    )

    def clean_funded_eur(self) -> Decimal:
        return self.cleaned_data["funded_eur"] or Decimal("0.00")


class CostLineForm(forms.Form):
    """A line: nothing typed, no line; a label or a price typed, a whole line."""

    kind = forms.ChoiceField(label=_("Nature"), choices=CostKind, initial=CostKind.WORKS, required=False)
    label = forms.CharField(label=_("Libellé"), max_length=160, required=False)
    quantity = FrenchDecimalField(
        label=_("Quantité"),
        required=False,
        min_value=Decimal("0.01"),
        max_digits=9,
        decimal_places=2,
        initial=Decimal(1),
        error_messages={
            "invalid": _("écrivez la quantité en chiffres, par exemple 12,5."),
            "min_value": _("écrivez une quantité plus grande que zéro."),
            "max_decimal_places": _("écrivez deux décimales au plus."),
        },
    )
    unit_price_eur = FrenchDecimalField(
        label=_("Prix unitaire HT, en €"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        error_messages={
            "invalid": _("écrivez le prix en chiffres, par exemple 1250,50."),
            "min_value": _("écrivez un prix positif ou nul."),
            "max_decimal_places": _("écrivez deux décimales au plus."),
        },
    )
    vat_percent = forms.TypedChoiceField(
        label=_("TVA"),
        choices=[(str(rate), rate_words(rate)) for rate in VAT_RATES],
        coerce=Decimal,
        empty_value=None,
        initial=str(VAT_RATES[0]),
        required=False,
    )

    NEEDED = {
        "kind": _("choisissez une nature."),
        "label": _("nommez cette ligne."),
        "quantity": _("indiquez une quantité, 1 pour un forfait."),
        "unit_price_eur": _("indiquez un prix unitaire hors taxes."),
        "vat_percent": _("choisissez un taux de TVA."),
    }

    @property
    def is_filled(self) -> bool:
        """A line counts once it has a label or a price: the other fields come filled in."""
        return any(str(self[name].value() or "").strip() for name in ("label", "unit_price_eur"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.is_filled:
            for name, sentence in self.NEEDED.items():
                if data.get(name) in (None, "") and name not in self.errors:
                    self.add_error(name, sentence)
        return data

    def line(self) -> CostLine:
        data = self.cleaned_data
        return CostLine(data["kind"], data["label"], data["quantity"], data["unit_price_eur"], data["vat_percent"])


LINES = "lignes"
TOTAL, INITIAL = f"{LINES}-TOTAL_FORMS", f"{LINES}-INITIAL_FORMS"


def cost_lines(
    data: QueryDict | None = None, items: Sequence[CostItem] = (), *, more: bool = False
) -> forms.BaseFormSet[CostLineForm]:
    """The lines of a costing: those that exist, then empty ones; `more` adds one and keeps what is typed."""
    made: type[forms.BaseFormSet[CostLineForm]] = forms.formset_factory(
        CostLineForm, extra=EMPTY_LINES if not items else 1, max_num=60
    )
    if data is not None and more:
        data = data.copy()
        data[TOTAL] = str(_count(data) + 1)
    initial = [
        {
            "kind": item.kind,
            "label": item.label,
            "quantity": item.quantity,
            "unit_price_eur": item.unit_price_eur,
            "vat_percent": str(item.vat_percent),
        }
        for item in items
    ]
    return made(data, initial=initial, prefix=LINES)


def without_line(data: QueryDict, place: str) -> QueryDict:
    """The same form without one of its lines; the following ones move up."""
    kept = data.copy()
    count = _count(data)
    if not place.isdigit() or int(place) >= count:
        return kept
    names = list(CostLineForm.base_fields)
    for number in range(int(place), count):
        for name in names:
            kept[f"{LINES}-{number}-{name}"] = data.get(f"{LINES}-{number + 1}-{name}", "")
    kept[TOTAL], kept[INITIAL] = str(count - 1), "0"
    return kept


def _count(data: QueryDict) -> int:
    typed = data.get(TOTAL, "")
    return min(int(typed), 60) if typed.isdigit() else 0


def costing_errors(form: CostingForm, lines: forms.BaseFormSet[CostLineForm]) -> list[dict[str, str]]:
    """What is to be corrected in a costing, for one summary: each line by its number, then the whole."""
    found = [{"target": "", "label": "", "text": str(text)} for text in form.non_field_errors()]
    found += [{"target": "", "label": "", "text": str(text)} for text in lines.non_form_errors()]
    named = [
        (_now("Ligne %(n)d, %(field)s") % {"n": number, "field": str(field.label).lower()}, field)
        for number, line in enumerate(lines, start=1)
        for field in line
    ]
    named += [(str(field.label), field) for field in form]
    found += [
        {"target": field.id_for_label, "label": label, "text": str(text)}
        for label, field in named
        for text in field.errors
    ]
    return found


class DecisionForm(forms.Form):
    """The answer. What each outcome asks for is checked with it; the services check it again."""

    outcome = forms.ChoiceField(
        label=_("Réponse"),
        choices=Outcome,
        widget=forms.RadioSelect,
        error_messages={"required": _("choisissez une réponse.")},
    )
    changes = forms.CharField(
        label=_("Ce qui change"),
        required=False,
        max_length=2000,
        widget=AREA(attrs={"rows": 3}),
        help_text=_("Si l’idée est réalisable avec des changements : dites lesquels. Ce texte sera public."),
    )
    reason = forms.ChoiceField(label=_("Motif du refus"), required=False)
    explanation = forms.CharField(
        label=_("Explication"),
        required=False,
        max_length=2000,
        widget=AREA(attrs={"rows": 4}),
        help_text=_(
            "En cas de refus : parlez à la personne, sans jargon. Elle reçoit ce texte tel quel ; il sera public."
        ),
    )
    next_step = forms.CharField(
        label=_("Ce qu’elle peut faire maintenant"),
        required=False,
        max_length=1000,
        widget=AREA(attrs={"rows": 2}),
        help_text=_("En cas de refus : vers qui se tourner, comment transformer l’idée, quand la proposer à nouveau."),
    )

    def __init__(
        self, *args: Any, is_elected: bool, reasons: Collection[str] = tuple(REFUSAL_REASONS), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        reason: Any = self.fields["reason"]
        reason.choices = [
            ("", _now("Choisissez un motif du règlement")),
            *(
                (r.code, _now("%(label)s (article %(article)s)") % {"label": _now(r.label), "article": r.article})
                for r in REFUSAL_REASONS.values()
                if r.code in reasons and (is_elected or not r.is_political)
            ),
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        needed = {
            Outcome.FEASIBLE_WITH_CHANGES: {"changes": _("dites ce qui change par rapport à l’idée déposée.")},
            Outcome.UNFEASIBLE: {
                "reason": _("choisissez le motif du règlement qui fonde le refus."),
                "explanation": _("expliquez le refus en quelques phrases, comme à la personne."),
                "next_step": _("dites ce que le porteur peut faire maintenant."),
            },
        }
        for name, sentence in needed.get(data.get("outcome", ""), {}).items():
            if not str(data.get(name, "")).strip() and name not in self.errors:
                self.add_error(name, sentence)
        return data
