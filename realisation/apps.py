"""What follows the vote: what is built, and every euro."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RealisationConfig(AppConfig):
    name = "realisation"
    verbose_name = "Réalisation"

    def ready(self) -> None:
        from bp_platform.accounts.models import Role
        from bp_platform.core import registries
        from realisation import policies, reports, waiting

        for key, label in EVENTS:
            registries.events.register(registries.EventType(key, label, f"realisation/email/{key}"))
        registries.reports.register(reports.DELIVERY_SHEET)
        registries.vetoes.register(registries.Veto("return_is_owed", "close_cycle", policies.may_close))
        registries.vetoes.register(registries.Veto("works_are_under_way", "withdraw_proposal", policies.may_leave))
        registries.vetoes.register(
            registries.Veto("deliveries_rest_on_envelope", "change_envelope", policies.may_change_envelope)
        )
        registries.vetoes.register(registries.Veto("deliveries_rest_on_split", "split_envelopes", policies.may_split))
        registries.retentions.register(
            registries.Retention(
                "return",
                _("Réalisation, comptes et bilan : conservés ; ils ne contiennent aucune donnée d’habitant."),
                None,
                (
                    "realisation.Delivery",
                    "realisation.Milestone",
                    "realisation.ProgressUpdate",
                    "realisation.LedgerEntry",
                    "realisation.EnvelopeTransfer",
                    "realisation.OneYearReview",
                ),
            )
        )
        builders, books = frozenset({Role.PARTICIPATION, Role.AGENT, Role.HEAD}), frozenset({Role.FINANCE})
        for key, label, url_name, roles, order, says in (
            ("deliveries", _("Chantiers"), "realisation:my_deliveries", builders, 50, waiting.deliveries),
            ("finance", _("Finances"), "realisation:finance", books, 51, waiting.finance),
            ("reviews", _("Bilans"), "realisation:reviews", frozenset({Role.PARTICIPATION}), 60, waiting.reviews),
        ):
            registries.desks.register(registries.DeskEntry(key, label, url_name, roles, order, says))


EVENTS = (
    ("delivery_scheduled", _("Réalisation décidée d’un projet que je suis")),
    ("delivery_news", _("Nouvelles d’un projet que je suis")),
    ("delivery_done", _("Livraison d’un projet que je suis")),
    ("delivery_suspended", _("Suspension d’un projet que je suis")),
    ("delivery_resumed", _("Reprise d’un projet que je suis")),
    ("delivery_abandoned", _("Abandon d’un projet que je suis")),
    ("review_published", _("Bilan d’une édition")),
)
