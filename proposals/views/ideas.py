"""Pages of the ideas: the list, the deposit, the status, the follow; and the moderation desk."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bp_platform.accounts.models import User
from bp_platform.core import calendar, codes, handover, limits
from bp_platform.core.actors import RESIDENT, Actor
from bp_platform.core.decisions import Refused, demand
from bp_platform.core.http import MemberRequest, Request, see_other
from bp_platform.core.network import network_of
from cycles import policies as cycle_policies
from cycles import selectors as cycle_selectors
from cycles.caching import kept_for_visitors
from cycles.models import Cycle, CycleState, PhaseKind
from proposals import eligibility, flow, notifications, policies, selectors, services
from proposals.filters import ProposalFilter
from proposals.forms import AnswerForm, CodeForm, EntryForm, FollowForm, IdeaForm, ReasonForm
from proposals.models import Channel, Proposal, ProposalState

PAGE_SIZE = 24
RECEIPT = "recepisse"


@login_not_required
@require_safe
@kept_for_visitors
def ideas(request: Request, cycle: str) -> HttpResponse:
    """The list of ideas and projects of a cycle."""
    now = timezone.now()
    edition = cycle_policies.cycle_for(request.user, cycle, now)
    prefetch_related_objects([edition], "phases")
    leading = cycle_selectors.leading_phase(edition.phases.all(), now)
    published = Proposal.objects.filter(cycle=edition).public().for_tickets()
    found = ProposalFilter(request.GET, queryset=published.order_by("-published_at", "-pk"), cycle=edition)
    if found.words.strip():  # what costs is to look for them: the matches are read once, then the rows of one page
        page = Paginator(list(found.qs.values_list("pk", flat=True)), PAGE_SIZE).get_page(request.GET.get("page"))
        rows = published.in_bulk(page.object_list)
        listed = [rows[pk] for pk in page.object_list if pk in rows]
    else:
        page = Paginator(found.qs, PAGE_SIZE).get_page(request.GET.get("page"))
        listed = list(page.object_list)
    return render(
        request,
        "proposals/ideas.html",
        {
            "cycle": edition,
            "page": page,
            "tickets": selectors.tickets(edition, listed),
            "filter": found,
            "total": page.paginator.count,
            "can_submit": policies.can_submit(RESIDENT, edition, now),
            "on_the_ballot": leading is not None and leading.kind in {PhaseKind.CAMPAIGN, PhaseKind.VOTE},
        },
    )


@login_not_required
@never_cache
def submit(request: Request, cycle: str) -> HttpResponse:
    """File an idea: four answers and a name or a mailbox, no account."""
    now = timezone.now()
    edition = cycle_policies.cycle_for(request.user, cycle, now)
    actor = request.user if isinstance(request.user, User) else RESIDENT
    allowed = policies.can_submit(actor, edition, now)
    allowed = allowed and eligibility.can_be_filed_here(edition, Channel.ONLINE)
    if request.method == "GET" and not allowed:
        return render(request, "proposals/closed.html", {"cycle": edition, "reason": allowed.reason})
    known = {"owner_name": actor.get_full_name(), "owner_email": actor.email} if isinstance(actor, User) else {}
    form = IdeaForm(request.POST or None, cycle=edition, initial=known)
    if request.method == "POST" and form.is_valid() and not form.is_trapped:
        if "revise" in request.POST:
            return render(request, "proposals/submit.html", {"cycle": edition, "form": form})
        alike = [] if "confirmed" in request.POST or not allowed else _alike(edition, form)
        if alike:
            return render(request, "proposals/similar.html", {"cycle": edition, "form": form, "alike": alike})
        try:
            demand(limits.spend("submit", network_of(request), limit=30, per=timedelta(hours=1), at=now))
            received = services.submit(
                edition, form.idea(get_language() or "fr"), by=actor, at=now, once=form.cleaned_data["once"]
            )
        except ValidationError as error:
            form.add_error(None, error)
        except Refused as refusal:
            form.add_error(None, str(refusal.decision.reason))
        else:
            response = see_other("proposals:received", edition.slug)
            handover.give(response, RECEIPT, received.code, path=reverse("proposals:received", args=[edition.slug]))
            return response
    status = 422 if form.is_bound else 200
    return render(request, "proposals/submit.html", {"cycle": edition, "form": form}, status=status)


@login_not_required
@never_cache
@require_safe
def received(request: Request, cycle: str) -> HttpResponse:
    """The acknowledgement: the number and the secret code, once."""
    code = handover.given(request, RECEIPT)
    if code is None:
        return see_other("proposals:submit", cycle)
    proposal = policies.proposal_by_code(code)
    return render(
        request, "proposals/received.html", {"cycle": proposal.cycle, "proposal": proposal, "code": codes.grouped(code)}
    )


def _alike(cycle: Cycle, form: IdeaForm) -> list[Proposal]:
    return selectors.resembling(cycle, form.cleaned_data["title"])


@login_not_required
@never_cache
def find_status(request: Request) -> HttpResponse:
    """Where one types the code of a receipt."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        tries = limits.spend("status", network_of(request), limit=20, per=timedelta(minutes=10), at=now)
        if not tries:
            form.add_error("code", str(tries.reason))
        else:
            try:
                policies.proposal_by_code(form.cleaned_data["code"])
            except Http404:
                form.add_error("code", _("aucune idée ne porte ce code. Vérifiez chaque caractère."))
            else:
                return see_other("proposals:status", codes.normalise(form.cleaned_data["code"]))
    return render(request, "proposals/find_status.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@never_cache
def status(request: Request, code: str) -> HttpResponse:
    """What became of an idea, for who holds its code; where the moderators' question is answered."""
    proposal = policies.proposal_by_code(code)
    return _status(request, proposal, RESIDENT, withdraw_url=reverse("proposals:withdraw", args=[code]))


@never_cache
def mine(request: MemberRequest, number: str) -> HttpResponse:
    """The same page for the owner's account, without the code."""
    proposal = policies.own_proposal(request.user, number)
    return _status(request, proposal, request.user, withdraw_url=reverse("proposals:withdraw_mine", args=[number]))


def _status(request: HttpRequest, proposal: Proposal, by: Actor, *, withdraw_url: str) -> HttpResponse:
    now = timezone.now()
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer(proposal, by=by, at=now, text=form.cleaned_data["text"])
        except Refused as refusal:  # sent twice, or read again meanwhile: the page says where it stands
            messages.warning(request, str(refusal.decision.reason))
        else:
            messages.success(request, _("Votre réponse est bien arrivée : nous relisons votre idée."))
        return see_other(request.path)
    context = {
        "cycle": proposal.cycle,
        "status": selectors.status(proposal, now),
        "withdraw_url": withdraw_url,
        "disown_url": reverse("proposals:disown", args=[proposal.number]) if isinstance(by, User) else "",
        "form": form,
    }
    return render(request, "proposals/status.html", context, status=422 if form.is_bound else 200)


@login_not_required
def withdraw(request: Request, code: str) -> HttpResponse:
    """The owner takes the idea back. Coming here any other way than by its button shows the status."""
    if request.method == "POST":
        _withdraw(request, policies.proposal_by_code(code), RESIDENT)
    return see_other("proposals:status", code)


@never_cache
def withdraw_mine(request: MemberRequest, number: str) -> HttpResponse:
    """The owner takes the idea back, by their account."""
    if request.method == "POST":
        _withdraw(request, policies.own_proposal(request.user, number), request.user)
    return see_other("proposals:mine", number)


def _withdraw(request: HttpRequest, proposal: Proposal, by: Actor) -> None:
    if proposal.state == ProposalState.WITHDRAWN:
        return  # a second click
    try:
        services.withdraw(proposal, by=by, at=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal.decision.reason))
    else:
        messages.success(request, _("L’idée %(number)s est retirée.") % {"number": proposal.number})


