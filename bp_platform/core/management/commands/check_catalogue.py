"""Check that the English catalogue is complete: exit 1 and a line per fault."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bp_platform.core import catalogue


class Command(BaseCommand):
    help = "Vérifie que le catalogue anglais est complet ; code de sortie 1 s’il manque un texte."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        faults = catalogue.faults() + catalogue.french_faults()
        for sentence in faults:
            self.stderr.write(sentence)
        if faults:
            raise CommandError(f"{len(faults)} défauts dans le catalogue anglais.")
        self.stdout.write("Le catalogue anglais est complet.")
