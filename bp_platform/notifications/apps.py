"""What people are told: the outbox, its delivery, the choices of each."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "bp_platform.notifications"
    label = "notifications"
    verbose_name = "Messages"

    def ready(self) -> None:
        from bp_platform.core import registries
        from bp_platform.notifications import policies, reports, selectors, waiting
        from bp_platform.notifications.models import LETTERS
        from bp_platform.notifications.services import erasure

        registries.reports.register(
            registries.ReportSpec(
                key=LETTERS,
                title=_("Lettres à envoyer"),
                template="notifications/pdf/letters.html",
                build=reports.letters,
                may_request=reports.may_print,
                file_name=reports.letters_file,
            )
        )
        registries.retentions.register(
            registries.Retention(
                key="outbox",
                label=_("Messages envoyés : un an après leur départ"),
                days=365,
                models=("notifications.OutboxMessage",),
                forget=erasure.forget,
            )
        )
        registries.retentions.register(
            registries.Retention(
                key="preferences",
                label=_("Choix de chacun sur les messages : tant que la personne est connue"),
                days=None,
                models=("notifications.Preference",),
            )
        )
        registries.personal_data.register(
            registries.PersonalData(
                key="notifications",
                label=_("Messages reçus"),
                export=reports.of_person,
                erase=erasure.erase,
                in_use=selectors.waited_for,
                release=erasure.erase,
            )
        )
        registries.desks.register(
            registries.DeskEntry(
                key="courriers",
                label=_("Courriers"),
                url_name="notifications:desk",
                roles=frozenset(str(role) for role in policies.HANDLERS),
                order=80,
                waiting=waiting.mail,
            )
        )