@require_POST
def disown(request: MemberRequest, number: str) -> HttpResponse:
    """Somebody typed my e-mail, or I carry it no more: the idea goes on without me."""
    proposal = policies.own_proposal(request.user, number)
    services.disown(proposal, by=request.user, at=timezone.now())
    messages.success(request, _("L’idée %(number)s n’est plus la vôtre.") % {"number": number})
    return see_other("pages:personal_space")


@login_not_required
@never_cache
def follow(request: Request, cycle: str, number: str) -> HttpResponse:
    """Be told what becomes of a project."""
    now = timezone.now()
    proposal = policies.proposal_for(request.user, cycle, number, now)
    user = request.user if isinstance(request.user, User) else None
    form = FollowForm(request.POST or None, initial={"email": user.email if user else ""})
    if request.method == "POST" and form.is_valid():
        tries = limits.spend("follow", network_of(request), limit=30, per=timedelta(hours=1), at=now)
        if tries:
            services.follow_as(proposal, email=form.cleaned_data["email"], user=user, at=now)
            said = _("Vous suivez le projet %(number)s : nous vous écrirons à chaque étape.") % {"number": number}
            messages.success(request, said)
            return see_other("pages:project", cycle, number)
        form.add_error("email", str(tries.reason))
    context = {"cycle": proposal.cycle, "proposal": proposal, "form": form}
    return render(request, "proposals/follow.html", context, status=422 if form.errors else 200)


@require_safe
def moderation(request: MemberRequest) -> HttpResponse:
    """The moderation desk: what waits, the oldest first."""
    now = timezone.now()
    waiting = policies.proposals_to_moderate(request.user, now).order_by("submitted_at", "pk")[:100]
    rows = selectors.moderation_queue(list(waiting), now)
    columns = [_("Idée"), _("Dépôt"), _("En attente")]
    context = {"rows": rows, "columns": columns, "count": len(rows), "desk": _("Modération")}
    return render(request, "proposals/moderation.html", context)


