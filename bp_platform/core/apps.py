"""The ground floor: it knows no person and no phase."""

from __future__ import annotations

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "bp_platform.core"
    label = "core"
    verbose_name = "Socle"

    def ready(self) -> None:
        import bp_platform.celery  # noqa: F401 -- acts wake the worker by name, so the app must exist
        from bp_platform.core import grants

        grants.connect()
