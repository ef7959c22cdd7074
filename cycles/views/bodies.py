"""Public pages of the bodies: who sits, what they do, how to join, a draw by lot that anybody can do again."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bp_platform.accounts.models import User
from bp_platform.core import calendar, codes, handover, limits, text
from bp_platform.core.actors import RESIDENT
from bp_platform.core.decisions import Refused, demand
from bp_platform.core.http import MemberRequest, Request, see_other
from bp_platform.core.network import network_of
from cycles import lots, policies, selectors, services
from cycles.caching import kept_for_visitors
from cycles.forms.bodies import ApplicationForm
from cycles.models import Body, Draw, Meeting, Member, Recruitment
from cycles.views import acts

RECEIPT = "candidature"


@login_not_required
@require_safe
@kept_for_visitors
def bodies(request: Request, cycle: str) -> HttpResponse:
    """The bodies of an edition."""
    now = timezone.now()
    edition = policies.cycle_for(request.user, cycle, now)
    found = policies.bodies_of(request.user, edition, now).order_by("name", "pk")
    return render(request, "cycles/bodies.html", {"cycle": edition, "bodies": found})


@login_not_required
@require_safe
def body(request: Request, cycle: str, slug: str) -> HttpResponse:
    """One body: its members by consent, its sessions, opinions and answers, decisions."""
    now = timezone.now()
    found = policies.body_for(request.user, cycle, slug, now)
    context = {
        "cycle": found.cycle,
        "body": found,
        "page": selectors.body_page(found, now),
        "charter": text.rich(found.charter) if found.charter else "",
        "may_apply": _open_college(found, now) is not None,
        "closes_at": found.applications_until,
    }
    return render(request, "cycles/body.html", context)


def _open_college(found: Body, now: object) -> object:
    rows = found.colleges.exclude(recruitment=Recruitment.APPOINTED).order_by("position", "pk")
    for college in rows:
        college.body = found
        if policies.can_apply(RESIDENT, college, now):  # type: ignore[arg-type] # a moment
            return college
    return None


@login_not_required
@never_cache
def apply(request: Request, cycle: str, slug: str) -> HttpResponse:
    """Apply to sit, without an account."""
    now = timezone.now()
    found = policies.body_for(request.user, cycle, slug, now)
    by = acts.actor_of(request)
    if request.method == "GET" and _open_college(found, now) is None:
        messages.warning(request, _("Cette instance ne prend pas de candidature aujourd’hui."))
        return see_other("cycles:body", cycle, slug)
    known = {"name": by.get_full_name(), "email": by.email} if isinstance(by, User) else {}
    form = ApplicationForm(request.POST or None, body=found, initial=known)
    if request.method == "POST" and form.is_valid() and not form.is_trapped:
        tries = limits.spend("apply", network_of(request), limit=20, per=timedelta(hours=1), at=now)
        done: list[services.Applied] = []

        def run() -> None:
            demand(tries)
            data = form.cleaned_data
            candidate = form.candidate(get_language() or "fr")
            done.append(services.apply(data["college"], candidate, by=by, at=now, once=data["once"]))

        if form.runs(run):
            response = see_other("cycles:applied", cycle, slug)
            handover.give(response, RECEIPT, done[0].code, path=reverse("cycles:applied", args=[cycle, slug]))
            return response
    context = {"cycle": found.cycle, "body": found, "form": form}
    return render(request, "cycles/apply.html", context, status=422 if form.is_bound else 200)


@login_not_required
@never_cache
@require_safe
def applied(request: Request, cycle: str, slug: str) -> HttpResponse:
    """The receipt of an application."""
    code = handover.given(request, RECEIPT)
    if not code:
        return see_other("cycles:body", cycle, slug)
    found = policies.application_by_code(code)
    context = {"cycle": found.body.cycle, "application": found, "code": codes.grouped(code), "plain_code": code}
    return render(request, "cycles/applied.html", context)


@login_not_required
@never_cache
def find_application(request: Request, cycle: str) -> HttpResponse:
    """Where one types the code of an application."""
    sought = acts.Sought(
        "application",
        lambda code: policies.application_by_code(code).body.cycle,
        _("Retrouver ma candidature"),
        _("aucune candidature ne porte ce code. Vérifiez chaque caractère."),
    )
    return acts.find_by_code(request, cycle, sought)


@login_not_required
@never_cache
def application(request: Request, cycle: str, code: str) -> HttpResponse:
    """One's application, and the button that withdraws it."""
    now = timezone.now()
    found = policies.application_by_code(code)
    if found.body.cycle.slug != cycle:
        raise Http404
    if request.method == "POST":
        try:
            services.withdraw_application(found, at=now)
        except Refused as refusal:
            messages.warning(request, str(refusal.decision.reason))
        else:
            messages.success(request, _("Votre candidature est retirée."))
        return see_other("cycles:application", cycle, code)
    context = {"cycle": found.body.cycle, "application": found, "may_withdraw": found.state in {"received", "reserve"}}
    return render(request, "cycles/application.html", context)


