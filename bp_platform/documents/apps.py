"""Files and the documents that the worker makes."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "bp_platform.documents"
    label = "documents"
    verbose_name = "Documents"

    def ready(self) -> None:
        from bp_platform.core import registries
        from bp_platform.documents import personal, services

        registries.retentions.register(
            registries.Retention(
                key="jobs",
                label=_("Documents fabriqués à la demande : trente jours"),
                days=30,
                models=("documents.Job",),
                forget=services.forget_jobs,
            )
        )
        registries.retentions.register(
            registries.Retention(
                key="files",
                label=_("Fichiers : aussi longtemps que ce qu’ils accompagnent"),
                days=None,
                models=("documents.StoredFile",),
            )
        )
        registries.personal_data.register(
            registries.PersonalData(
                key="documents", label=_("Documents et fichiers"), export=personal.export, erase=personal.erase
            )
        )
