"""What those who build and those who pay fill in. Forms parse; services act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import Department
from bp_platform.core.decisions import Refused
from cycles.models import Envelope
from instruction.forms import FrenchDecimalField
from proposals.models import Proposal
from realisation.models import Delivery, DeliveryState, EntryKind, MilestoneKind

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
WHOLE_DATE = _("écrivez une date complète, par exemple 18/06/2026.")


FIELDS = {"on_date": "on", "forecast_on": "on"}  # what a model calls otherwise than its form


def refuse(form: forms.Form, error: Refused | ValidationError, *, beside: str | None = None) -> None:
    """Say what a service refused: beside the field that the error names (or `beside`), else above the form."""
    if isinstance(error, Refused):
        form.add_error(beside, str(error))
        return
    named = getattr(error, "error_dict", {})
    for name, errors in named.items():
        field = FIELDS.get(name, name)
        form.add_error(field if field in form.fields else None, errors)
    if not named:
        form.add_error(None, error.messages)


def amount_field(label: Any, help_text: Any = "") -> FrenchDecimalField:
    """An amount in euros, as people type it."""
    return FrenchDecimalField(
        label=label,
        help_text=help_text,
        min_value=Decimal("0.01"),
        max_digits=12,
        decimal_places=2,
        error_messages={
            "required": _("écrivez un montant."),
            "invalid": _("écrivez un montant en chiffres, par exemple 4 200,50."),
            "min_value": _("écrivez un montant supérieur à zéro."),
            "max_decimal_places": _("écrivez deux décimales au plus."),
        },
    )


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=DATE,
        error_messages={"required": _("indiquez le jour."), "invalid": WHOLE_DATE},
    )


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

    def __init__(self, *args: Any, state: str, later: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to"]
        to.choices = [(name, str(DeliveryState(name).label).capitalize()) for name in (state, *later)]

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


class LaunchForm(forms.Form):
    """The council's resolution, and what holds for all its laureates."""

    resolution = forms.CharField(
        label=_("Délibération"),
        max_length=120,
        help_text=_("Son numéro et sa date, par exemple : délibération 2026-118 du 14 décembre 2026."),
        error_messages={"required": _("indiquez la délibération : son numéro et sa date.")},
    )
    promised_on = day_field(_("Livraison promise pour le"), help_text=_("Le délai du règlement est proposé."))


class PledgeForm(forms.Form):
    """One laureate: who builds it, whom to call, from which envelope."""

    lead_department = forms.ModelChoiceField(
        label=_("Direction"),
        queryset=Department.objects.none(),
        empty_label=_("Choisissez une direction"),
        error_messages={"required": _("choisissez la direction qui réalise.")},
    )
    contact_name = forms.CharField(
        label=_("Personne à contacter"),
        max_length=120,
        help_text=_("Son nom sera public."),
        error_messages={"required": _("nommez la personne que les habitant·es peuvent appeler.")},
    )
    envelope = forms.ModelChoiceField(
        label=_("Enveloppe"),
        queryset=Envelope.objects.none(),
        empty_label=None,
        error_messages={"required": _("choisissez l’enveloppe.")},
    )

    def __init__(self, *args: Any, proposal: Proposal, envelopes: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **{"prefix": proposal.number, **kwargs})
        self.proposal = proposal
        lead: Any = self.fields["lead_department"]
        lead.queryset = Department.objects.order_by("name", "pk")
        lead.label_from_instance = lambda department: department.name
        envelope: Any = self.fields["envelope"]
        envelope.queryset = Envelope.objects.filter(pk__in=envelopes).order_by("name", "pk")
        if len(envelopes) == 1:
            envelope.widget = forms.HiddenInput()


