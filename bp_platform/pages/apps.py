from __future__ import annotations

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "bp_platform.pages"
    label = "pages"
