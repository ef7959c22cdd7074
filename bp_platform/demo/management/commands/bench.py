"""The benchmarks, as a table and as JSON."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from bp_platform.core.models import Heartbeat
from bp_platform.demo import city
from bp_platform.demo.bench import bare, measures
from cycles.models import Cycle


class Command(BaseCommand):
    help = "Mesure les pages, le poids et le dépouillement, en rapport à une vue nue, dans le même passage."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", default="bench.json", help="fichier où écrire les chiffres")

    def handle(self, *args: Any, **options: Any) -> None:
        Heartbeat.objects.get_or_create(name=bare.ROW, defaults={"at": timezone.now()})
        small, large = _city("essai-5000", 5_000), _city("essai-50000", 50_000)
        sheet = small.proposals.order_by("pk").values_list("number", flat=True)[42]
        addresses = {
            "list of 24 among 5,000": f"/{small.slug}/idees/",
            "list of 24 among 50,000": f"/{large.slug}/idees/",
            "search among 5,000": f"/{small.slug}/idees/?q=bancs",
            "project sheet": f"/{small.slug}/projets/{sheet}/",
            "home": "/",
        }
        figures = [
            *measures.pages(addresses),
            *measures.queries(addresses, {name: 8 for name in addresses if name.startswith("list")}),
            *measures.weight(f"/{small.slug}/idees/"),
            *measures.counting(_elections()),
        ]
        for figure in figures:
            ratio = f"{figure.ratio:7.1f} × bare" if figure.ratio is not None else " " * 14
            budget = f"budget {figure.budget:g}" if figure.budget is not None else ""
            verdict = "" if figure.budget is None else "ok" if figure.is_within else "OVER"
            self.stdout.write(
                f"{figure.what:45} {figure.value:10.2f} {figure.unit:8}{ratio}  {budget:12} {verdict:5} {figure.note}"
            )
        Path(options["json"]).write_text(json.dumps([f.plain() for f in figures], indent=1, ensure_ascii=False))


def _city(slug: str, proposals: int) -> Cycle:
    known = Cycle.objects.filter(slug=slug).first()
    return known or city.build(proposals * 10, proposals=proposals, at=timezone.now(), slug=slug, seed=proposals)


def _elections() -> Path:
    default = Path(settings.BASE_DIR).parent / "shared" / "data" / "pb"
    named = Path(os.environ.get("BP_ELECTIONS_DIR", str(default)))
    return named if named.is_dir() else Path(settings.BASE_DIR) / "tests" / "elections"
