"""`manage.py import_areas FILE.geojson --cycle 2027`: the places of an edition and their outlines."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from bp_platform.core.actors import importing
from cycles import geojson, services
from cycles.models import Cycle


class Command(BaseCommand):
    help = "Lit les lieux d’un fichier GeoJSON (WGS 84) ; sans --apply, montre seulement ce qui changerait."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER.geojson")
        parser.add_argument("--cycle", required=True, metavar="ADRESSE", help="l’édition, par exemple 2027")
        parser.add_argument("--name-property", default="nom", help="la propriété qui porte le nom ; « nom » par défaut")
        parser.add_argument("--code-property", default="code", help="celle qui porte le code ; « code » par défaut")
        parser.add_argument("--apply", action="store_true", help="écrit les lieux")

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django's own signature
        cycle = Cycle.objects.filter(slug=options["cycle"]).first()
        if cycle is None:
            raise CommandError(
                _("Aucune édition à l’adresse « %(slug)s » : vérifiez --cycle.") % {"slug": options["cycle"]}
            )
        reading = geojson.read(
            _content(options["file"]), name_property=options["name_property"], code_property=options["code_property"]
        )
        if reading.errors:
            raise CommandError("\n".join([*reading.errors, _("Rien n’a été écrit.")]))
        known = set(cycle.areas.values_list("code", flat=True))
        for place in reading.places:
            mark = _("mis à jour") if place.code in known else _("ajouté")
            self.stdout.write(f"{place.code:24} {place.name:32} {mark}")
        if not options["apply"]:
            self.stdout.write(_("Aperçu : rien n’est écrit. Relancez avec --apply pour écrire."))
            return
        try:
            services.import_areas(cycle, reading.places, by=importing("areas"), at=timezone.now())
        except ValidationError as error:
            raise CommandError(" ".join([*error.messages, _("Rien n’a été écrit.")])) from error
        self.stdout.write(_("%(number)d lieux écrits.") % {"number": len(reading.places)})


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(
            _("Le fichier « %(path)s » ne se lit pas : vérifiez son nom et ses droits.") % {"path": path}
        ) from error
