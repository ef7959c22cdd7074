"""Write the two stylesheets from their sources."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from bp_platform.core import stylesheets


class Command(BaseCommand):
    help = "Écrit static/css/site.css et static/css/print.css à partir de leurs sources."
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        source = stylesheets.folder()
        for name, text in (
            ("site.css", stylesheets.for_screen(source)),
            ("print.css", stylesheets.for_print(source)),
        ):
            (source / name).write_text(text, encoding="utf-8")
            self.stdout.write(f"{name} : {len(text.encode())} octets")
