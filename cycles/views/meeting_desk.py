"""The hosts' desk: meetings prepared, announced, held; who comes, what they need, what was said."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bp_platform.core import calendar
from bp_platform.core.components import Count
from bp_platform.core.http import MemberRequest, see_other
from cycles import flow, policies, selectors, services
from cycles.forms import meetings as forms
from cycles.models import (
    Body,
    Cycle,
    CycleState,
    Meeting,
    MeetingPhoto,
    Member,
    Minutes,
    MinutesState,
    PhaseKind,
    RegistrationState,
)
from cycles.views import acts
from cycles.views.acts import Act

PAGE_SIZE = 50


def _url(meeting: Meeting) -> str:
    return reverse("cycles:meeting_desk", args=[meeting.pk])


@require_safe
def meetings(request: MemberRequest) -> HttpResponse:
    """What comes next, then what is owed, then the past."""
    now = timezone.now()
    found = selectors.with_counts(policies.meetings_at_desk(request.user, now))
    past = request.GET.get("passes") == "oui"
    rows = found.past(now).order_by("-starts_at", "-pk") if past else found.to_come(now).order_by("starts_at", "pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    current = selectors.current_cycle(now)
    others = Cycle.objects.exclude(state=CycleState.CLOSED).exclude(pk=current.pk if current else 0)
    team = policies.team_only(request.user, now)
    diagnoses = Cycle.objects.filter(phases__kind=PhaseKind.DIAGNOSIS).distinct().order_by("-pk")
    context = {
        "page": page,
        "rows": selectors.desk_rows(list(page.object_list), now),
        "columns": [_("Rendez-vous"), _("Quand"), _("Places"), _("État")],
        "past": past,
        "owed": selectors.minutes_owed(now),
        "current": current,
        "diagnoses": diagnoses if team else [],
        "cycles": others.order_by("-pk"),
        "may_plan": team,
        "desk": _("Rendez-vous"),
    }
    return render(request, "cycles/meetings_desk.html", context)


def plan(request: MemberRequest, cycle: str) -> HttpResponse:
    """A new meeting."""
    now = timezone.now()
    edition = policies.cycle_for(request.user, cycle, now)
    if not policies.team_only(request.user, now):
        raise Http404
    body = Body.objects.filter(cycle=edition, pk=_number(request.GET.get("instance"))).first()
    initial: dict[str, Any] = {"kind": "body_session", "body": body.pk, "title": body.name} if body else {}
    form = forms.MeetingForm(request.POST or None, cycle=edition, initial=initial)
    made: list[Meeting] = []
    page = Act(
        _("Prévoir un rendez-vous"),
        _("Enregistrer"),
        reverse("cycles:meetings_desk"),
        _("Rendez-vous"),
        edition.title,
        template="cycles/meeting_form.html",
    )
    answered = acts.answer(
        request,
        form,
        page,
        lambda: made.append(
            services.plan_meeting(edition, by=request.user, at=now, key=form.cleaned_data["key"], **form.facts)
        ),
        _("Le rendez-vous est enregistré. Relisez-le, puis annoncez-le."),
    )
    return see_other(_url(made[0])) if made else answered


def _number(said: str | None) -> int:
    return int(said) if said and said.isascii() and said.isdigit() else 0


def change(request: MemberRequest, pk: int) -> HttpResponse:
    """Change a meeting; whoever comes is told of another day or place."""
    now = timezone.now()
    meeting = policies.meeting_at_desk(request.user, pk, now)
    facts = {name: getattr(meeting, name) for group in forms.MeetingForm.groups for name in group[1]}
    form = forms.MeetingForm(request.POST or None, cycle=meeting.cycle, initial=facts)
    page = Act(
        _("Changer le rendez-vous"),
        _("Enregistrer les changements"),
        _url(meeting),
        _("Rendez-vous"),
        meeting.title,
        _("Si le jour, l’heure ou le lieu change, les personnes inscrites sont prévenues."),
        template="cycles/meeting_form.html",
    )
    return acts.answer(
        request,
        form,
        page,
        lambda: services.change_meeting(meeting, by=request.user, at=now, **form.facts),
        _("Le rendez-vous est changé."),
    )


@require_safe
def meeting(request: MemberRequest, pk: int) -> HttpResponse:
    """One meeting: where it stands, who comes, what they need."""
    now = timezone.now()
    found = policies.meeting_at_desk(request.user, pk, now)
    minutes = Minutes.objects.filter(meeting=found).first()
    active = found.registrations.exclude(state=RegistrationState.CANCELLED)
    registrations = list(active.select_related("contact").order_by("state", "registered_at", "pk")[:500])
    context = {
        "meeting": found,
        "cycle": found.cycle,
        "when": selectors.hours_words(found),
        "access": selectors.access_words(found),
        "counts": _counts(found, registrations),
        "registrations": registrations,
        "minutes": minutes,
        "turnout": selectors.turnout(found),
        "photos": found.photos.select_related("file").order_by("added_at", "pk"),
        "members": _sitting(found).count() if found.body_id else 0,
        "desk": _("Rendez-vous"),
        **_may(request, found, minutes, now),
    }
    return render(request, "cycles/meeting_desk.html", context)


def _counts(found: Meeting, registrations: list[Any]) -> list[Count]:
    if not found.takes_registrations:
        return []
    confirmed = [row for row in registrations if row.state == RegistrationState.CONFIRMED]
    taken = sum(row.seats for row in confirmed)
    needs = sum(1 for row in confirmed if row.needs)
    return [
        Count(_("Places prises"), f"{taken}/{found.capacity}" if found.capacity else taken),
        Count(_("Places en attente"), sum(row.seats for row in registrations) - taken),
        Count(_("Besoins à prévoir"), needs),
    ]


def _may(request: MemberRequest, found: Meeting, minutes: Minutes | None, now: datetime) -> dict[str, Any]:
    by = request.user
    return {
        "may_change": policies.can_plan_meeting(by, found, now),
        "may_announce": flow.ANNOUNCE.may(by, found, now),
        "may_cancel": flow.CANCEL.may(by, found, now),
        "takes_ideas": selectors.is_open(found.cycle, PhaseKind.CALL, found.starts_at),
        "may_register": policies.can_register(by, found, now),
        "may_convene": policies.can_convene(by, found, now),
        "may_write": policies.can_write_minutes(by, found, now),
        "may_draft": minutes is None or minutes.state == MinutesState.DRAFT,
        "may_approve": minutes is not None and flow.APPROVE_MINUTES.may(by, minutes, now),
        "may_reopen": minutes is not None and flow.REOPEN_MINUTES.may(by, minutes, now),
        "may_publish": minutes is not None and flow.PUBLISH_MINUTES.may(by, minutes, now),
    }


def _sitting(found: Meeting) -> Any:
    return Member.objects.sitting(calendar.local_day(found.starts_at)).filter(body=found.body_id)


@require_POST
def announce(request: MemberRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    found = policies.meeting_at_desk(request.user, pk, now)
    said = _("« %(title)s » est annoncé dans l’agenda.") % {"title": found.title}
    return acts.press(request, lambda: services.announce_meeting(found, by=request.user, at=now), said, _url(found))


@require_POST
def convene(request: MemberRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    found = policies.meeting_at_desk(request.user, pk, now)
    said = _("La convocation est partie à chaque membre qui ne l’avait pas encore.")
    return acts.press(request, lambda: services.convene(found, by=request.user, at=now), said, _url(found))


def cancel(request: MemberRequest, pk: int) -> HttpResponse:
    """Cancel, with the sentence that people will read."""
    now = timezone.now()
    found = policies.meeting_at_desk(request.user, pk, now)
    form = forms.CancelForm(request.POST or None)
    page = Act(
        _("Annuler le rendez-vous"), _("Annuler et prévenir"), _url(found), _("Rendez-vous"), found.title, kind="danger"
    )
    return acts.answer(
        request,
        form,
        page,
        lambda: services.cancel_meeting(found, by=request.user, at=now, reason=form.cleaned_data["reason"]),
        _("Le rendez-vous est annulé ; les personnes inscrites sont prévenues."),
    )


def enter(request: MemberRequest, pk: int) -> HttpResponse:
    """Register somebody who calls or stands at the door."""
    now = timezone.now()
    found = policies.meeting_at_desk(request.user, pk, now)
    form = forms.DoorForm(
        request.POST or None,
        has_childcare=found.has_childcare,
        most=found.seats_per_person,
        initial={"once": secrets.token_urlsafe(16)},
    )
    page = Act(
        _("Inscrire quelqu’un"), _("Inscrire"), _url(found), _("Rendez-vous"), found.title, template="cycles/door.html"
    )
    return acts.answer(
        request,
        form,
        page,
        lambda: services.register(found, form.guest("fr"), by=request.user, at=now, once=form.cleaned_data["once"]),
        _("L’inscription est enregistrée ; la confirmation part par courriel ou par courrier."),
    )


@require_POST
def strike(request: MemberRequest, pk: int, registration: int) -> HttpResponse:
    """Cancel a registration for somebody who calls."""
    now = timezone.now()
    found = policies.meeting_at_desk(request.user, pk, now)
    row = found.registrations.select_related("contact", "meeting").filter(pk=registration).first()
    if row is None:
        raise Http404
    said = _("L’inscription est annulée ; si quelqu’un attendait cette place, elle est à lui.")
    return acts.press(request, lambda: services.cancel_registration(row, by=request.user, at=now), said, _url(found))


@require_POST
def sheet(request: MemberRequest, pk: int) -> HttpResponse:
    """The sheet that people sign."""
    now = timezone.now()
    found = policies.meeting_at_desk(request.user, pk, now)
    return acts.ordered(request, "sign_in_sheet", {"meeting": found.pk}, _url(found), now)


def attendance(request: MemberRequest, pk: int) -> HttpResponse:
    """What the signed sheet says."""
    now = timezone.now()
    found = policies.meeting_at_desk(request.user, pk, now)
    members = list(_sitting(found).select_related("contact", "college").order_by("college__position", "pk"))
    guests = list(
        found.registrations.filter(state=RegistrationState.CONFIRMED).select_related("contact").order_by("pk")
    )
    known = dict(found.attendances.values_list("member", "presence"))
    came = [row.pk for row in guests if row.came]
    form = forms.AttendanceForm(
        request.POST if request.method == "POST" else None,
        members=members,
        guests=guests,
        known=known,
        initial={"guests": came},
    )
    page = Act(
        _("Noter les présences"),
        _("Enregistrer les présences"),
        _url(found),
        _("Rendez-vous"),
        found.title,
        _("Recopiez la feuille signée."),
    )
    return acts.answer(
        request,
        form,
        page,
        lambda: services.mark_attendance(
            found,
            by=request.user,
            at=now,
            presences=form.presences,
            guests=form.cleaned_data.get("guests", []),
        ),
        _("Les présences sont notées."),
    )


def write(request: MemberRequest, pk: int) -> HttpResponse:
    """The minutes."""
    now = timezone.now()
    found = policies.meeting_at_desk(request.user, pk, now)
    minutes = Minutes.objects.filter(meeting=found).first()
    form = forms.MinutesForm(request.POST or None, initial={"words": minutes.text if minutes else _outline(found)})
    page = Act(_("Compte rendu"), _("Enregistrer le compte rendu"), _url(found), _("Rendez-vous"), found.title)
    return acts.answer(
        request,
        form,
        page,
        lambda: services.write_minutes(found, by=request.user, at=now, words=form.cleaned_data["words"]),
        _("Le compte rendu est enregistré : il reste à l’approuver."),
    )


def _outline(found: Meeting) -> str:
    """The agenda's points as headings: minutes begin with what was announced."""
    points = [line.strip("-• ") for line in found.agenda.splitlines() if line.strip("-• ")]
    return "".join(f"## {point}\n\n\n" for point in points)


