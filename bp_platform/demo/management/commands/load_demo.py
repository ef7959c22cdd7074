"""Load the demo town, once; say who can sign in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from bp_platform.demo import loading, town


class Command(BaseCommand):
    help = "Charge la ville de démonstration (une fois) et écrit les comptes prêts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", type=Path, help="fichier où écrire l’adresse, les comptes et les codes")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path | None = options["json"]
        known = json.loads(target.read_text()) if target and target.exists() and town.is_loaded() else {}
        facts = loading.load(timezone.now(), known=known)
        if target:
            target.write_text(json.dumps(facts, indent=1, ensure_ascii=False))
            target.chmod(0o600)
        self.stdout.write(f"Ville de Valrive-sur-Loire. Mot de passe de tous les comptes : {town.PASSWORD}")
        for account in facts["accounts"]:
            self.stdout.write(f"  {account['username']:10} {account['name']:22} {account['role']}")
        self.stdout.write("Le second facteur de chacun (TOTP) et les codes de vote sont dans le fichier --json.")
