"""The frame of a participatory budget."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CyclesConfig(AppConfig):
    name = "cycles"
    verbose_name = "Cycle"

    def ready(self) -> None:
        from bp_platform.core import registries
        from cycles import personal_data, policies, waiting

        registries.events.register(
            registries.EventType(
                "checklist_late", _("Ce que je dois préparer et qui est en retard"), "cycles/email/checklist_late"
            )
        )
        registries.personal_data.register(personal_data.PREPARING)
        registries.desks.register(
            registries.DeskEntry(
                "preparation",
                _("Préparatifs"),
                "cycles:preparations",
                frozenset(policies.PREPARERS),
                order=58,
                waiting=waiting.preparation,
            )
        )
        registries.retentions.register(
            registries.Retention(
                "preparation",
                _("Préparation d’une édition : le nom de qui s’en charge part avec son compte."),
                None,
                ("cycles.ChecklistItem", "cycles.Correspondent"),
            )
        )
        registries.retentions.register(
            registries.Retention(
                "frame",
                _("Éditions, règlements, enveloppes et lieux : gardés, ils ne contiennent aucune donnée personnelle."),
                None,
                (
                    "cycles.Area",
                    "cycles.AreaImport",
                    "cycles.CalendarChange",
                    "cycles.CalendarDay",
                    "cycles.Cycle",
                    "cycles.CycleFrame",
                    "cycles.Election",
                    "cycles.Envelope",
                    "cycles.Phase",
                    "cycles.RulebookVersion",
                    "cycles.SectionFreeze",
                    "cycles.Theme",
                ),
            )
        )
