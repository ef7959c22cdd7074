"""The frame of a participatory budget."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CyclesConfig(AppConfig):
    name = "cycles"
    verbose_name = "Cycle"

    def ready(self) -> None:
        from bp_platform.accounts.models import Role
        from bp_platform.core import registries
        from cycles import reports, waiting

        registries.reports.register(reports.RULEBOOK)
        registries.desks.register(
            registries.DeskEntry(
                "editions",
                _("Éditions"),
                "cycles:editions_desk",
                frozenset({Role.PARTICIPATION}),
                order=5,
                waiting=waiting.editions,
            )
        )
        registries.retentions.register(
            registries.Retention(
                "frame",
                _("Éditions, règlements, enveloppes et lieux : gardés, ils ne contiennent aucune donnée personnelle."),
                None,
                (
                    "cycles.AcknowledgedWarning",
                    "cycles.Area",
                    "cycles.Cycle",
                    "cycles.Deviation",
                    "cycles.Envelope",
                    "cycles.Lesson",
                    "cycles.Phase",
                    "cycles.RulebookVersion",
                    "cycles.SectionFreeze",
                    "cycles.Theme",
                ),
            )
        )
        registries.retentions.register(
            registries.Retention(
                "rulebook_consultation",
                _("Consultation sur le règlement : réponses sans nom ; les remarques sont effacées un an après."),
                365,
                (
                    "cycles.AnswerChoice",
                    "cycles.Consultation",
                    "cycles.ConsultationAnswer",
                    "cycles.OpenParameter",
                    "cycles.PaperAnswers",
                ),
            )
        )
