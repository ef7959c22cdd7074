"""`manage.py load_preset P17 --slug 2027`: an edition in preparation, from a preset."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.core import calendar
from bp_platform.core.actors import importing
from cycles import presets, services


class Command(BaseCommand):
    help = "Crée une édition en préparation à partir d’un modèle."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", nargs="?", metavar="MODÈLE", help="par exemple P17, le modèle par défaut")
        parser.add_argument("--slug", help="l’adresse de l’édition, par exemple 2027")
        parser.add_argument("--starts-on", metavar="AAAA-MM-JJ", help="le premier jour ; aujourd’hui par défaut")
        parser.add_argument("--prefix", default="", help="le préfixe des numéros, par exemple BP27")
        parser.add_argument("--folder", type=Path, default=presets.FOLDER, help="un dossier de modèles à vous")
        parser.add_argument("--list", action="store_true", help="montre les modèles, sans rien créer")

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django's own signature
        try:
            if options["list"]:
                self._list(options["folder"])
            else:
                self._load(**options)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error

    def _list(self, folder: Path) -> None:
        faults: list[str] = []
        for key in presets.keys(folder):
            try:
                self.stdout.write(_line(presets.offer(key, folder)))
            except ValidationError as error:
                faults += error.messages
        if faults:
            raise ValidationError(faults)

    def _load(self, key: str | None, slug: str | None, starts_on: str | None, **options: Any) -> None:
        if not key or not slug:
            raise CommandError(_("Indiquez un modèle et une adresse, par exemple : load_preset P17 --slug 2027."))
        now = timezone.now()
        cycle = services.load_preset(
            key,
            slug=slug,
            by=importing("preset"),
            at=now,
            starts_on=_day(starts_on) if starts_on else calendar.local_day(now),
            prefix=options["prefix"],
            folder=options["folder"],
        )
        self.stdout.write(
            _("« %(title)s » est en préparation à l’adresse /%(slug)s/.") % {"title": cycle.title, "slug": cycle.slug}
        )
        for sentence in presets.read(key, options["folder"]).particular:
            self.stdout.write(f"  {sentence}")


def _line(offer: presets.Offer) -> str:
    return ngettext(
        "%(key)s  %(title)s : %(summary)s %(months)d mois jusqu’aux résultats.",
        "%(key)s  %(title)s : %(summary)s %(months)d mois jusqu’aux résultats.",
        offer.months,
    ) % {"key": offer.key, "title": offer.title, "summary": offer.summary, "months": offer.months}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            _("Option --starts-on : « %(text)s » n’est pas une date, écrivez par exemple 2027-01-15.") % {"text": text}
        ) from error
