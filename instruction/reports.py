"""Documents of this app: the instruction sheet."""

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
from cycles.rules import REFUSAL_REASONS
from instruction import policies, selectors
from instruction.models import Assignment, Case, DepartmentOpinion, Question
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
