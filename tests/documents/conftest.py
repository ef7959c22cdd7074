"""A report of our own, and somebody who may order it."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from bp_platform.accounts.models import Role, User
from bp_platform.core import registries
from bp_platform.core.decisions import no, yes_as
from bp_platform.core.registries import ReportSpec


class Paper:
    """What the report reads: tests change it as a database would change."""

    def __init__(self) -> None:
        self.text = "Le préau de l’école Jules-Ferry"
        self.reads = 0
        self.trouble: Exception | None = None

    def build(self, arguments):
        self.reads += 1
        if self.trouble:
            raise self.trouble
        return {"heading": f"Fiche {arguments['number']}", "text": self.text, "page_url": "/2026/projets/BP26-0143/"}


def may_request(by, arguments, at):
    if by.actor_kind in {"resident", "import"}:
        return yes_as("")
    if isinstance(by, User) and by.holds(at, Role.PARTICIPATION):
        return yes_as(Role.PARTICIPATION)
    return no("Cette fiche est réservée à l’équipe participation.")


@pytest.fixture
def paper(settings, tmp_path):
    before = registries.reports._entries
    registries.reports._entries = {}
    made = Paper()
    registries.reports.register(
        ReportSpec("note", "Fiche du projet", "papers/note.html", made.build, may_request, lambda a: "fiche.pdf")
    )
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [*templates[0]["DIRS"], Path(__file__).parent / "templates"]
    settings.TEMPLATES = templates
    settings.MEDIA_ROOT = str(tmp_path / "media")
    yield made
    registries.reports._entries = before


ARGUMENTS = {"number": "BP26-0143"}
