"""The benchmarks, as a table and as JSON."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.urls import reverse
from django.utils import timezone

from bp_platform.accounts.models import User
from bp_platform.core.models import Heartbeat
from bp_platform.demo import city, loading
from bp_platform.demo.bench import ballots, bare, measures, paper
from bp_platform.demo.bench.measures import Page
from cycles.models import Body, Cycle, Meeting, RulebookVersion
from instruction.models import Preselection
from proposals.models import Proposal, Stage
from voting.models import Poll


class Command(BaseCommand):
    help = "Mesure les pages, le poids et le dépouillement, en rapport à une vue nue, dans le même passage."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", default="bench.json", help="fichier où écrire les chiffres")

    def handle(self, *args: Any, **options: Any) -> None:
        Heartbeat.objects.get_or_create(name=bare.ROW, defaults={"at": timezone.now()})
        loading.load(timezone.now(), known={})
        small, large = _city("essai-5000", 5_000), _city("essai-50000", 50_000)
        asked = _lists(small, large) | _town()
        figures = [
            *measures.pages(asked),
            *measures.queries(asked),
            *measures.weight(f"/{small.slug}/idees/"),
            *measures.counting(_elections()),
            *ballots.casting(Poll.objects.filter(state="sealed").select_related("cycle").latest("pk")),
            *ballots.large_box(),
        ]
        figures += paper.review("2024", bare_ms=figures[0].value)
        for figure in figures:
            ratio = f"{figure.ratio:7.1f} × bare" if figure.ratio is not None else " " * 14
            budget = f"budget {figure.budget:g}" if figure.budget is not None else ""
            verdict = "" if figure.budget is None else "ok" if figure.is_within else "OVER"
            self.stdout.write(
                f"{figure.what:45} {figure.value:10.2f} {figure.unit:8}{ratio}  {budget:12} {verdict:5} {figure.note}"
            )
        Path(options["json"]).write_text(json.dumps([f.plain() for f in figures], indent=1, ensure_ascii=False))


def _lists(small: Cycle, large: Cycle) -> dict[str, Page]:
    return {
        "list of 24 among 5,000": Page(reverse("proposals:ideas", args=[small.slug]), queries=8),
        "list of 24 among 50,000": Page(reverse("proposals:ideas", args=[large.slug]), queries=8),
        "search among 5,000": Page(reverse("proposals:ideas", args=[small.slug]) + "?q=bancs", queries=8),
    }


def _town() -> dict[str, Page]:
    """The pages of the demo town, where every project has its whole history."""
    shown = Poll.objects.filter(cycle__in=Cycle.objects.visible())  # a bench before this one left a replayed election
    voting, over = (shown.filter(state=state).latest("pk").cycle.slug for state in ("sealed", "proclaimed"))
    asked = {
        "home": Page("/"),
        "project sheet, on the ballot": _sheet(Stage.ON_BALLOT),
        "project sheet, being built": _sheet(Stage.DELIVERY),
        "project sheet, delivered": _sheet(Stage.DELIVERED),
        "vote page": Page(reverse("voting:entrance", args=[voting]), is_kept=False),
        "results page": Page(reverse("voting:results", args=[over]), is_kept=False),
        "one-year review": Page(reverse("realisation:review", args=[over]), is_kept=False),
        "money page": Page(reverse("realisation:money", args=[over]), is_kept=False),
    }
    asked |= _frame()
    desks = (("proposals:moderation", "mehdi"), ("instruction:triage", "paula"), ("instruction:my_cases", "bruno"))
    for name, who in desks:
        asked[f"desk {name}"] = Page(reverse(name), user=User.objects.get(username=who), is_kept=False)
    address = reverse("instruction:preselection_desk", args=[Preselection.objects.latest("pk").cycle.slug])
    asked["desk instruction:preselection_desk"] = Page(address, user=User.objects.get(username="paula"), is_kept=False)
    return asked


def _frame() -> dict[str, Page]:
    """The public pages of an edition's frame."""
    body = Body.objects.select_related("cycle").latest("pk")
    meeting = Meeting.objects.public().select_related("cycle").latest("pk")
    version = RulebookVersion.objects.filter(number=2).select_related("cycle").latest("pk")
    edition = body.cycle.slug
    compared = reverse("cycles:rulebook_comparison", args=[version.cycle.slug, 1, 2])
    chosen = Preselection.objects.select_related("cycle").latest("pk").cycle.slug
    return {
        "règlement": Page(reverse("cycles:rulebook", args=[edition]), is_kept=False),
        "règlement, two versions compared": Page(compared, is_kept=False),
        "calendar of an edition": Page(reverse("cycles:calendar", args=[edition])),
        "places of an edition": Page(reverse("pages:areas", args=[edition])),
        "agenda": Page(reverse("cycles:agenda"), is_kept=False),
        "a body": Page(reverse("cycles:body", args=[edition, body.slug]), is_kept=False),
        "preselection": Page(reverse("instruction:preselection", args=[chosen]), is_kept=False),
        "a meeting": Page(reverse("cycles:meeting", args=[meeting.cycle.slug, meeting.slug]), is_kept=False),
    }


def _sheet(stage: Stage) -> Page:
    proposal = Proposal.objects.filter(stage=stage, cycle__polls__isnull=False).select_related("cycle").earliest("pk")
    return Page(reverse("pages:project", args=[proposal.cycle.slug, proposal.number]))


def _city(slug: str, proposals: int) -> Cycle:
    known = Cycle.objects.filter(slug=slug).first()
    return known or city.build(proposals * 10, proposals=proposals, at=timezone.now(), slug=slug, seed=proposals)


def _elections() -> Path:
    default = Path(settings.BASE_DIR).parent / "shared" / "data" / "pb"
    named = Path(os.environ.get("BP_ELECTIONS_DIR", str(default)))
    return named if named.is_dir() else Path(settings.BASE_DIR) / "tests" / "elections"