def moderate(request: MemberRequest, number: str) -> HttpResponse:
    """One idea: publish it, ask for a precision, or hide it."""
    now = timezone.now()
    proposal = policies.proposal_to_moderate(request.user, number, now)
    form = ReasonForm(request.POST if request.POST.get("act") in {"ask", "hide"} else None)
    if request.method == "POST":
        act = request.POST.get("act")
        if act == "publish":
            services.publish(proposal, by=request.user, at=now)
            messages.success(request, _("L’idée %(number)s est publiée.") % {"number": number})
            return see_other("proposals:moderation")
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            if act == "ask":
                services.ask_for_information(proposal, by=request.user, at=now, question=reason)
                messages.success(request, _("Votre question sur %(number)s est partie.") % {"number": number})
            else:
                services.hide(proposal, by=request.user, at=now, reason=reason)
                messages.success(
                    request,
                    _("L’idée %(number)s n’est pas publiée ; la personne qui l’a proposée est prévenue.")
                    % {"number": number},
                )
            return see_other("proposals:moderation")
    context = {
        "proposal": proposal, "form": form, "desk": _("Modération"),
        "may_publish": bool(flow.PUBLISH.may(request.user, proposal, now)),
        "may_ask": bool(flow.ASK.may(request.user, proposal, now)),
        "may_hide": bool(flow.HIDE.may(request.user, proposal, now)),
        "owners": proposal.owners.select_related("contact").order_by("pk"),
        "clarifications": proposal.clarifications.order_by("pk"),
    }  # fmt: skip
    return render(request, "proposals/moderate.html", context, status=422 if form.errors else 200)


@require_safe
def deposits(request: MemberRequest) -> HttpResponse:
    """The deposit desk: the calls that take ideas, one's last entries, and the ideas whose code is lost."""
    now = timezone.now()
    mine = policies.desk_proposals(request.user, now)
    words = " ".join(request.GET.get("q", "").split())[:100]
    cycles = Cycle.objects.filter(state=CycleState.PUBLIC).prefetch_related("phases").order_by("-pk")
    context = {
        "cycles": [cycle for cycle in cycles if policies.can_enter(request.user, cycle, now)],
        "words": words,
        "found": selectors.desk_found(mine, words) if words else [],
        "recent": selectors.desk_recent(mine, request.user.pk),
        "columns": [_("Idée"), _("Déposée par"), _("État")],
        "desk": _("Dépôts assistés"),
    }
    return render(request, "proposals/deposits.html", context)


@never_cache
def enter(request: MemberRequest, cycle: str) -> HttpResponse:
    """Enter an idea for somebody."""
    now = timezone.now()
    edition = policies.cycle_to_enter(request.user, cycle, now)
    form = EntryForm(request.POST or None, cycle=edition, today=calendar.local_day(now))
    if request.method == "POST" and form.is_valid() and not form.is_trapped:
        try:
            received = services.enter(edition, form.idea("fr"), by=request.user, at=now, once=form.cleaned_data["once"])
        except ValidationError as error:
            form.add_error(None, error)
        except Refused as refusal:
            form.add_error(None, str(refusal.decision.reason))
        else:
            response = see_other("proposals:handed_over")
            handover.give(response, RECEIPT, received.code, path=reverse("proposals:handed_over"))
            return response
    context = {"cycle": edition, "form": form, "desk": _("Dépôts assistés")}
    return render(request, "proposals/enter.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_safe
def handed_over(request: MemberRequest) -> HttpResponse:
    """The receipt to print and hand over: the only page that shows the code, and only once."""
    code = handover.given(request, RECEIPT)
    if code is None:
        messages.info(request, _("Le code n’est montré qu’une fois. S’il est perdu, donnez-en un nouveau."))
        return see_other("proposals:deposits")
    proposal = policies.proposal_by_code(code)
    context = {"cycle": proposal.cycle, "proposal": proposal, "code": codes.grouped(code)}
    context |= {"address": notifications.find_status_url(), "desk": _("Dépôts assistés")}
    context["may_enter"] = bool(policies.can_enter(request.user, proposal.cycle, timezone.now()))
    response = render(request, "proposals/handed_over.html", context)
    response.delete_cookie(RECEIPT, path=reverse("proposals:handed_over"))
    return response


def reissue(request: MemberRequest, number: str) -> HttpResponse:
    """Give a new code to somebody who lost theirs."""
    now = timezone.now()
    proposal = policies.proposal_to_reissue(request.user, number, now)
    if request.method == "POST":
        given = services.reissue_code(proposal, by=request.user, at=now, once=request.POST.get("once", "")[:64])
        response = see_other("proposals:handed_over")
        handover.give(response, RECEIPT, given.code, path=reverse("proposals:handed_over"))
        return response
    context = {
        "proposal": proposal,
        "owners": notifications.owners_of(proposal),
        "once": secrets.token_urlsafe(16),
        "desk": _("Dépôts assistés"),
    }
    return render(request, "proposals/reissue.html", context)
