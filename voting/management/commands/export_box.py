"""`manage.py export_box EDITION --out FICHIER`: the sealed box, for the bureau to open it offline.

Run it as `bp_opener` (its address in DATABASE_URL). The format is told in `voting/offline/bureau.py`."""

from __future__ import annotations

from argparse import ArgumentParser
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from bp_platform.core.actors import importing
from bp_platform.core.decisions import Refused
from voting import services
from voting.management.commands.open_poll import poll_of

BY = importing("export_box")


class Command(BaseCommand):
    help = "Exporte l’urne scellée d’un vote clos, à ouvrir hors ligne avec bureau.py."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cycle", metavar="ÉDITION", help="l’adresse de l’édition, par exemple 2026")
        parser.add_argument(
            "--out", required=True, metavar="FICHIER", help="le fichier à écrire, qui n’existe pas encore"
        )

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django's own signature
        path = Path(options["out"])
        try:
            if path.exists():
                raise FileExistsError
            data = services.export_box(poll_of(options["cycle"]), by=BY, at=timezone.now())
            with path.open("xb") as file:
                file.write(data)
        except Refused as refusal:
            raise CommandError(str(refusal.decision.reason)) from refusal
        except FileExistsError as error:
            raise CommandError(
                _("Le fichier %(path)s existe déjà : choisissez un autre nom.") % {"path": path}
            ) from error
        except OSError as error:
            raise CommandError(_("Impossible d’écrire %(path)s : vérifiez le dossier.") % {"path": path}) from error
        self.stdout.write(_("Urne exportée : %(path)s") % {"path": path})
        self.stdout.write(_("Empreinte du fichier : %(digest)s") % {"digest": sha256(data).hexdigest()})
