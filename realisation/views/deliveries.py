"""The builders' desk: my deliveries, and one of them, updated from a phone in half a minute."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bp_platform.core import calendar
from bp_platform.core.decisions import Decision, Refused
from bp_platform.core.http import MemberRequest, see_other
from bp_platform.documents import publication
from bp_platform.documents import selectors as documents_selectors
from bp_platform.documents import services as documents
from cycles import policies as cycle_policies
from cycles import selectors as cycle_selectors
from realisation import flow, policies, selectors, services
from realisation.forms import ReadingForm, StopForm, UpdateForm, refuse
from realisation.models import Delivery, HeldNews


@require_safe
def desk(request: MemberRequest) -> HttpResponse:
    """My deliveries, the quietest first; for the team, the laureates that wait for the council's vote."""
    now = timezone.now()
    mine = policies.deliveries_for(request.user, now)
    rows = selectors.desk_rows(mine, now)
    to_launch = selectors.cycles_to_launch() if request.user.holds(now, *policies.TEAM) else []
    context = {
        "heading": selectors.desk_heading(rows),
        "rows": rows,
        "waiting": selectors.waiting(mine, now),
        "to_read": policies.news_to_read(request.user, now).select_related("delivery__proposal").order_by("pk")[:50],
        "late_launches": selectors.launches(to_launch, now),
        "columns": [_("Projet"), _("Étape"), _("Dernières nouvelles")],
        "to_launch": to_launch,
        "desk": _("Chantiers"),
    }
    return render(request, "realisation/desk.html", context)


def follow_up(request: MemberRequest, number: str) -> HttpResponse:
    """One delivery: the form first, then what the public reads."""
    now = timezone.now()
    delivery = policies.delivery_for(request.user, number, now)
    later = [state for state, step in flow.LATER.items() if step.may(request.user, delivery, now)]
    returned = selectors.returned_news(delivery, request.user)
    form = UpdateForm(
        request.POST or None,
        request.FILES or None,
        state=delivery.state,
        later=later,
        initial={"to": delivery.state, "key": uuid4(), "text": returned.text if returned else ""},
    )
    reserve = _reserve_words(now)
    if request.method == "POST" and form.is_valid() and _post(request, form, delivery, now, is_held=bool(reserve)):
        said = (
            _("La nouvelle du projet %(number)s attend la relecture d’une autre personne : rien n’est encore public.")
            if reserve
            else _("La nouvelle du projet %(number)s est publiée.")
        )
        messages.success(request, said % {"number": number})
        return see_other("realisation:follow_up", number)
    context = one(request, delivery, now) | {
        "form": form,
        "last_key": selectors.last_key(delivery, request.user),
        "returned": returned,
        "reserve": reserve,
        "held": _held(request, delivery, now),
    }
    return render(request, "realisation/follow_up.html", context, status=422 if form.errors else 200)


def _reserve_words(now: datetime) -> str:
    """What is recalled on a news while an election is near."""
    found = cycle_policies.reserve_at(calendar.local_day(now))
    if found is None:
        return ""
    words = {"last": calendar.day_words(found.last), "election": cycle_selectors.election_words(found.vote.kind)}
    return _("Période de réserve jusqu’au %(last)s (%(election)s) : ni éloge, ni portrait, ni promesse.") % words


def _post(request: MemberRequest, form: UpdateForm, delivery: Delivery, now: datetime, *, is_held: bool) -> bool:
    data = {name: form.cleaned_data[name] for name in ("text", "to", "next_on", "next_text", "key")}
    act = services.ask_reading if is_held else services.post_update
    try:
        act(delivery, by=request.user, at=now, photos=form.photos(), **data)
    except (Refused, ValidationError) as error:
        refuse(form, error)
        return False
    return True


