"""The council's resolution: laureates become deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import Department
from bp_platform.core.fields import day_field
from cycles.models import Envelope
from proposals.models import Proposal, Stage


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

    is_designated = forms.BooleanField(
        label=_("Désigné par l’instance : sa réalisation est lancée"),
        required=False,
    )
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
        if proposal.stage == Stage.WINNER:
            del self.fields["is_designated"]
        lead: Any = self.fields["lead_department"]
        lead.queryset = Department.objects.order_by("name", "pk")
        lead.label_from_instance = lambda department: department.name
        envelope: Any = self.fields["envelope"]
        envelope.queryset = Envelope.objects.filter(pk__in=envelopes).order_by("name", "pk")
        if len(envelopes) == 1:
            envelope.widget = forms.HiddenInput()

    @property
    def is_left(self) -> bool:
        """Whether it was not ticked: not designated, so nothing else is asked of it."""
        return self.is_bound and "is_designated" in self.fields and not self["is_designated"].value()

    @property
    def facts(self) -> dict[str, Any]:
        """What the council promises of it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "is_designated"}

    def full_clean(self) -> None:
        """Nothing is checked of what is left aside."""
        super().full_clean()
        if self.is_left:
            self._errors = ErrorDict()
