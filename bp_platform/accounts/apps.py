"""People: the public body, accounts, contacts, roles, departments, sign-in."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "bp_platform.accounts"
    label = "accounts"
    verbose_name = "Personnes"

    def ready(self) -> None:
        from bp_platform.accounts import personal_data, signals, waiting
        from bp_platform.accounts.models import Role
        from bp_platform.core import registries

        signals.connect()
        registries.personal_data.register(personal_data.CONTACT)
        for retention in (personal_data.PEOPLE, personal_data.INVITATIONS, personal_data.HOUSE):
            registries.retentions.register(retention)
        only_administrators = frozenset({Role.ADMINISTRATOR.value})
        for order, (key, label, url_name, says) in enumerate(
            (
                ("accounts", _("Comptes et rôles"), "accounts:people", waiting.people),
                ("departments", _("Directions"), "accounts:departments", waiting.departments),
                ("contacts", _("Données personnelles"), "accounts:contacts", None),
                ("public_body", _("Collectivité"), "accounts:public_body", None),
            ),
            start=90,
        ):
            registries.desks.register(registries.DeskEntry(key, label, url_name, only_administrators, order, says))
