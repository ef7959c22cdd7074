"""Check that each project's public stage and price are what its study, vote and delivery imply."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bp_platform.pages import projections


class Command(BaseCommand):
    help = "Vérifie l’étape et le coût affichés de chaque projet ; une ligne par écart, code de sortie 1 s’il y en a."

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(projections.breaches())
        for sentence in found:
            self.stderr.write(sentence)
        if found:
            raise CommandError(f"{len(found)} écart(s) dans les étapes affichées.")
        self.stdout.write("Chaque projet est affiché là où il en est.")
