"""`manage.py rehearse 2027`: an edition run ahead of time, day by day, without keeping anything."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from bp_platform.accounts.selectors import public_body
from bp_platform.pages import rehearsal
from cycles.models import Cycle


class Command(BaseCommand):
    help = "Joue une édition à l’avance, jour par jour, sans rien garder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cycle", metavar="ADRESSE", help="l’édition, par exemple 2027")

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django's own signature
        cycle = Cycle.objects.filter(slug=options["cycle"]).first()
        if cycle is None:
            raise CommandError(
                _("Aucune édition à l’adresse « %(slug)s » : vérifiez son écriture.") % {"slug": options["cycle"]}
            )
        with timezone.override(public_body().zone):
            report = rehearsal.rehearse(cycle, at=timezone.now())
            for scene in report.scenes:
                self.stdout.write(f"{scene.on:%d/%m/%Y}  {scene.label:21} {scene.sentence}")
        told = {"time": report.seconds_words, "wrong": len(report.wrong)}
        self.stdout.write(_("Joué en %(time)s ; à regarder : %(wrong)d. Rien n’a été gardé.") % told)
