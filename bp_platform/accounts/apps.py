"""People: the public body, accounts, contacts, roles, departments, sign-in."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "bp_platform.accounts"
    label = "accounts"
    verbose_name = "Personnes"
