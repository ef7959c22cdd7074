"""What residents file."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProposalsConfig(AppConfig):
    name = "proposals"
    verbose_name = "Idées et projets"

    def ready(self) -> None:
        from bp_platform.accounts.models import Role
        from bp_platform.core import registries
        from proposals import personal_data, policies, reports, selectors, services, waiting

        for key, label in (
            ("proposal_received", _("Accusé de réception de mon idée")),
            ("proposal_code", _("Nouveau code de suivi de mon idée")),
            ("proposal_published", _("Publication de mon idée")),
            ("proposal_needs_info", _("Demande de précision sur mon idée")),
            ("proposal_hidden", _("Idée non publiée")),
        ):
            registries.events.register(registries.EventType(key, label, f"proposals/email/{key}", is_service=True))
        registries.reports.register(reports.RECEIPT)
        registries.vetoes.register(registries.Veto("ideas_are_located", "remove_area", policies.may_remove_area))
        registries.personal_data.register(personal_data.OWNED)
        registries.retentions.register(
            registries.Retention(
                "ideas",
                _(
                    "Idées : la fiche reste publique ; ce qui permet de joindre qui la porte ou la suit est "
                    "effacé un an après la fin de l’édition, ou au bout des mois que dit son règlement."
                ),
                365,
                (
                    "proposals.Proposal",
                    "proposals.Owner",
                    "proposals.Follow",
                    "proposals.ModerationDecision",
                    "proposals.Clarification",
                    "proposals.MeetingIdea",
                ),
                services.forget_follows,
            )
        )
        registries.subscriptions.register(registries.Subscriptions("projects", selectors.followed_by, services.leave))
        registries.audiences.register(registries.Audience("owners", selectors.owners_of))
        registries.phase_figures.register(registries.PhaseFigures("ideas", "call", selectors.call_figures))
        registries.desks.register(
            registries.DeskEntry(
                "moderation",
                _("Modération"),
                "proposals:moderation",
                frozenset({Role.PARTICIPATION, Role.MODERATOR}),
                order=10,
                waiting=waiting.moderation,
            )
        )
        registries.desks.register(
            registries.DeskEntry(
                "deposits",
                _("Dépôts assistés"),
                "proposals:deposits",
                frozenset({Role.PARTICIPATION, Role.MODERATOR, Role.AMBASSADOR, Role.AGENT}),
                order=12,
            )
        )
