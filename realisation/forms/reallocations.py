"""Where a leftover would go; what a named body decides of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import Department
from bp_platform.core.fields import day_field
from cycles.models import Envelope
from realisation.forms.fields import amount_field
from realisation.forms.papers import PaperFields
from realisation.models import Delivery, Destination
from realisation.selectors import NextProject

GENERAL = f"{Destination.ELSEWHERE}:"


class ReallocationForm(forms.Form):
    """A part of a leftover and its destination: one list, whatever the destination is."""

    envelope = forms.ModelChoiceField(
        label=_("Reliquat de l’enveloppe"),
        queryset=Envelope.objects.none(),
        empty_label=None,
        error_messages={"required": _("choisissez l’enveloppe."), "invalid_choice": _("choisissez l’enveloppe.")},
    )
    where = forms.ChoiceField(
        label=_("Où irait l’argent"),
        error_messages={
            "required": _("choisissez où irait l’argent."),
            "invalid_choice": _("choisissez où irait l’argent."),
        },
    )
    elsewhere = forms.CharField(
        label=_("Si c’est ailleurs, où"),
        required=False,
        max_length=120,
        help_text=_("Par exemple : le budget général de la ville."),
    )
    amount_eur = amount_field(_("Montant (en euros)"))
    reason = forms.CharField(
        label=_("Pourquoi"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Public : en une ou deux phrases."),
        error_messages={"required": _("dites pourquoi, en une phrase.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        envelopes: Any,
        deliveries: Sequence[Delivery],
        following: Sequence[NextProject],
        targets: Sequence[Envelope],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        envelope: Any = self.fields["envelope"]
        envelope.queryset = envelopes
        envelope.label_from_instance = lambda row: row.name
        self._found: dict[str, Any] = {f"{Destination.PROJECT}:{row.pk}": row for row in deliveries}
        self._found |= {f"{Destination.NEXT}:{row.proposal.pk}": row.proposal for row in following}
        self._found |= {f"{Destination.EDITION}:{row.pk}": row for row in targets}
        where: Any = self.fields["where"]
        where.choices = _choices(deliveries, following, targets)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        where, elsewhere = data.get("where"), data.get("elsewhere", "").strip()
        if where == GENERAL and not elsewhere:
            self.add_error("elsewhere", _("dites où va l’argent."))
        elif where and where != GENERAL and elsewhere:
            self.add_error("elsewhere", _("choisissez une destination ou écrivez-en une, pas les deux."))
        elif where and where == f"{Destination.EDITION}:{getattr(data.get('envelope'), 'pk', '')}":
            self.add_error("where", _("choisissez une autre enveloppe que celle de départ."))
        return data

    def destination(self) -> dict[str, Any]:
        """What the act takes: the project, the next of the list, the envelope, or the words."""
        where = self.cleaned_data["where"]
        names = {Destination.PROJECT: "delivery", Destination.NEXT: "proposal", Destination.EDITION: "target"}
        kind = Destination(where.partition(":")[0])
        return {names[kind]: self._found[where]} if kind in names else {"elsewhere": self.cleaned_data["elsewhere"]}


def _choices(
    deliveries: Sequence[Delivery], following: Sequence[NextProject], targets: Sequence[Envelope]
) -> list[Any]:
    """Destinations in groups; a group that has none is left out."""
    groups = [
        (_("Un projet de l’édition"), [(f"{Destination.PROJECT}:{row.pk}", _project(row)) for row in deliveries]),
        (_("Le suivant au résultat du vote"), [(f"{Destination.NEXT}:{n.proposal.pk}", _next(n)) for n in following]),
        (_("Une autre enveloppe"), [(f"{Destination.EDITION}:{row.pk}", _envelope(row)) for row in targets]),
        (_("Hors du budget participatif"), [(GENERAL, _("Ailleurs : le dire ci-dessous"))]),
    ]
    return [("", _("Choisissez")), *((label, rows) for label, rows in groups if rows)]


def _envelope(row: Envelope) -> str:
    return f"{row.name} ({row.cycle.title})"


def _project(row: Delivery) -> str:
    return f"{row.proposal.number} · {row.proposal.title} ({row.get_state_display()})"


def _next(row: NextProject) -> str:
    return f"{row.proposal.number} · {row.proposal.title} ({row.rank}, {row.price_eur:.0f}\u00a0€)"


class DecisionForm(PaperFields):
    """What a named body has decided; for the next project of the list, who builds it and for when."""

    decided_by = forms.CharField(
        label=_("Décidé par"),
        max_length=160,
        help_text=_("Le conseil municipal, le comité de suivi…"),
        error_messages={"required": _("dites qui a décidé : le conseil municipal, le comité de suivi…")},
    )
    on = day_field(_("Date de la décision"))
    decision = forms.CharField(
        label=_("Référence de la décision"),
        max_length=160,
        help_text=_("Par exemple : délibération 2026-031 du 2 mars 2026."),
        error_messages={"required": _("indiquez la référence de la décision.")},
    )
    lead_department = forms.ModelChoiceField(
        label=_("Direction qui réalisera ce projet"),
        queryset=Department.objects.none(),
        error_messages={"required": _("choisissez qui réalisera ce projet.")},
    )
    contact_name = forms.CharField(
        label=_("Personne à contacter"), max_length=120, error_messages={"required": _("indiquez qui contacter.")}
    )
    promised_on = day_field(_("Promis pour le"))

    field_order = (
        "decided_by",
        "on",
        "decision",
        "lead_department",
        "contact_name",
        "promised_on",
        "paper",
        "is_public",
    )

    def __init__(self, *args: Any, is_next: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paper"].label = _("La décision elle-même")
        if is_next:
            department: Any = self.fields["lead_department"]
            department.queryset = Department.objects.order_by("name", "pk")
        else:
            for name in ("lead_department", "contact_name", "promised_on"):
                del self.fields[name]


class RefusalForm(forms.Form):
    """A proposal that a named body has refused."""

    decided_by = forms.CharField(
        label=_("Refusé par"),
        max_length=160,
        error_messages={"required": _("dites qui a décidé : le conseil municipal, le comité de suivi…")},
    )
    on = day_field(_("Date de la décision"))
    refusal = forms.CharField(
        label=_("Motif du refus"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Public."),
        error_messages={"required": _("dites pourquoi cette affectation est refusée.")},
    )
