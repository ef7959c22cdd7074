"""Check an edition's ledger: exit 1 and a line per breach."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import ngettext

from bp_platform.core import money
from cycles.models import Cycle
from realisation import selectors


class Command(BaseCommand):
    help = "Vérifie que les comptes d’une édition sont justes, au centime ; code de sortie 1 sinon."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="adresse de l’édition, par exemple 2024")

    def handle(self, *args: Any, **options: Any) -> None:
        cycle = Cycle.objects.filter(slug=options["slug"]).first()
        if cycle is None:
            raise CommandError(f"Aucune édition n’a l’adresse « {options['slug']} ».")
        found = list(selectors.breaches(cycle))
        for sentence in found:
            self.stderr.write(sentence)
        if found:
            said = ngettext("%(n)d anomalie dans les comptes", "%(n)d anomalies dans les comptes", len(found))
            raise CommandError(said % {"n": len(found)} + f" de l’édition « {cycle.title} ».")
        sums = selectors.money_of(cycle)
        voted, paid = money.in_words(sums.voted_eur, cents=True), money.in_words(sums.paid_eur, cents=True)
        self.stdout.write(f"{cycle.title} : comptes justes, {voted} votés, {paid} payés.")
