"""Public pages of the meetings: the agenda, a meeting, one's registration."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bp_platform.accounts.models import User
from bp_platform.accounts.selectors import public_body
from bp_platform.core import codes, handover, limits, text
from bp_platform.core.actors import RESIDENT
from bp_platform.core.decisions import Refused, demand
from bp_platform.core.http import Request, see_other
from bp_platform.core.network import network_of
from bp_platform.documents import publication
from cycles import ical, policies, selectors, services
from cycles.forms.meetings import RegistrationForm
from cycles.models import Cycle, Meeting, MeetingKind, Registration, RegistrationState
from cycles.selectors import FeedMeeting
from cycles.views import acts

PAGE_SIZE = 30
RECEIPT = "inscription"


@login_not_required
@require_safe
def agenda(request: Request) -> HttpResponse:
    """Every public meeting to come, by month; by edition, place and kind; the past ones with their minutes."""
    now = timezone.now()
    chosen = {
        name: request.GET.get(param, "")[:80]
        for name, param in (("cycle", "edition"), ("area", "lieu"), ("kind", "nature"))
    }
    past = request.GET.get("passes") == "oui"
    page = Paginator(selectors.agenda(now, past=past, **chosen), PAGE_SIZE).get_page(request.GET.get("page"))
    cycles = Cycle.objects.visible().order_by("-pk")
    context = {
        "page": page,
        "months": selectors.months(list(page.object_list)),
        "past": past,
        "chosen": chosen,
        "active": sum(1 for value in chosen.values() if value),
        "areas": selectors.agenda_areas(),
        "kinds": MeetingKind.choices,
        "cycles": cycles,
        "current": selectors.current_cycle(now),
    }
    return render(request, "cycles/agenda.html", context)


@login_not_required
@require_safe
def agenda_ics(request: Request) -> HttpResponse:
    """The agenda for calendar programs, to subscribe to."""
    return _ics(selectors.meetings_feed(), str(_("Rendez-vous du budget participatif")), "agenda.ics")


@login_not_required
@require_safe
def meeting_ics(request: Request, cycle: str, slug: str) -> HttpResponse:
    """One meeting for a calendar program."""
    meeting = policies.meeting_for(request.user, cycle, slug, timezone.now())
    return _ics([selectors.feed_meeting(meeting)], meeting.title, f"{meeting.slug}.ics")


def _ics(meetings: list[FeedMeeting], name: str, file_name: str) -> HttpResponse:
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    content = ical.calendar_of(meetings, name=name, base_url=settings.BASE_URL, host=host)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{file_name}"'
    return response


@login_not_required
@require_POST
def board(request: Request, cycle: str) -> HttpResponse:
    """Order the agenda of an edition to pin up, A4 or A3. The hour is rounded: one document for all who ask."""
    now = timezone.now()
    edition = policies.cycle_for(request.user, cycle, now)
    arguments = {
        "cycle": edition.slug,
        "from": now.replace(minute=0, second=0, microsecond=0).isoformat(),
        "format": "A3" if request.POST.get("format") == "A3" else "A4",
    }
    return acts.ordered(request, "meetings_board", arguments, reverse("cycles:agenda"), now, with_key=True)


@login_not_required
@require_safe
@never_cache
def meeting(request: Request, cycle: str, slug: str) -> HttpResponse:
    """One meeting: what, when, where, how to come; then what was said there."""
    now = timezone.now()
    found = policies.meeting_for(request.user, cycle, slug, now)
    return render(request, "cycles/meeting.html", _meeting_context(found, now))


def _meeting_context(found: Meeting, now: datetime) -> dict[str, object]:
    minutes = getattr(found, "minutes", None)
    is_past = found.ends_at <= now
    left = selectors.seats_left(found)
    return {
        "cycle": found.cycle,
        "meeting": found,
        "when": selectors.hours_words(found),
        "access": selectors.access_words(found),
        "left": selectors.seats_words(found, left) if found.takes_registrations else "",
        "is_full": left == 0,
        "may_register": policies.can_register(RESIDENT, found, now),
        "is_past": is_past,
        "minutes": text.rich(minutes.text) if minutes and minutes.published_at else "",
        "minutes_row": minutes if minutes and minutes.published_at else None,
        "turnout": selectors.turnout(found) if is_past else None,
        "photos": [
            (photo, publication.public_url(photo.file))
            for photo in found.photos.select_related("file").order_by("added_at", "pk")[:40]
        ],
        "agenda_lines": [line.strip("-• ") for line in found.agenda.splitlines() if line.strip("-• ")],
    }


@login_not_required
@never_cache
def register(request: Request, cycle: str, slug: str) -> HttpResponse:
    """Come: a name and a way to be told, no account."""
    now = timezone.now()
    found = policies.meeting_for(request.user, cycle, slug, now)
    by = acts.actor_of(request)
    allowed = policies.can_register(by, found, now)
    if request.method == "GET" and not allowed:
        messages.warning(request, str(allowed.reason))
        return see_other("cycles:meeting", cycle, slug)
    known = {"name": by.get_full_name(), "email": by.email} if isinstance(by, User) else {}
    form = RegistrationForm(
        request.POST or None, initial=known, has_childcare=found.has_childcare, most=found.seats_per_person
    )
    if request.method == "POST" and form.is_valid() and not form.is_trapped:
        tries = limits.spend("register", network_of(request), limit=40, per=timedelta(hours=1), at=now)
        done: list[services.Registered] = []

        def run() -> None:
            demand(tries)
            once = form.cleaned_data["once"]
            done.append(services.register(found, form.guest(get_language() or "fr"), by=by, at=now, once=once))

        if form.runs(run):
            response = see_other("cycles:registered", cycle, slug)
            handover.give(response, RECEIPT, done[0].code, path=reverse("cycles:registered", args=[cycle, slug]))
            return response
    context = _meeting_context(found, now) | {"form": form}
    return render(request, "cycles/register.html", context, status=422 if form.is_bound else 200)


@login_not_required
@never_cache
@require_safe
def registered(request: Request, cycle: str, slug: str) -> HttpResponse:
    """The receipt: a seat or a rank, and the code."""
    code = handover.given(request, RECEIPT)
    if not code:
        return see_other("cycles:meeting", cycle, slug)
    found = policies.registration_by_code(code)
    return render(request, "cycles/registered.html", _registration_context(found, code))


def _registration_context(found: Registration, code: str) -> dict[str, object]:
    waiting = found.state == RegistrationState.WAITING
    return {
        "cycle": found.meeting.cycle,
        "meeting": found.meeting,
        "registration": found,
        "when": selectors.hours_words(found.meeting),
        "is_waiting": waiting,
        "rank": selectors.rank_of(found) if waiting else 0,
        "code": codes.grouped(codes.normalise(code)),
        "plain_code": codes.normalise(code),
        "town": public_body(),
    }


@login_not_required
@never_cache
def find_registration(request: Request, cycle: str) -> HttpResponse:
    """Where one types the code of a registration."""
    sought = acts.Sought(
        "registration",
        lambda code: policies.registration_by_code(code).meeting.cycle,
        _("Retrouver mon inscription"),
        _("aucune inscription ne porte ce code. Vérifiez chaque caractère."),
    )
    return acts.find_by_code(request, cycle, sought)


@login_not_required
@never_cache
def registration(request: Request, cycle: str, code: str) -> HttpResponse:
    """One's registration: where it stands, and how to give the seats back, by a button that needs no script."""
    now = timezone.now()
    found = policies.registration_by_code(code)
    if found.meeting.cycle.slug != cycle:
        raise Http404
    if request.method == "POST":
        try:
            services.cancel_registration(found, at=now)
        except Refused as refusal:
            messages.warning(request, str(refusal.decision.reason))
        else:
            messages.success(request, _("Votre inscription est annulée. Merci d’avoir prévenu."))
        return see_other("cycles:registration", cycle, code)
    context = _registration_context(found, code)
    context["may_cancel"] = policies.can_cancel_registration(RESIDENT, found, now)
    return render(request, "cycles/registration.html", context)
