"""`manage.py replay_election FILE.pb`: a real election through the product, every ballot cast, sealed and opened."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from bp_platform.core.actors import importing
from bp_platform.core.decisions import Refused
from cycles.models import Cycle
from voting import services
from voting.management.commands import recount
from voting.tally.pabulib import ElectionFileError, read
from voting.tally.recount import Recount, rules_of
from voting.wording import file_error_sentence


class Command(recount.Command):
    help = (
        "Rejoue une élection d’un fichier Pabulib : édition cachée, projets, liste, bulletins scellés, dépouillement."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--slug", default="", help="adresse de l’édition (par défaut, le nom du fichier)")
        parser.add_argument("--public", action="store_true", help="montrer au public l’édition et ses résultats")

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django's own signature
        rule, least = recount.parse_rule(options["rule"]), recount.parse_threshold(options["threshold"])
        conflicts = [recount.parse_conflict(given) for given in options["conflict"]]
        start = perf_counter()
        try:
            election = read(Path(options["file"]))
            rules = rules_of(election, rule, least, conflicts)
            reading = perf_counter() - start
            made = services.replay_election(
                election,
                rules,
                slug=options["slug"] or _free_slug(options["file"]),
                by=importing("replay_election"),
                at=timezone.now(),
                is_public=options["public"],
            )
        except ElectionFileError as error:
            raise CommandError(file_error_sentence(error)) from error
        except Refused as refusal:
            raise CommandError(str(refusal.decision.reason)) from refusal
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        scope = replace(made.result.scopes[0], scope_id="")
        answer = Recount(election, rules, scope, {"read": reading, **made.seconds})
        if options["json"]:
            self.stdout.write(recount.as_json(answer))
            return
        self.stdout.write(recount.as_table(answer))
        self.stdout.write(_("Résultats : /%(slug)s/resultats/") % {"slug": made.poll.cycle.slug})


def _free_slug(file: str) -> str:
    base = slugify(Path(file).stem)[:34] or "vote"
    taken = set(Cycle.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return base if base not in taken else next(s for n in range(2, 10_000) if (s := f"{base}-{n}") not in taken)
