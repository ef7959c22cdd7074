"""Note the addresses that bounce: what waits for their people becomes letters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from bp_platform.notifications import services


class Command(BaseCommand):
    help = "Note les adresses qui ne fonctionnent plus (une par ligne) : ce qui attend devient des lettres."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="un fichier texte, une adresse par ligne")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"Le fichier {file} ne se lit pas\u00a0: {error}.") from error
        addresses = [(number, line.strip()) for number, line in enumerate(lines, start=1) if line.strip()]
        for number, address in addresses:
            try:
                validate_email(address)
            except ValidationError:
                msg = f"{file}, ligne {number}\u00a0: «\u00a0{address}\u00a0» n’est pas une adresse. Rien n’a été noté."
                raise CommandError(msg) from None
        now = timezone.now()
        with transaction.atomic():
            contacts = sum(services.mark_bounced(address, now) for _, address in addresses)
        self.stdout.write(f"{len(addresses)} adresses lues, {contacts} personnes concernées.")
