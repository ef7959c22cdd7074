"""The desk of the vote: prepare, seal, close, count, print the record, proclaim, annul."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bp_platform.core.decisions import Refused
from bp_platform.core.http import MemberRequest, see_other
from bp_platform.documents import services as documents
from voting import flow, policies, selectors, services
from voting.forms import PollForm, ReasonForm, SealForm
from voting.models import Poll, PollKind, PollState


@require_safe
def polls(request: MemberRequest) -> HttpResponse:
    """All votes."""
    now = timezone.now()
    policies.demand_desk(request.user, now)
    context = {
        "desk": _("Vote"),
        "columns": [_("Vote"), _("Nature"), _("État"), _("Dates")],
        "rows": selectors.desk_rows(selectors.polls_at_desk()),
        "may_create": bool(policies.can_create(request.user, now)),
    }
    return render(request, "voting/desk.html", context)


def create(request: MemberRequest) -> HttpResponse:
    """Prepare a vote from the feasible projects of an edition."""
    now = timezone.now()
    policies.demand_desk(request.user, now)
    form = PollForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_poll(by=request.user, at=now, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        except Refused as refusal:
            form.add_error(None, str(refusal.decision.reason))
        else:
            messages.success(request, _("Le vote « %(title)s » est préparé.") % {"title": made.title})
            return see_other("voting:poll", made.pk)
    return render(request, "voting/create.html", {"form": form, "desk": _("Vote")}, status=422 if form.errors else 200)


@require_safe
def poll(request: MemberRequest, pk: int) -> HttpResponse:
    """One vote: where it stands, and the act that comes next."""
    return _page(request, policies.poll_at_desk(request.user, pk, timezone.now()), SealForm())


@require_POST
def seal(request: MemberRequest, pk: int) -> HttpResponse:
    """Freeze the vote."""
    now = timezone.now()
    found = policies.poll_at_desk(request.user, pk, now)
    form = SealForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    key = form.cleaned_data["public_key"]
    try:
        sealed = services.seal(
            found,
            by=request.user,
            at=now,
            draw_seed=form.cleaned_data["draw_seed"],
            public_key=bytes.fromhex(key) if key else None,
            waiver=form.cleaned_data["waiver"],
        )
    except Refused as refusal:
        form.add_error(None, str(refusal.decision.reason))
        return _page(request, found, form)
    messages.success(request, _("Le vote est scellé. Empreinte : %(digest)s.") % {"digest": sealed.digest})
    return see_other("voting:poll", pk)


@require_POST
def close(request: MemberRequest, pk: int) -> HttpResponse:
    """Fix the box and the marks."""
    now = timezone.now()
    services.close(policies.poll_at_desk(request.user, pk, now), by=request.user, at=now)
    messages.success(request, _("Le vote est clos : l’urne et les émargements sont fixés."))
    return see_other("voting:poll", pk)


@require_POST
def count(request: MemberRequest, pk: int) -> HttpResponse:
    """Open the box of a practice vote, and count."""
    now = timezone.now()
    found = policies.poll_at_desk(request.user, pk, now)
    if found.opened_at is None:
        found = services.open_box(found, by=request.user, at=now)
    services.count(found, by=request.user, at=now)
    messages.success(request, _("Le vote est dépouillé. Le résultat reste sous embargo jusqu’à la proclamation."))
    return see_other("voting:poll", pk)


@require_POST
def record(request: MemberRequest, pk: int) -> HttpResponse:
    """Order the official record."""
    now = timezone.now()
    found = policies.poll_at_desk(request.user, pk, now)
    job = documents.request_job("official_record", arguments={"poll": found.pk}, by=request.user, at=now)
    return see_other("documents:job", job.uid)


@require_POST
def proclaim(request: MemberRequest, pk: int) -> HttpResponse:
    """Publish the results."""
    now = timezone.now()
    services.proclaim(policies.poll_at_desk(request.user, pk, now), by=request.user, at=now)
    messages.success(request, _("Les résultats sont publiés et les porteurs de projet prévenus."))
    return see_other("voting:poll", pk)


@require_POST
def annul(request: MemberRequest, pk: int) -> HttpResponse:
    """Annul the vote, with a published reason."""
    now = timezone.now()
    found = policies.poll_at_desk(request.user, pk, now)
    services.annul(found, by=request.user, at=now, reason=request.POST.get("reason", ""))
    messages.success(request, _("Le vote « %(title)s » est annulé.") % {"title": found.title})
    return see_other("voting:poll", pk)


def _page(request: MemberRequest, found: Poll, form: SealForm) -> HttpResponse:
    context = {
        "poll": found,
        "view": _view(request, found),
        "seal_form": form,
        "reason_form": ReasonForm(),
        "desk": _("Vote"),
    }
    return render(request, "voting/poll.html", context, status=422 if form.errors else 200)


def _view(request: MemberRequest, found: Poll) -> dict[str, Any]:
    """What the page shows: the facts, and the acts that this person may do now."""
    now, user = timezone.now(), request.user
    is_draft = found.state == PollState.DRAFT
    listed = selectors.candidates(found) if is_draft else []
    can_count = found.kind != PollKind.BINDING and bool(flow.COUNT.may(user, found, now))
    return {
        "status": selectors.status_words(found, now),
        "steps": selectors.steps(found),
        "facts": selectors.facts(found),
        "rules": selectors.plan_words(found) if is_draft else [],
        "project_columns": [_("Projet"), _("Lieu"), _("Coût")],
        "projects": selectors.project_rows(listed),
        "list_digest": services.project_list_digest(found) if is_draft else "",
        "close": bool(flow.CLOSE.may(user, found, now)),
        "count": can_count,
        "record": found.counted_at is not None and bool(policies.can_read_record(user, found, now)),
        "proclaim": bool(flow.PROCLAIM.may(user, found, now)),
        "annul": bool(flow.ANNUL.may(user, found, now)),
        "results_url": reverse("voting:results", args=[found.cycle.slug]) if found.proclaimed_at else "",
    }
