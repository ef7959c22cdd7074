"""The first administrator of an installation: nobody else can give that role."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from bp_platform.accounts import notifications, services
from bp_platform.accounts.models import Role
from bp_platform.core import calendar, journal
from bp_platform.core.actors import importing


class Command(BaseCommand):
    help = "Crée un compte d’administration et affiche le code de sa première connexion."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="identifiant, par exemple ada.lefevre")
        parser.add_argument("--first-name", required=True, help="prénom")
        parser.add_argument("--last-name", required=True, help="nom")
        parser.add_argument("--email", default="", help="courriel : le code y est aussi envoyé")

    def handle(self, *args: Any, **options: Any) -> None:
        by, now = importing("invite_administrator"), timezone.now()
        facts = {name: options[name] for name in ("username", "first_name", "last_name", "email")}
        try:
            with journal.transaction_with_journal():
                invited = services.create_staff_account(by=by, at=now, **facts)
                services.appoint(invited.user, by=by, at=now, role=Role.ADMINISTRATOR, from_on=calendar.local_day(now))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(_("Code : %(code)s") % {"code": invited.shown_code})
        self.stdout.write(_("À saisir ici : %(url)s") % {"url": notifications.first_sign_in_url(invited.user)})
