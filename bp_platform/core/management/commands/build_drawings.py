"""Write the scenes from their drawings in code."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from bp_platform.core import drawings


class Command(BaseCommand):
    help = "Écrit les dessins de static/img/scenes/, un par thème et par variante."
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        folder = Path(settings.BASE_DIR) / "static" / "img" / "scenes"
        folder.mkdir(parents=True, exist_ok=True)
        for kind in drawings.KINDS:
            for variant in range(1, drawings.VARIANTS + 1):
                (folder / f"{kind}-{variant}.svg").write_text(drawings.scene(kind, variant), encoding="utf-8")
        self.stdout.write(f"{len(drawings.KINDS) * drawings.VARIANTS} dessins écrits.")
