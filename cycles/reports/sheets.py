"""The sheet to answer on paper: the questions of a consultation, where to hand it in, until when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bp_platform.accounts.selectors import public_body
from bp_platform.core import calendar
from bp_platform.core.decisions import Decision, no
from bp_platform.core.registries import ReportSpec
from cycles import policies
from cycles.models import Consultation

REMARK_LINES = 3


def build(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """`arguments`: {"cycle": "2027", "version": 2}: the consultation on that version of the règlement."""
    found = Consultation.objects.select_related("cycle", "version")
    consultation = found.get(cycle__slug=arguments["cycle"], version__number=arguments["version"])
    address = reverse("cycles:consultation", args=[consultation.cycle.slug])
    last_day = calendar.local_day(calendar.last_instant(consultation.closes_at))
    return {
        "consultation": consultation,
        "cycle": consultation.cycle,
        "body": public_body(),
        "questions": list(consultation.parameters.order_by("pk")),
        "until": calendar.day_words(last_day),
        "lines": list(range(REMARK_LINES)),
        "address": settings.BASE_URL + address,
        "page_url": address,
    }


def may_request(by: Any, arguments: Mapping[str, Any], at: datetime) -> Decision:
    """Anybody while it is open; the team before, to print it in time."""
    found = Consultation.objects.select_related("cycle").filter(
        cycle__slug=arguments.get("cycle", ""), version__number=arguments.get("version", 0)
    )
    consultation = found.first()
    if consultation is None:
        return no(_("Ce document n’existe pas."))
    team = policies.team_only(by, at)
    if team and not consultation.is_over(at):
        return team
    if consultation.cycle.is_hidden or not consultation.has_opened(at):
        return no(_("Ce document n’existe pas."))
    return policies.can_answer(consultation, at)


def file_name(arguments: Mapping[str, Any]) -> str:
    return f"avis-reglement-{arguments['cycle']}.pdf"


CONSULTATION_SHEET = ReportSpec(
    "consultation_sheet",
    gettext_lazy("Feuille pour répondre sur papier"),
    "cycles/pdf/consultation_sheet.html",
    build,
    may_request,
    file_name,
)
