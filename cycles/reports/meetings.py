"""Paper for meetings: the sheet that people sign, the agenda for the neighbourhood's board, a body's annual report."""

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
from bp_platform.core.decisions import YES, Decision, no
from bp_platform.core.registries import ReportSpec
from cycles import policies, selectors
from cycles.models import Body, BodyReport, Cycle, Meeting, Member, RegistrationState

BLANK_LINES = 20
ON_THE_BOARD = 12


# The sign-in sheet: names, and a box to sign; never what people need


def sheet_data(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """`arguments`: {"meeting": 12}."""
    meeting = Meeting.objects.select_related("cycle", "body", "area").get(pk=arguments["meeting"])
    day = calendar.local_day(meeting.starts_at)
    members = Member.objects.sitting(day).filter(body=meeting.body_id).select_related("contact", "college")
    confirmed = meeting.registrations.filter(state=RegistrationState.CONFIRMED).select_related("contact")
    return {
        "meeting": meeting,
        "when": selectors.hours_words(meeting),
        "members": [
            (member.contact.name, member.office or member.college.name)
            for member in members.order_by("college__position", "contact__name", "pk")
        ],
        "guests": [(row.contact.name or _("sans nom"), row.seats) for row in confirmed.order_by("contact__name", "pk")],
        "blanks": list(range(BLANK_LINES)),
        "page_url": reverse("cycles:meeting_desk", args=[meeting.pk]),
    }


def may_request_sheet(by: Any, arguments: Mapping[str, Any], at: datetime) -> Decision:
    return policies.can_host(by, at) if Meeting.objects.filter(pk=arguments.get("meeting", 0)).exists() else _nothing()


def sheet_name(arguments: Mapping[str, Any]) -> str:
    return f"emargement-{Meeting.objects.get(pk=arguments['meeting']).slug}.pdf"


SIGN_IN_SHEET = ReportSpec(
    "sign_in_sheet",
    gettext_lazy("Feuille d’émargement"),
    "cycles/pdf/sign_in_sheet.html",
    sheet_data,
    may_request_sheet,
    sheet_name,
)


# The board: what comes next, on one sheet


def board_data(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """`arguments`: {"cycle": "2026", "from": "2026-03-02T09:00:00+00:00", "format": "A4"}."""
    cycle = Cycle.objects.get(slug=arguments["cycle"])
    since = datetime.fromisoformat(arguments["from"])
    meetings = list(selectors.agenda(since, cycle=cycle.slug)[:ON_THE_BOARD])
    address = reverse("cycles:agenda")
    return {
        "cycle": cycle,
        "body": public_body(),
        "lines": [(meeting, selectors.agenda_line(meeting), selectors.access_words(meeting)) for meeting in meetings],
        "address": settings.BASE_URL + address,
        "is_large": arguments.get("format") == "A3",
        "page_url": address,
    }


def may_request_board(by: Any, arguments: Mapping[str, Any], at: datetime) -> Decision:
    """Everything on it is public."""
    cycle = Cycle.objects.filter(slug=arguments.get("cycle", "")).first()
    return YES if cycle is not None and policies.may_see(by, cycle, at) else _nothing()


def board_name(arguments: Mapping[str, Any]) -> str:
    return f"agenda-{arguments['cycle']}-{arguments.get('format', 'A4').lower()}.pdf"


BOARD = ReportSpec(
    "meetings_board",
    gettext_lazy("Agenda à afficher"),
    "cycles/pdf/board.html",
    board_data,
    may_request_board,
    board_name,
)


# The body's annual report


def report_data(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """`arguments`: {"body": 3, "year": 2026, "day": "2026-12-31"}: delays are counted to that day."""
    body = Body.objects.select_related("cycle").get(pk=arguments["body"])
    year = int(arguments["year"])
    report = BodyReport.objects.filter(body=body, year=year).first()
    day = datetime.fromisoformat(arguments["day"]).date()
    return {
        "body": body,
        "cycle": body.cycle,
        "year": year,
        "day": day,
        "text": report.text if report else "",
        "figures": selectors.year_figures(body, year, day),
        "colleges": selectors.colleges_of(body, day),
        "page_url": reverse("cycles:body_year", args=[body.cycle.slug, body.slug, str(year)]),
    }


def may_request_report(by: Any, arguments: Mapping[str, Any], at: datetime) -> Decision:
    """Everybody once it is published; the team before."""
    found = BodyReport.objects.filter(body=arguments.get("body", 0), year=arguments.get("year", 0))
    report = found.select_related("body__cycle").first()
    if report is None:
        return _nothing()
    if report.published_at and policies.may_see(by, report.body.cycle, at):
        return YES
    return policies.team_only(by, at)


def report_name(arguments: Mapping[str, Any]) -> str:
    return f"rapport-{Body.objects.get(pk=arguments['body']).slug}-{arguments['year']}.pdf"


BODY_REPORT = ReportSpec(
    "body_report",
    gettext_lazy("Rapport annuel d’une instance"),
    "cycles/pdf/body_report.html",
    report_data,
    may_request_report,
    report_name,
)


def _nothing() -> Decision:
    return no(_("Ce document n’existe pas."))
