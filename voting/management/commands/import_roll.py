"""`manage.py import_roll SLUG FILE`: the roll of an edition's vote from a town's file, as the page imports it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.core.actors import importing
from bp_platform.core.decisions import Refused
from voting import services
from voting.models import Poll, PollKind
from voting.roll_reading import Tally, refusal


class Command(BaseCommand):
    help = "Importe la liste des habitant·es inscrit·es d’une édition : CSV, XLSX ou ODS. Tout, ou rien."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cycle", help="adresse de l’édition, par exemple 2026")
        parser.add_argument("file", help="fichier de la liste")
        parser.add_argument("--check", action="store_true", help="lire et dire les erreurs, sans rien écrire")

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django's own signature
        by, now = importing("import_roll"), timezone.now()
        polls = Poll.objects.live().exclude(kind=PollKind.REPLAY).select_related("cycle")
        poll = polls.filter(cycle__slug=options["cycle"]).order_by("-pk").first()
        if poll is None:
            raise CommandError(_("L’édition « %(slug)s » n’a pas de vote en cours.") % {"slug": options["cycle"]})
        try:
            with Path(options["file"]).open("rb") as file:
                tally = services.preview_roll(poll, file, by=by, at=now)
                self._tell(tally)
                if tally.fault_count:
                    raise CommandError(refusal(tally))
                if not options["check"]:
                    file.seek(0)
                    services.import_roll(poll, file, by=by, at=now)
                    self.stdout.write(_("La liste est importée."))
        except OSError as error:
            raise CommandError(_("Le fichier ne s’ouvre pas : %(why)s.") % {"why": error.strerror}) from error
        except Refused as refusal_:
            raise CommandError(str(refusal_.decision.reason)) from refusal_

    def _tell(self, tally: Tally) -> None:
        for fault in tally.faults:
            self.stderr.write(fault.sentence)
        said = [ngettext("%(n)d personne à inscrire", "%(n)d personnes à inscrire", tally.new) % {"n": tally.new}]
        if tally.already:
            said.append(_("%(n)d déjà sur la liste") % {"n": tally.already})
        if tally.without_address:
            said.append(_("%(n)d sans adresse") % {"n": tally.without_address})
        self.stdout.write(", ".join(said) + ".")
        for alike in tally.alike:
            self.stdout.write(alike.sentence)
        if tally.ignored:
            self.stdout.write(_("Colonnes laissées de côté :") + " " + ", ".join(tally.ignored) + ".")
