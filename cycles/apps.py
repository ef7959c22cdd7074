"""The frame of a participatory budget."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CyclesConfig(AppConfig):
    name = "cycles"
    verbose_name = "Cycle"

    def ready(self) -> None:
        from bp_platform.core import registries

        registries.retentions.register(
            registries.Retention(
                "frame",
                _("Éditions, règlements, enveloppes et lieux : gardés, ils ne contiennent aucune donnée personnelle."),
                None,
                (
                    "cycles.Area",
                    "cycles.Cycle",
                    "cycles.Envelope",
                    "cycles.Phase",
                    "cycles.RulebookVersion",
                    "cycles.SectionFreeze",
                    "cycles.Theme",
                ),
            )
        )
