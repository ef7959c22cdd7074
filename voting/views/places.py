"""The desk of a polling place: open it, find somebody, hand over a ballot or a tablet, close it.

People are found and named in posts only: no name and no number of a person is ever in an address."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from bp_platform.core import codes
from bp_platform.core.decisions import Refused, no
from bp_platform.core.http import MemberRequest, see_other
from bp_platform.documents import services as documents
from voting import policies, selectors, services
from voting.forms.places import ClaimForm, ClosingForm, IdentityForm, OpeningForm, SearchForm
from voting.models import IncidentKind, PollingStation, RollEntry

NO_NEED = no("")  # a place that is open does not open


@require_safe
def places(request: MemberRequest) -> HttpResponse:
    """The places of the votes under way."""
    policies.demand_places(request.user, timezone.now())
    context = {
        "desk": _("Lieux de vote"),
        "columns": [_("Lieu"), _("Vote"), _("État"), _("Émargements")],
        "rows": selectors.place_rows(selectors.places_at_desk()),
    }
    return render(request, "voting/places.html", context)


@never_cache
@sensitive_post_parameters("words")
def place(request: MemberRequest, pk: int) -> HttpResponse:
    """One place: its opening, or the search for a person; the search is posted."""
    station = policies.station_at_desk(request.user, pk, timezone.now())
    if request.method != "POST":
        return _place(request, station)
    form = SearchForm(request.POST)
    if not _receives(request, station):
        return see_other("voting:place", pk)
    return _place(request, station, search=form, found=_found(station, form))


@require_POST
def open_place(request: MemberRequest, pk: int) -> HttpResponse:
    """Open the place."""
    now = timezone.now()
    station = policies.station_at_desk(request.user, pk, now)
    form = OpeningForm(request.POST, last=selectors.last_session(station))
    if form.is_valid():
        try:
            services.open_station(station, by=request.user, at=now, **form.cleaned_data)
        except (ValidationError, Refused) as error:
            form.add_error(None, _said(error))
        else:
            messages.success(request, _("%(place)s est ouvert.") % {"place": station.name})
            return see_other("voting:place", pk)
    return _place(request, station, opening=form)


def close_place(request: MemberRequest, pk: int) -> HttpResponse:
    """Close the place: the seal put on its box, what was noticed."""
    now = timezone.now()
    station = policies.station_at_desk(request.user, pk, now)
    form = ClosingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            session = services.close_station(station, by=request.user, at=now, **form.cleaned_data)
        except (ValidationError, Refused) as error:
            form.add_error(None, _said(error))
        else:
            said = ngettext(
                "%(place)s est fermé : %(marks)d émargement y a été fait depuis le début du vote.",
                "%(place)s est fermé : %(marks)d émargements y ont été faits depuis le début du vote.",
                session.marks_at_closing or 0,
            )
            messages.success(request, said % {"place": station.name, "marks": session.marks_at_closing})
            return see_other("voting:place", pk)
    context = {"station": station, "form": form, "desk": _("Lieux de vote")}
    return render(request, "voting/place_close.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@sensitive_post_parameters()
def person(request: MemberRequest, pk: int) -> HttpResponse:
    """Somebody in front of the agent: check who they are, then a paper ballot, a tablet, or a contested ballot."""
    station = policies.station_at_desk(request.user, pk, timezone.now())
    if not _receives(request, station):
        return see_other("voting:place", pk)
    entry = policies.entry_at_desk(station, request.POST.get("entry", ""))
    acts = {"": _person, "paper": _hand_ballot, "tablet": _open_tablet, "claim": _claim}
    act = acts.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    return act(request, station, entry)


@require_POST
def sheet(request: MemberRequest, pk: int) -> HttpResponse:
    """Order the sheet that hangs in the place."""
    now = timezone.now()
    station = policies.station_at_desk(request.user, pk, now)
    job = documents.request_job("station_sheet", arguments={"station": station.pk}, by=request.user, at=now)
    return see_other("documents:job", job.uid)


def _hand_ballot(request: MemberRequest, station: PollingStation, entry: RollEntry) -> HttpResponse:
    identity = IdentityForm(request.POST)
    if not identity.is_valid():
        return _person(request, station, entry, identity=identity)
    try:
        services.mark_at_desk(entry, station, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _person(request, station, entry, problem=str(refusal.decision.reason))
    said = ngettext(
        "Émargement enregistré : remettez le bulletin.",
        "Émargement enregistré : remettez les %(number)d bulletins.",
        len(entry.scopes),
    )
    messages.success(request, said % {"number": len(entry.scopes)})
    return see_other("voting:place", station.pk)


def _open_tablet(request: MemberRequest, station: PollingStation, entry: RollEntry) -> HttpResponse:
    identity = IdentityForm(request.POST)
    if not identity.is_valid():
        return _person(request, station, entry, identity=identity)
    try:
        code = services.open_tablet(entry, station, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _person(request, station, entry, problem=str(refusal.decision.reason))
    address = request.build_absolute_uri(reverse("voting:tablet", args=[station.poll.cycle.slug]))
    context = {
        "station": station,
        "who": entry.name,
        "code": codes.grouped(code, 3),
        "address": address,
        "desk": _("Lieux de vote"),
    }
    return render(request, "voting/place_tablet.html", context)


def _claim(request: MemberRequest, station: PollingStation, entry: RollEntry) -> HttpResponse:
    claim, now = ClaimForm(request.POST), timezone.now()
    if not claim.is_valid():
        return _person(request, station, entry, claim=claim)
    kind, facts = IncidentKind.CONTESTED, claim.cleaned_data["facts"]
    try:
        incident = services.report_incident(
            station.poll, by=request.user, at=now, kind=kind, facts=facts, station=station, entry=entry
        )
    except Refused as refusal:
        return _person(request, station, entry, problem=str(refusal.decision.reason))
    said = _(
        "Incident n° %(number)d écrit. Le bulletin va dans une enveloppe sans nom, puis dans une seconde qui porte "
        "le nom et ce numéro : le bureau décidera."
    )
    messages.success(request, said % {"number": incident.pk})
    return see_other("voting:place", station.pk)


def _person(
    request: MemberRequest,
    station: PollingStation,
    entry: RollEntry,
    *,
    identity: IdentityForm | None = None,
    claim: ClaimForm | None = None,
    problem: str = "",
) -> HttpResponse:
    fresh = policies.entry_at_desk(station, str(entry.pk)) if problem else entry
    places_ = {row.code: row.name for row in selectors.stations_of(station.poll)}
    context = {
        "station": station,
        "person": selectors.person(fresh, places_),
        "ballots": selectors.ballots_to_hand(station.poll, fresh),
        "has_voted": hasattr(fresh, "mark"),
        "is_mine": selectors.is_marked_today_by(fresh, station, request.user, timezone.now()),
        "identity": identity or IdentityForm(),
        "claim": claim or ClaimForm(),
        "problem": problem,
        "desk": _("Lieux de vote"),
    }
    is_wrong = (identity and identity.errors) or (claim and claim.errors)
    return render(request, "voting/place_person.html", context, status=409 if problem else 422 if is_wrong else 200)


def _place(
    request: MemberRequest,
    station: PollingStation,
    *,
    opening: OpeningForm | None = None,
    search: SearchForm | None = None,
    found: list[selectors.Person] | None = None,
) -> HttpResponse:
    now = timezone.now()
    session = selectors.open_session(station)
    window = selectors.window(station.poll, selectors.sealed_of(station.poll), now)
    may_open = NO_NEED if session else policies.can_open_place(request.user, station, now)
    context = {
        "station": station,
        "session": session,
        "window": window,
        "may_open": bool(may_open),
        "why_closed": may_open.reason,
        "opening": opening or OpeningForm(last=None if session else selectors.last_session(station)),
        "search": search or SearchForm(),
        "found": found[: selectors.FOUND_AT_MOST] if found is not None else None,
        "is_more": found is not None and len(found) > selectors.FOUND_AT_MOST,
        "columns": [_("Ouvert"), _("Scellé"), _("Fermé"), _("Scellé posé"), _("Émargements")],
        "sessions": selectors.session_rows(station),
        "register": selectors.incidents_words(selectors.incidents_to_rule(station.poll)),
        "desk": _("Lieux de vote"),
    }
    is_wrong = (opening and opening.errors) or (search and search.errors)
    return render(request, "voting/place.html", context, status=422 if is_wrong else 200)


def _found(station: PollingStation, form: SearchForm) -> list[selectors.Person] | None:
    """One more than the page shows, so that it says when there are others."""
    if not form.is_valid():
        return None
    names = {row.code: row.name for row in selectors.stations_of(station.poll)}
    people = selectors.find(station.poll, form.cleaned_data["words"], at_most=selectors.FOUND_AT_MOST + 1)
    if people:
        form.step_back()
    return [selectors.person(entry, names) for entry in people]


def _receives(request: MemberRequest, station: PollingStation) -> bool:
    """The roll is read in an open place of an open vote only; otherwise the page says why."""
    text = selectors.sealed_of(station.poll)
    if selectors.is_held(station.poll, station.code) and (
        selectors.window(station.poll, text, timezone.now()).state == "open"
    ):
        return True
    messages.error(request, _("Ce lieu n’est pas ouvert, ou le vote n’est pas en cours : personne n’y vote."))
    return False


def _said(error: ValidationError | Refused) -> Any:
    """What a form says of an act's refusal."""
    return error if isinstance(error, ValidationError) else str(error.decision.reason)