def _held(
    request: MemberRequest, delivery: Delivery, now: datetime
) -> list[tuple[HeldNews, Decision, list[tuple[str, str]]]]:
    """The news that wait: whether one may publish them, and their photographs, which nobody else sees yet."""
    rows = HeldNews.objects.filter(delivery=delivery).waiting()
    found = []
    for row in rows.select_related("asked_by", "delivery").prefetch_related("files").order_by("asked_at", "pk"):
        files = sorted(row.files.all(), key=lambda file: file.pk)
        pictures = [(file.alt_text or file.original_name, publication.private_url(file, now)) for file in files]
        found.append((row, policies.can_publish_read(request.user, row, now), pictures))
    return found


@require_POST
def publish_read(request: MemberRequest, number: str, pk: int) -> HttpResponse:
    """Publish a piece of news that somebody else wrote."""
    now = timezone.now()
    held = policies.held_news_for(request.user, number, pk, now)
    try:
        services.publish_read(held, by=request.user, at=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages).capitalize())
    else:
        messages.success(request, _("La nouvelle du projet %(number)s est publiée.") % {"number": number})
    return see_other("realisation:follow_up", number)


def send_back_news(request: MemberRequest, number: str, pk: int) -> HttpResponse:
    """Say what is to be written again; whoever wrote it takes it back."""
    now = timezone.now()
    held = policies.held_news_for(request.user, number, pk, now)
    form = ReadingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.send_back_news(held, by=request.user, at=now, reason=form.cleaned_data["reason"])
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("La nouvelle n’est pas publiée ; ce qui est à reprendre est noté."))
            return see_other("realisation:follow_up", number)
    desk = held.delivery.lead_department.short_name
    context = {"form": form, "held": held, "proposal": held.delivery.proposal, "desk": desk}
    return render(request, "realisation/send_back_news.html", context, status=422 if form.errors else 200)


def one(request: MemberRequest, delivery: Delivery, now: datetime) -> dict[str, Any]:
    """What the pages of one delivery share."""
    return {
        "delivery": delivery,
        "proposal": delivery.proposal,
        "summary": selectors.delivery_summary(delivery.proposal, now),
        "milestones": list(delivery.milestones.order_by("planned_on", "pk")),
        "waiting": selectors.waiting(Delivery.objects.filter(pk=delivery.pk), now),
        "may_change": policies.can_change(request.user, delivery, now),
        "may_undo": flow.UNDO.may(request.user, delivery, now),
        "may_tell_sequel": policies.can_tell_sequel(request.user, delivery, now),
        "may_stop": flow.ABANDON.may(request.user, delivery, now),
        "may_resume": flow.RESUME.may(request.user, delivery, now),
        "desk": delivery.lead_department.short_name,
    }


def stop(request: MemberRequest, number: str) -> HttpResponse:
    """Suspend or abandon, with a public reason."""
    now = timezone.now()
    delivery = policies.delivery_for(request.user, number, now)
    form = StopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = services.suspend if form.cleaned_data["outcome"] == "suspend" else services.abandon
        try:
            stopped = act(delivery, by=request.user, at=now, reason=form.cleaned_data["reason"])
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            state = {"number": number, "state": stopped.get_state_display()}
            messages.success(request, _("Le projet %(number)s est %(state)s ; sa raison est publique.") % state)
            return see_other("realisation:follow_up", number)
    desk = delivery.lead_department.short_name
    context = {"form": form, "delivery": delivery, "proposal": delivery.proposal, "desk": desk}
    return render(request, "realisation/stop.html", context, status=422 if form.errors else 200)


@require_POST
def resume(request: MemberRequest, number: str) -> HttpResponse:
    """Start again where it stopped."""
    now = timezone.now()
    delivery = policies.delivery_for(request.user, number, now)
    try:
        services.resume(delivery, by=request.user, at=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Le projet %(number)s reprend.") % {"number": number})
    return see_other("realisation:follow_up", number)


@require_POST
def sheet(request: MemberRequest, number: str) -> HttpResponse:
    """Order the A4 sheet for the neighbourhood board."""
    now = timezone.now()
    delivery = policies.delivery_for(request.user, number, now)
    arguments = {"number": delivery.proposal.number, "on": calendar.local_day(now).isoformat()}
    job = documents.request_job("delivery_sheet", arguments=arguments, by=request.user, at=now)
    return see_other(documents_selectors.job_url(job))
