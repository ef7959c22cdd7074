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
from cycles import coverage, geojson, services, wording
from cycles.models import Cycle


class Command(BaseCommand):
    help = (
        "Lit les lieux d’un fichier GeoJSON (WGS 84 ou Lambert-93) ; sans --apply, montre seulement ce qui changerait."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER.geojson")
        parser.add_argument("--cycle", required=True, metavar="ADRESSE", help="l’édition, par exemple 2027")
        parser.add_argument("--name-property", default="nom", help="la propriété qui porte le nom ; « nom » par défaut")
        parser.add_argument("--code-property", default="code", help="celle qui porte le code ; « code » par défaut")
        for name, default, what in (
            ("parent", "parent", "le lieu qui le contient"),
            ("kind", "nature", "la nature"),
            ("population", "population", "le nombre d’habitants"),
        ):
            parser.add_argument(f"--{name}-property", default=default, help=f"celle qui porte {what} ; « {default} »")
        parser.add_argument("--apply", action="store_true", help="écrit les lieux")

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django's own signature
        cycle = Cycle.objects.filter(slug=options["cycle"]).first()
        if cycle is None:
            raise CommandError(
                _("Aucune édition à l’adresse « %(slug)s » : vérifiez --cycle.") % {"slug": options["cycle"]}
            )
        study = self._study(options)
        known = set(cycle.areas.values_list("code", flat=True))
        for place in study.places:
            mark = _("mis à jour") if place.code in known else _("ajouté")
            self.stdout.write(f"{place.code:24} {place.name:32} {mark}")
        for finding in study.findings:
            self.stdout.write(f"! {wording.finding(finding.plain())}")
        if not options["apply"]:
            self.stdout.write(_("Aperçu : rien n’est écrit. Relancez avec --apply pour écrire."))
            return
        try:
            services.import_areas(cycle, study.places, by=importing("areas"), at=timezone.now())
        except ValidationError as error:
            raise CommandError(" ".join([*error.messages, _("Rien n’a été écrit.")])) from error
        self.stdout.write(_("%(number)d lieux écrits.") % {"number": len(study.places)})

    def _study(self, options: dict[str, Any]) -> coverage.Study:
        """The places of the file, looked at; the command ends when one cannot be kept."""
        names = {f"{name}_property": options[f"{name}_property"] for name in ("name", "code")}
        names |= {name: options[f"{name}_property"] for name in ("parent", "kind", "population")}
        reading = geojson.read(_content(options["file"]), **names)
        study = coverage.study(reading.places) if not reading.errors else None
        errors = [*reading.errors, *(study.errors if study else ())]
        if study is None or errors:
            raise CommandError("\n".join([*errors, _("Rien n’a été écrit.")]))
        return study


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(
            _("Le fichier « %(path)s » ne se lit pas : vérifiez son nom et ses droits.") % {"path": path}
        ) from error
