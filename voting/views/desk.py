"""The desk of the vote: prepare, seal, close, count, print the record, proclaim, annul."""

from __future__ import annotations

from pathlib import Path
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
from cycles import policies as cycle_policies
from cycles import selectors as cycle_selectors
from cycles.models import BodyPower
from voting import flow, policies, selectors, services
from voting.forms.poll import PollForm, ProclaimForm, ReasonForm, SealForm
from voting.models import Poll, PollKind, PollState
from voting.offline import bureau


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


@require_safe
def bureau_file(request: MemberRequest) -> HttpResponse:
    """The one file that the bureau carries to a laptop with the network off."""
    policies.demand_desk(request.user, timezone.now())
    response = HttpResponse(Path(bureau.__file__).read_bytes(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="bureau.py"'
    return response


@require_POST
def seal(request: MemberRequest, pk: int) -> HttpResponse:
    """Freeze the vote."""
    now = timezone.now()
    found = policies.poll_at_desk(request.user, pk, now)
    form = SealForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, form)
    try:
        sealed = services.seal(
            found,
            by=request.user,
            at=now,
            draw_seed=form.cleaned_data["draw_seed"],
            sheet=form.cleaned_data["sheet"],
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
    found = policies.poll_at_desk(request.user, pk, now)
    form = ProclaimForm(request.POST)
    decision = form.cleaned_data["bureau_decision"] if form.is_valid() else ""
    try:
        services.proclaim(found, by=request.user, at=now, bureau_decision=decision)
    except Refused as refusal:
        if not flow.PROCLAIM.may(request.user, found, now):
            raise
        form.add_error("bureau_decision", str(refusal.decision.reason))
        return _page(request, found, SealForm(), proclaim_form=form)
    messages.success(request, _("Les résultats sont publiés et les porteurs de projet prévenus."))
    return see_other("voting:poll", pk)


@require_POST
def annul(request: MemberRequest, pk: int) -> HttpResponse:
    """Annul the vote, with a published reason."""
    now = timezone.now()
    found = policies.poll_at_desk(request.user, pk, now)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    services.annul(found, by=request.user, at=now, reason=reason)
    messages.success(request, _("Le vote « %(title)s » est annulé.") % {"title": found.title})
    return see_other("voting:poll", pk)


def _page(
    request: MemberRequest, found: Poll, form: SealForm, *, proclaim_form: ProclaimForm | None = None
) -> HttpResponse:
    proclaim_form = proclaim_form or ProclaimForm()
    context = {
        "poll": found,
        "view": _view(request, found),
        "seal_form": form,
        "reason_form": ReasonForm(),
        "proclaim_form": proclaim_form,
        "desk": _("Vote"),
    }
    return render(request, "voting/poll.html", context, status=422 if form.errors or proclaim_form.errors else 200)


def _view(request: MemberRequest, found: Poll) -> dict[str, Any]:
    """What the page shows: the facts, and the acts that this person may do now."""
    now, user = timezone.now(), request.user
    is_draft = found.state == PollState.DRAFT
    listed = selectors.candidates(found) if is_draft else []
    may_open = found.opened_at is not None or (found.state == PollState.CLOSED and bool(policies.can_open_here(found)))
    may_proclaim = bool(flow.PROCLAIM.may(user, found, now))
    return {
        "status": selectors.status_words(found, now),
        "doors": _doors(request, found),
        "steps": selectors.steps(found),
        "facts": selectors.facts(found),
        "rules": selectors.plan_words(found) if is_draft else [],
        "project_columns": [_("Projet"), _("Lieu"), _("Coût")],
        "projects": selectors.project_rows(listed),
        "preselection_refusal": policies.preselection_is_settled(found).reason if is_draft else "",
        "list_refusal": policies.list_is_decided(found).reason if is_draft else "",
        "list_url": _decision_url(request, found) if is_draft else "",
        "list_digest": services.project_list_digest(found) if is_draft else "",
        "close": bool(flow.CLOSE.may(user, found, now)),
        "closes_early": now < found.closes_at,
        "count": may_open and bool(flow.COUNT.may(user, found, now)),
        "paper_refusal": policies.paper_is_settled(found).reason if found.state == PollState.CLOSED else "",
        "guide": selectors.opening_guide(found),
        "opening": selectors.opening_view(found),
        "record": found.counted_at is not None and bool(policies.can_read_record(user, found, now)),
        "proclaim": may_proclaim,
        "nulls": selectors.nulls_that_matter(found) if may_proclaim else [],
        "annul": bool(flow.ANNUL.may(user, found, now)),
        "results_url": reverse("voting:results", args=[found.cycle.slug]) if found.proclaimed_at else "",
    }


def _decision_url(request: MemberRequest, found: Poll) -> str:
    """Where the team records what the body decided of the list; the desk of bodies while that body is to be created."""
    if not cycle_policies.team_only(request.user, timezone.now()):
        return ""
    body = cycle_selectors.holder_of(found.cycle, BodyPower.FINAL_LIST)
    return reverse("cycles:record_decision", args=[body.pk]) if body else reverse("cycles:bodies_desk")


def _doors(request: MemberRequest, found: Poll) -> list[tuple[str, str, str]]:
    """The desks that belong to this vote: label, address, what is done there."""
    now, here, user = timezone.now(), [found.pk], request.user
    doors = []
    if user.holds(now, *policies.TEAM):
        if found.kind != PollKind.REPLAY:
            words = _("l’importer, y chercher quelqu’un, fabriquer les lettres, valider à deux")
            doors.append((_("Liste des habitant·es inscrit·es"), reverse("voting:roll", args=here), words))
        doors.append(
            (_("Lieux de vote"), reverse("voting:stations", args=here), _("leurs noms, leurs adresses, leurs horaires"))
        )
    if policies.can_print_ballots(user, found, now):
        doors.append((_("Bulletin papier"), reverse("voting:paper_print", args=here), _("le voir et l’imprimer")))
    if found.sealed_at is not None:
        words = selectors.incidents_words(selectors.incidents_to_rule(found))
        doors.append((_("Registre des incidents"), reverse("voting:incidents", args=here), words))
    if found.sealed_at is not None and policies.can_count(user, found, now):
        doors.append(
            (_("Bulletins papier à saisir"), reverse("voting:paper", args=here), _("lots, deux saisies, constat"))
        )
    if policies.can_state_destruction(user, found, now) or found.state == PollState.ARCHIVED:
        words = _("le constat à deux, six mois après la délibération")
        doors.append((_("Détruire l’urne et la liste"), reverse("voting:destruction", args=here), words))
    return doors
