"""`manage.py import_opened EDITION FICHIER [--second FICHIER2]`: the contents that the bureau opened offline.

The second file is what a second machine opened from the same export: it must be the same, byte for byte."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from bp_platform.core.actors import importing
from bp_platform.core.decisions import Refused
from voting import services
from voting.management.commands.open_poll import poll_of, say_opened

BY = importing("import_opened")


class Command(BaseCommand):
    help = "Importe les contenus d’une urne ouverte hors ligne, après les avoir tous vérifiés."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cycle", metavar="ÉDITION", help="l’adresse de l’édition, par exemple 2026")
        parser.add_argument("file", metavar="FICHIER", help="le fichier écrit par « bureau.py ouvrir »")
        parser.add_argument("--second", metavar="FICHIER2", help="celui d’une seconde machine, qui doit être le même")

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django's own signature
        contents = _read(options["file"])
        second = _read(options["second"]) if options["second"] else None
        try:
            poll = services.open_with_contents(
                poll_of(options["cycle"]), by=BY, at=timezone.now(), contents=contents, second=second, on_server=False
            )
        except Refused as refusal:
            raise CommandError(str(refusal.decision.reason)) from refusal
        say_opened(self, poll)


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise CommandError(_("Impossible de lire %(path)s : vérifiez son nom.") % {"path": path}) from error
