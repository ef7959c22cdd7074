"""The ground floor: it knows no person and no phase."""

from __future__ import annotations

from django import forms
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "bp_platform.core"
    label = "core"
    verbose_name = "Socle"

    def ready(self) -> None:
        import bp_platform.celery  # noqa: F401 -- acts wake the worker by name, so the app must exist
        from bp_platform.core import grants, registries, retention

        grants.connect()
        # Where a form has no better words: what to do, not what is the matter.
        forms.Field.default_error_messages["required"] = _("complétez cette réponse.")
        registries.retentions.register(
            registries.Retention(
                "journal",
                _("Journal des actes : gardé, sans nom ni texte ; les motifs sont effacés avec la personne."),
                None,
                ("core.JournalEntry", "core.JournalReason"),
            )
        )
        registries.retentions.register(
            registries.Retention(
                "limits",
                _("Compteurs d’essais : des empreintes, gardées un jour. Connexions : quatorze jours au plus."),
                1,
                ("core.RateCount", "core.Heartbeat"),
                retention.forget_traces,
            )
        )
