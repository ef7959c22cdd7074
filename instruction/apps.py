"""The study of proposals."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InstructionConfig(AppConfig):
    name = "instruction"
    verbose_name = "Étude"

    def ready(self) -> None:
        from bp_platform.accounts.models import Role
        from bp_platform.core import registries
        from instruction import personal_data, reports, selectors, waiting

        for key, label in (
            ("case_study_started", _("Début de l’étude de mon idée")),
            ("case_question", _("Question des services sur mon idée")),
            ("case_resumed", _("Étude reprise sans ma réponse")),
            ("case_feasible", _("Réponse : mon idée est réalisable")),
            ("case_feasible_with_changes", _("Réponse : mon idée est réalisable avec des changements")),
            ("case_unfeasible", _("Réponse : mon idée n’est pas retenue")),
            ("idea_preselected", _("Présélection : mon idée continue")),
            ("idea_not_preselected", _("Présélection : mon idée n’est pas gardée")),
            ("preselection_opinion", _("Présélection : l’avis donné sur mon idée")),
        ):
            registries.events.register(registries.EventType(key, label, f"instruction/email/{key}", is_service=True))
        registries.phase_figures.register(registries.PhaseFigures("study", "instruction", selectors.study_figures))
        registries.phase_figures.register(
            registries.PhaseFigures("preselection", "preselection", selectors.preselection_figures)
        )
        for report in (reports.INSTRUCTION_SHEET, reports.FORUM_SHEET, reports.TALLY_SHEET):
            registries.reports.register(report)
        registries.personal_data.register(personal_data.OPINIONS)
        registries.retentions.register(
            registries.Retention(
                "study",
                _("Étude des idées : gardée avec la fiche du projet, sans coordonnées."),
                None,
                (
                    "instruction.Case",
                    "instruction.Assignment",
                    "instruction.DepartmentOpinion",
                    "instruction.Costing",
                    "instruction.CostItem",
                    "instruction.Question",
                    "instruction.Arbitration",
                    "instruction.CommitteeOpinion",
                    "instruction.Preselection",
                    "instruction.PreselectionLine",
                    "instruction.PreselectionReopening",
                ),
            )
        )
        team, agents, heads = (frozenset({role}) for role in (Role.PARTICIPATION, Role.AGENT, Role.HEAD))
        for key, label, roles, order, says in (
            ("preselections", _("Présélection"), team | {Role.ELECTED, Role.AUDITOR}, 19, waiting.preselections),
            ("triage", _("Tri des idées"), team, 20, waiting.triage),
            ("every_case", _("Études"), frozenset({Role.AUDITOR}), 20, None),
            ("my_cases", _("Mes dossiers"), agents | heads, 21, waiting.my_cases),
            ("my_department", _("Ma direction"), heads, 22, waiting.my_department),
            ("decisions", _("Décisions"), team | {Role.ELECTED}, 23, waiting.decisions),
            ("answers", _("Publication des réponses"), team, 24, waiting.answers),
            ("committee", _("Comité de suivi"), frozenset({Role.COMMITTEE}), 25, waiting.committee),
        ):
            registries.desks.register(registries.DeskEntry(key, label, f"instruction:{key}", roles, order, says))