class EntryForm(forms.Form):
    """A line of the ledger."""

    kind = forms.ChoiceField(
        label=_("Nature"),
        choices=[
            (EntryKind.COMMITTED, _("Engagement : commande ou marché signé")),
            (EntryKind.INVOICED, _("Facture reçue")),
            (EntryKind.PAID, _("Paiement")),
            (EntryKind.BUDGETED, _("Complément au projet, pris sur le reliquat")),
            (EntryKind.RELEASED, _("Somme rendue à l’enveloppe")),
        ],
        error_messages={"required": _("choisissez la nature de l’écriture.")},
    )
    delivery = forms.ModelChoiceField(
        label=_("Projet"),
        queryset=Delivery.objects.none(),
        empty_label=_("Choisissez un projet"),
        error_messages={"required": _("choisissez le projet.")},
    )
    amount_eur = amount_field(_("Montant toutes taxes comprises (en euros)"))
    on = day_field(_("Date"))
    document = forms.CharField(
        label=_("Pièce"),
        max_length=120,
        help_text=_("Numéro du marché, du bon de commande, de la facture ou du mandat."),
        error_messages={"required": _("indiquez le numéro de la pièce.")},
    )
    label = forms.CharField(
        label=_("Objet"),
        max_length=160,
        help_text=_("Public : l’entreprise et la prestation, jamais le nom d’une personne."),
        error_messages={"required": _("dites en quelques mots ce qui est payé.")},
    )
    decided_by = forms.CharField(
        label=_("Décidé par"),
        required=False,
        max_length=160,
        help_text=_("Pour un complément seulement : qui l’a décidé, par exemple le comité de suivi du 3 mars 2026."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, deliveries: Sequence[Delivery], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        delivery: Any = self.fields["delivery"]
        rows = Delivery.objects.filter(pk__in=[row.pk for row in deliveries]).select_related("proposal", "envelope")
        delivery.queryset = rows.order_by("proposal__number")
        delivery.label_from_instance = lambda row: f"{row.proposal.number} · {row.proposal.title}"

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("kind") == EntryKind.BUDGETED and not data.get("decided_by", "").strip():
            self.add_error("decided_by", _("dites qui a décidé ce complément."))
        return data


class ReversalForm(forms.Form):
    """Why a line is reversed."""

    reason = forms.CharField(
        label=_("Pourquoi l’annuler"),
        max_length=160,
        help_text=_("Ce texte sera public, dans la ligne qui annule."),
        error_messages={"required": _("dites pourquoi cette écriture est annulée.")},
    )
    document = forms.CharField(
        label=_("Pièce"),
        max_length=120,
        error_messages={"required": _("indiquez la pièce qui justifie l’annulation.")},
    )


class TransferForm(forms.Form):
    """A leftover that goes elsewhere."""

    source = forms.ModelChoiceField(
        label=_("De l’enveloppe"),
        queryset=Envelope.objects.none(),
        empty_label=None,
        error_messages={"required": _("choisissez l’enveloppe qui donne.")},
    )
    target = forms.ModelChoiceField(
        label=_("Vers l’enveloppe"),
        queryset=Envelope.objects.none(),
        required=False,
        empty_label=_("Hors des enveloppes : dire où ci-dessous"),
    )
    elsewhere = forms.CharField(
        label=_("Hors des enveloppes, vers"),
        required=False,
        max_length=120,
        help_text=_("Par exemple : le budget général de la ville."),
    )
    amount_eur = amount_field(_("Montant (en euros)"))
    on = day_field(_("Date de la décision"))
    decided_by = forms.CharField(
        label=_("Décidé par"),
        max_length=160,
        help_text=_("Le conseil municipal, le comité de suivi…"),
        error_messages={"required": _("dites qui a décidé ce transfert.")},
    )
    decision = forms.CharField(
        label=_("Décision"),
        max_length=160,
        help_text=_("Sa référence, par exemple : délibération 2026-031 du 2 mars 2026."),
        error_messages={"required": _("indiquez la référence de la décision.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, sources: Any, targets: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Mapping[str, Any] = {"source": sources, "target": targets}
        for name, rows in chosen.items():
            field: Any = self.fields[name]
            field.queryset = rows
            field.label_from_instance = lambda envelope: f"{envelope.name} ({envelope.cycle.title})"

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        target, elsewhere = data.get("target"), data.get("elsewhere", "").strip()
        if target is None and not elsewhere and "target" not in self.errors:
            self.add_error("elsewhere", _("dites où va l’argent, ou choisissez une enveloppe."))
        elif target is not None and elsewhere:
            self.add_error("elsewhere", _("choisissez une enveloppe ou écrivez une destination, pas les deux."))
        elif target is not None and target == data.get("source"):
            self.add_error("target", _("choisissez une autre enveloppe que celle de départ."))
        return data


class ReviewForm(forms.Form):
    """The review of an edition."""

    text = forms.CharField(
        label=_("Le bilan"),
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_(
            "Les chiffres sont ajoutés seuls : écrivez ce qu’ils ne disent pas. Une ligne vide sépare les paragraphes, "
            "### annonce un titre."
        ),
        error_messages={"required": _("écrivez le bilan, même en quelques lignes.")},
    )
