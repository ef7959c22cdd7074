from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "bp_platform.documents"
    label = "documents"
