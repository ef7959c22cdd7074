"""What somebody chooses to be told: one field per kind of message that may be switched off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from bp_platform.core import registries
from bp_platform.notifications.models import Cadence


class ChoicesForm(forms.Form):
    """One cadence per event; events that answer the person's own acts are not here."""

    def __init__(self, *args: Any, chosen: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in registries.events:
            if not kind.is_service:
                self.fields[kind.key] = forms.ChoiceField(
                    label=kind.label, choices=Cadence.choices, initial=chosen[kind.key], required=False
                )

    def changes(self) -> dict[str, str]:
        """Event → cadence, for those that differ from what was shown."""
        return {name: self.cleaned_data[name] for name in self.changed_data if self.cleaned_data[name]}
