"""A synthetic city for benches."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from bp_platform.demo import city
from cycles.models import Cycle


class Command(BaseCommand):
    help = "Fabrique une ville d’essai pour les mesures."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--inhabitants", type=int, required=True, help="nombre d’habitants, de 1 000 à 1 000 000")
        parser.add_argument("--slug", default="essai", help="adresse de l’édition")

    def handle(self, *args: Any, **options: Any) -> None:
        inhabitants, slug = options["inhabitants"], options["slug"]
        if not 1000 <= inhabitants <= 1_000_000:
            raise CommandError("--inhabitants : écrivez un nombre de 1 000 à 1 000 000.")
        if Cycle.objects.filter(slug=slug).exists():
            raise CommandError(f"--slug : l’édition « {slug} » existe déjà ; choisissez une autre adresse.")
        cycle = city.build(inhabitants, proposals=inhabitants // 100, at=timezone.now(), slug=slug)
        self.stdout.write(f"Édition « {cycle.slug} » : {cycle.proposals.count()} idées.")
