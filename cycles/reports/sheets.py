"""The sheets to answer on paper, a consultation’s and the dots’: what is asked, where to hand it in, until when."""

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
from cycles import policies, selectors
from cycles.models import Consultation, Diagnosis

REMARK_LINES = 3
MOST_BOXES = 5  # beside an issue; above, the number of dots is written


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


def build_dots(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """`arguments`: {"cycle": "2027"}. The issues in an order drawn by the opening day, the same on every sheet."""
    diagnosis = Diagnosis.objects.select_related("cycle").get(
        cycle__slug=arguments["cycle"], dots_open_at__isnull=False, dots_close_at__isnull=False
    )
    opens_at, closes_at = _window(diagnosis)
    address = reverse("cycles:priorities", args=[diagnosis.cycle.slug])
    each = diagnosis.dots_each
    return {
        "diagnosis": diagnosis,
        "cycle": diagnosis.cycle,
        "body": public_body(),
        "issues": selectors.issues_to_weigh(diagnosis.cycle, calendar.local_day(opens_at)),
        "boxes": list(range(each)) if each <= MOST_BOXES else [],
        "until": calendar.day_words(calendar.local_day(calendar.last_instant(closes_at))),
        "address": settings.BASE_URL + address,
        "page_url": address,
    }


def _window(diagnosis: Diagnosis) -> tuple[datetime, datetime]:
    opens_at, closes_at = diagnosis.dots_open_at, diagnosis.dots_close_at
    assert opens_at is not None  # noqa: S101 -- asked for by the query
    assert closes_at is not None  # noqa: S101 -- the database keeps both or none
    return opens_at, closes_at


def may_request_dots(by: Any, arguments: Mapping[str, Any], at: datetime) -> Decision:
    """Anybody while dots are given; the team before, to print it in time."""
    found = Diagnosis.objects.select_related("cycle").filter(cycle__slug=arguments.get("cycle", ""))
    diagnosis = found.first()
    if diagnosis is None or diagnosis.dots_open_at is None:
        return no(_("Ce document n’existe pas."))
    team = policies.team_only(by, at)
    if team and not diagnosis.dots_are_over(at):
        return team
    if diagnosis.cycle.is_hidden:
        return no(_("Ce document n’existe pas."))
    return policies.can_give_dots(diagnosis, at)


def dots_file_name(arguments: Mapping[str, Any]) -> str:
    return f"gommettes-{arguments['cycle']}.pdf"


DOTS_SHEET = ReportSpec(
    "dots_sheet",
    gettext_lazy("Feuille pour donner ses gommettes sur papier"),
    "cycles/pdf/dots_sheet.html",
    build_dots,
    may_request_dots,
    dots_file_name,
)