def approve(request: MemberRequest, pk: int) -> HttpResponse:
    """Note who approves the minutes."""
    now = timezone.now()
    found = policies.meeting_at_desk(request.user, pk, now)
    minutes = _minutes(found)
    form = forms.ApproveForm(request.POST or None)
    page = Act(_("Approuver le compte rendu"), _("Approuver"), _url(found), _("Rendez-vous"), found.title)
    return acts.answer(
        request,
        form,
        page,
        lambda: services.approve_minutes(
            minutes, by=request.user, at=now, approved_by=form.cleaned_data["approved_by"]
        ),
        _("Le compte rendu est approuvé : il peut être publié."),
    )


@require_POST
def reopen(request: MemberRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    found = policies.meeting_at_desk(request.user, pk, now)
    minutes = _minutes(found)
    said = _("Le compte rendu est repris : il devra être approuvé de nouveau.")
    return acts.press(request, lambda: services.reopen_minutes(minutes, by=request.user, at=now), said, _url(found))


@require_POST
def publish(request: MemberRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    found = policies.meeting_at_desk(request.user, pk, now)
    minutes = _minutes(found)
    said = _("Le compte rendu est publié sur la page du rendez-vous.")
    return acts.press(request, lambda: services.publish_minutes(minutes, by=request.user, at=now), said, _url(found))


def _minutes(found: Meeting) -> Minutes:
    minutes = Minutes.objects.select_related("meeting__cycle", "meeting__body").filter(meeting=found).first()
    if minutes is None:
        raise Http404
    return minutes


def photo(request: MemberRequest, pk: int) -> HttpResponse:
    """Add a picture."""
    now = timezone.now()
    found = policies.meeting_at_desk(request.user, pk, now)
    form = forms.PhotoForm(request.POST or None, request.FILES or None)
    page = Act(_("Ajouter une photo"), _("Publier la photo"), _url(found), _("Rendez-vous"), found.title)
    return acts.answer(
        request,
        form,
        page,
        lambda: services.add_photo(found, by=request.user, at=now, **form.cleaned_data),
        _("La photo est sur la page du rendez-vous."),
    )


def remove_photo(request: MemberRequest, pk: int, photo: int) -> HttpResponse:
    """Somebody takes their consent back."""
    now = timezone.now()
    found = policies.meeting_at_desk(request.user, pk, now)
    row = MeetingPhoto.objects.select_related("meeting", "file").filter(meeting=found, pk=photo).first()
    if row is None:
        raise Http404
    form = forms.RemovePhotoForm(request.POST or None)
    page = Act(
        _("Retirer la photo"), _("Retirer"), _url(found), _("Rendez-vous"), row.caption or found.title, kind="danger"
    )
    return acts.answer(
        request,
        form,
        page,
        lambda: services.remove_photo(row, by=request.user, at=now, reason=form.cleaned_data["reason"]),
        _("La photo est retirée, et son adresse fermée."),
    )
