from __future__ import annotations

from django.apps import AppConfig


class OpendataConfig(AppConfig):
    name = "bp_platform.opendata"
    label = "opendata"
