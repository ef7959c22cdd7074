"""What those who pay fill in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bp_platform.core.fields import day_field
from cycles.models import Envelope
from realisation.forms.fields import amount_field
from realisation.forms.papers import PaperFields
from realisation.models import Delivery, EntryKind


class EntryForm(PaperFields):
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

    field_order = (
        "kind",
        "delivery",
        "amount_eur",
        "on",
        "document",
        "label",
        "decided_by",
        "paper",
        "is_public",
        "key",
    )

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


class TransferForm(PaperFields):
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

    field_order = (
        "source", "target", "elsewhere", "amount_eur", "on", "decided_by", "decision", "paper", "is_public", "key",
    )  # fmt: skip

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
