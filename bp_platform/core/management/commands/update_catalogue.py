"""Bring the English catalogue to what the source says."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from bp_platform.core import catalogue


class Command(BaseCommand):
    help = "Met le catalogue anglais à jour d’après les textes du code et des gabarits."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        waiting = catalogue.update()
        catalogue.update_french()
        self.stdout.write(f"{len(waiting)} textes à traduire dans {catalogue.path().name}.")
