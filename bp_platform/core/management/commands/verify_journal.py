"""Check the journal's chains: exit 1 and one line per breach."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext

from bp_platform.core import journal
from bp_platform.core.models import JournalEntry


class Command(BaseCommand):
    help = "Vérifie la chaîne du journal ; une ligne par anomalie, code de sortie 1 s’il y en a."

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(journal.breaches())
        for sentence in found:
            self.stderr.write(sentence)
        if found:
            raise CommandError(
                ngettext("%d anomalie dans le journal.", "%d anomalies dans le journal.", len(found)) % len(found)
            )
        self.stdout.write(f"Journal intact : {JournalEntry.objects.count()} lignes.")
