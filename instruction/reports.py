"""Documents of this app: the instruction sheet, and the two sheets of a preselection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.selectors import public_body
from bp_platform.core.decisions import Decision, no, yes_as
from bp_platform.core.registries import ReportSpec
from cycles.models import Cycle
from cycles.rules import REFUSAL_REASONS
from instruction import policies, selectors
from instruction.models import Assignment, Case, DepartmentOpinion, PreselectionLine, Question
from instruction.selectors import CostSheet, Voice


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole case on paper: who studies it, what they say, what it costs, what was asked, what was decided."""

    case: Case
    parts: tuple[Assignment, ...]
    opinions: tuple[DepartmentOpinion, ...]
    committee: tuple[Voice, ...]
    questions: tuple[Question, ...]
    costs: CostSheet | None
    article_title: str
    reason: str


def instruction_sheet(number: str) -> Sheet:
    """The sheet of a case, read in a few queries."""
    case = Case.objects.select_related("proposal__cycle", "proposal__area", "proposal__theme").get(
        proposal__number=number
    )
    costing = selectors.current_costing(case)
    return Sheet(
        case=case,
        parts=tuple(case.assignments.select_related("department", "person").order_by("-kind", "pk")),
        opinions=tuple(case.opinions.select_related("department", "validated_by").order_by("pk")),
        committee=selectors.committee_of(case),
        questions=tuple(case.questions.order_by("asked_at", "pk")),
        costs=selectors.cost_sheet(costing) if costing else None,
        article_title=selectors.article_title(case.refusal_article) if case.refusal_article else "",
        reason=_now(REFUSAL_REASONS[case.refusal_reason].label) if case.refusal_reason else "",
    )


def build(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """`arguments`: {"number": "BP26-0143"}."""
    number = arguments["number"]
    return {
        "sheet": instruction_sheet(number),
        "body": public_body(),
        "page_url": reverse("instruction:case", args=[number]),
    }


def may_request(by: Any, arguments: Mapping[str, Any], at: datetime) -> Decision:
    """Who may open the case may print it."""
    case = Case.objects.select_related("proposal").filter(proposal__number=arguments.get("number", "")).first()
    if case is not None and policies.can_read(by, case, at):
        return yes_as("reader")
    return no(_("Cette fiche d’instruction n’est pas accessible."))


def file_name(arguments: Mapping[str, Any]) -> str:
    return f"fiche-instruction-{arguments['number']}.pdf"


INSTRUCTION_SHEET = ReportSpec(
    "instruction_sheet", _("Fiche d’instruction"), "instruction/pdf/sheet.html", build, may_request, file_name
)


# The forum's two sheets: what visitors tick, what the tellers count on

BLANK_LINES = 2
LONG = 40  # ideas: above, the visitors' sheet is set smaller


@dataclass(frozen=True, slots=True)
class Group:
    """The ideas of a place, by number."""

    name: str
    lines: tuple[PreselectionLine, ...]


def build_forum(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """`arguments`: {"cycle": "2027"}: the candidates of today, place by place, each with its box or its line."""
    board = selectors.board_of(Cycle.objects.get(slug=arguments["cycle"]))
    groups: dict[str, list[PreselectionLine]] = {}
    for line in board.lines:
        groups.setdefault(line.proposal.area.name, []).append(line)
    return {
        "cycle": board.cycle,
        "is_forum": board.rules.mode == "forum",
        "choices": board.rules.choices,
        "lines": list(board.lines),
        "is_dense": len(board.lines) > LONG,
        "body": public_body(),
        "groups": [Group(name, tuple(lines)) for name, lines in groups.items()],
        "tellers": list(range(BLANK_LINES)),
        "page_url": reverse("instruction:preselection_desk", args=[board.cycle.slug]),
    }


def may_request_forum(by: Any, arguments: Mapping[str, Any], at: datetime) -> Decision:
    """Who reads the desk, where voices are counted and there are ideas to print; before the day, to print in time."""
    cycle = Cycle.objects.filter(slug=arguments.get("cycle", "")).first()
    if cycle is None or not policies.reads_preselection(by, at):
        return no(_now("Ce document n’existe pas."))
    board = selectors.board_of(cycle)
    if not board.has_voices:
        return no(_now("Cette présélection ne compte pas de voix : il n’y a pas de feuille à imprimer."))
    if not board.lines:
        return no(_now("Aucune idée n’est encore candidate : la feuille s’imprime une fois les idées publiées."))
    return yes_as("reader")


FORUM_SHEET = ReportSpec(
    "preselection_ballot",
    _("Feuille de vote de la présélection"),
    "instruction/pdf/forum_sheet.html",
    build_forum,
    may_request_forum,
    lambda arguments: f"preselection-vote-{arguments['cycle']}.pdf",
)
TALLY_SHEET = ReportSpec(
    "preselection_tally",
    _("Feuille de comptage de la présélection"),
    "instruction/pdf/tally_sheet.html",
    build_forum,
    may_request_forum,
    lambda arguments: f"preselection-comptage-{arguments['cycle']}.pdf",
)
