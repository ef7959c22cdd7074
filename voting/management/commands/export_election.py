"""`manage.py export_election SLUG --out FILE.pb`: the anonymous ballots of a proclaimed vote, as published."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from bp_platform.core import text
from bp_platform.core.decisions import Refused
from cycles.models import Cycle
from voting import bundle, policies, selectors


class Command(BaseCommand):
    help = "Écrit au format Pabulib les bulletins anonymes d’un vote proclamé, sortis de son dossier publié."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", metavar="ÉDITION", help="l’adresse de l’édition, par exemple 2026")
        parser.add_argument("--out", required=True, metavar="FICHIER.pb", help="le fichier à écrire")
        parser.add_argument("--scope", default="", metavar="PÉRIMÈTRE", help="lequel, quand le vote en a plusieurs")

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django's own signature
        cycle = Cycle.objects.filter(slug=options["slug"]).first()
        poll = policies.result_of(cycle) if cycle else None
        if poll is None:
            raise CommandError(
                _("L’édition « %(slug)s » n’a pas de vote proclamé : vérifiez l’adresse, ou attendez la proclamation.")
                % {"slug": options["slug"]}
            )
        try:
            scopes, content = selectors.sealed_of(poll).scope_names, selectors.bundle_bytes(poll)
        except Refused as refusal:
            raise CommandError(str(refusal.decision.reason)) from refusal
        scope = options["scope"] or (next(iter(scopes)) if len(scopes) == 1 else "")
        if scope not in scopes:
            raise CommandError(
                _("Choisissez un périmètre avec --scope : %(scopes)s.")
                % {"scopes": text.enumerate_fr([*scopes], _("ou"))}
            )
        data = bundle.read_election(content, scope) if content else None
        if data is None:
            raise CommandError(
                _("Les bulletins entiers de ce vote ne sont pas publics : le dossier n’en donne que les totaux.")
            )
        Path(options["out"]).write_bytes(data)
        self.stdout.write(_("Bulletins écrits dans %(file)s.") % {"file": options["out"]})
