from __future__ import annotations

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "bp_platform.notifications"
    label = "notifications"
