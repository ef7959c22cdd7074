from __future__ import annotations

from django.apps import AppConfig


class RealisationConfig(AppConfig):
    name = "realisation"
    verbose_name = "Réalisation"