def _draw(request: Request, cycle: str, slug: str, draw: str) -> Draw:
    found = policies.body_for(request.user, cycle, slug, timezone.now())
    row = found.draws.select_related("body__cycle", "college").filter(slug=draw).first()
    if row is None:
        raise Http404
    return row


@login_not_required
@require_safe
def draw(request: Request, cycle: str, slug: str, draw: str) -> HttpResponse:
    """A draw by lot: what was announced, what came of it, and the same computed again now."""
    row = _draw(request, cycle, slug, draw)
    context = {"cycle": row.body.cycle, "body": row.body, "page": selectors.draw_page(row)}
    return render(request, "cycles/draw.html", context)


@login_not_required
@require_safe
def draw_list(request: Request, cycle: str, slug: str, draw: str) -> HttpResponse:
    """The published list, byte for byte what its digest covers."""
    row = _draw(request, cycle, slug, draw)
    response = HttpResponse(lots.listing(selectors.entries_of(row)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{row.body.slug}-{row.slug}.csv"'
    return response


@login_not_required
@require_safe
def year(request: Request, cycle: str, slug: str, year: str) -> HttpResponse:
    """A year's published report; the team reads it before."""
    now = timezone.now()
    found = policies.body_for(request.user, cycle, slug, now)
    report = found.reports.filter(year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else 0).first()
    if report is None or not (report.published_at or policies.team_only(acts.actor_of(request), now)):
        raise Http404
    day = calendar.local_day(report.published_at or now)
    context = {
        "cycle": found.cycle,
        "body": found,
        "report": report,
        "words": text.rich(report.text),
        "figures": selectors.year_figures(found, report.year, day),
    }
    return render(request, "cycles/body_year.html", context)


@login_not_required
def year_pdf(request: Request, cycle: str, slug: str, year: str) -> HttpResponse:
    """Order the report on paper."""
    now = timezone.now()
    found = policies.body_for(request.user, cycle, slug, now)
    back = reverse("cycles:body_year", args=[cycle, slug, year])
    report = found.reports.filter(year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else 0).first()
    if report is None:
        raise Http404
    if request.method != "POST":
        return see_other(back)
    day = calendar.local_day(report.published_at or now)
    arguments = {"body": found.pk, "year": report.year, "day": day.isoformat()}
    return acts.ordered(request, "body_report", arguments, back, now, with_key=bool(report.published_at))


@never_cache
def my_seats(request: MemberRequest) -> HttpResponse:
    """Where I sit: the next session, the charter to accept."""
    now = timezone.now()
    mine = Member.objects.sitting(calendar.local_day(now)).filter(contact__user=request.user)
    seats = list(mine.select_related("body__cycle", "college", "contact").order_by("pk"))
    if request.method == "POST":
        seat = next((one for one in seats if str(one.pk) == request.POST.get("seat")), None)
        if seat is None:
            raise Http404
        said = _("Vous avez accepté la charte de « %(body)s ».") % {"body": seat.body.name}
        return acts.press(
            request, lambda: services.accept_charter(seat, by=request.user, at=now), said, reverse("cycles:my_seats")
        )
    sessions = {
        seat.pk: Meeting.objects.public().to_come(now).filter(body=seat.body).order_by("starts_at", "pk").first()
        for seat in seats
    }
    shown = [(seat, text.rich(seat.body.charter) if seat.body.charter else "", sessions[seat.pk]) for seat in seats]
    return render(request, "cycles/my_seats.html", {"seats": shown})
