"""Write the relation map from the code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from bp_platform.core import relations


class Command(BaseCommand):
    help = "Écrit la carte des relations (bp_platform/RELATIONS.md) d’après le code."

    def handle(self, *args: Any, **options: Any) -> None:
        target = Path(settings.BASE_DIR) / "bp_platform" / "RELATIONS.md"
        target.write_text(relations.page())
        self.stdout.write(f"{target.relative_to(settings.BASE_DIR)} écrit.")
