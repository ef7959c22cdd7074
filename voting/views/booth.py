"""The booth: who you are, choose, review, confirm, receipt. Choices travel in posts only; nothing of it is kept."""

from __future__ import annotations

import math
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from bp_platform.core import components, money
from bp_platform.core.decisions import Refused
from bp_platform.core.http import Request, see_other
from bp_platform.core.money import from_cents
from bp_platform.core.network import network_of
from cycles import policies as cycle_policies
from cycles.models import Cycle
from voting import booth, policies, selectors, services
from voting.forms import CHOICE, LARGEST_POST, IdentifyForm, ballots_of, cast_of, choice_value, hidden_fields
from voting.models import Poll, PollKind
from voting.sealed import SealedPoll
from voting.tally.values import Ballot, BallotKind

PAD_STEP = 16 * 1024
LINE_ROOM = 400  # bytes that one chosen project may take on the review page


@login_not_required
@never_cache
@sensitive_post_parameters("code", "birth_year")
def entrance(request: Request, cycle: str) -> HttpResponse:
    """What is voted, by whom and until when; and the door of the booth."""
    now = timezone.now()
    edition = cycle_policies.cycle_for(request.user, cycle, now)
    poll = policies.poll_of(edition)
    if poll is None:
        return render(request, "voting/no_poll.html", {"cycle": edition})
    text = selectors.sealed_of(poll)
    window = selectors.window(poll, text, now)
    form = IdentifyForm(request.POST or None)
    if request.method == "POST" and window.state == "open" and form.is_valid():
        try:
            entry = services.identify(
                poll,
                code=form.cleaned_data["code"],
                birth_year=form.cleaned_data["birth_year"],
                network=network_of(request),
                at=now,
            )
        except Refused as refusal:
            form.add_error("code", str(refusal.decision.reason))
        else:
            response = see_other("voting:ballot", edition.slug)
            booth.enter(response, entry, poll, path=_door(edition))
            return response
    context = {
        "cycle": edition,
        "view": selectors.entrance(text),
        "window": window,
        "form": form,
        "is_practice": poll.kind == PollKind.PRACTICE,
    }
    return render(request, "voting/entrance.html", context, status=422 if form.errors else 200)


@login_not_required
@never_cache
@sensitive_post_parameters()
def ballot(request: Request, cycle: str) -> HttpResponse:
    """Choose (first visit, or « changer mes choix »), or review what was chosen."""
    now = timezone.now()
    edition, poll, text = _poll(request, cycle)
    voter = booth.voter(request, poll)
    if voter is None or selectors.window(poll, text, now).state != "open":
        return see_other("voting:entrance", edition.slug)
    if selectors.has_voted(voter.entry):
        heading, reason = _("Vous avez déjà voté"), _("Un bulletin déposé ne se retire pas et ne se change pas.")
        return _refused(request, edition, reason, heading=heading)
    ballots = ballots_of(text, voter.entry.scopes, request.POST)
    problem = ""
    if request.method == "POST" and request.POST.get("acte") == "verifier":
        try:
            cast = services.review(text, voter.entry, ballots, nonce=voter.nonce, at=now)
        except Refused as refusal:
            problem = str(refusal.decision.reason)
        else:
            return _review(request, edition, text, cast, ballots)
    seed = services.order_seed(text, voter.entry)
    context = {
        "cycle": edition,
        "scopes": [_list(edition, text, scope, ballots.get(scope, ()), seed) for scope in voter.entry.scopes],
        "problem": problem,
        "tray": _tray(text, voter.entry.scopes, ballots),
    }
    return _private(render(request, "voting/ballot.html", context, status=422 if problem else 200))


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_POST
def confirm(request: Request, cycle: str) -> HttpResponse:
    """Put the ballot in the box; the answer is the receipt, which says nothing of the choices."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_POST:
        return HttpResponse(status=413)
    edition, poll, text = _poll(request, cycle)
    voter = booth.voter(request, poll)
    if voter is None:
        return see_other("voting:entrance", edition.slug)
    cast = cast_of(request.POST, length=text.seal_length, entry_id=voter.entry.pk, nonce=voter.nonce)
    if cast is None:
        return _refused(request, edition, _("Ce bulletin est arrivé incomplet : revoyez vos choix."), may_retry=True)
    try:
        [recorded] = services.cast_many(poll, [cast])
    except Refused as refusal:
        is_open = selectors.window(poll, text, timezone.now()).state == "open"
        may_retry = is_open and not selectors.has_voted(voter.entry)
        return _refused(request, edition, str(refusal.decision.reason), may_retry=may_retry)
    receipts = [
        {"scope": text.scope_names[scope], "ref": _grouped(ref), "signature": services.receipt(text, ref).hex()}
        for scope, ref in recorded.refs
    ]
    response = _private(
        render(request, "voting/receipt.html", {"cycle": edition, "receipts": receipts, "digest": text.digest})
    )
    booth.leave(response, path=_door(edition))
    return response


@login_not_required
@require_POST
def leave(request: Request, cycle: str) -> HttpResponse:
    """Leave the booth without voting."""
    edition = cycle_policies.cycle_for(request.user, cycle, timezone.now())
    response = see_other("voting:entrance", edition.slug)
    booth.leave(response, path=_door(edition))
    return response


def _poll(request: Request, slug: str) -> tuple[Cycle, Poll, SealedPoll]:
    edition = cycle_policies.cycle_for(request.user, slug, timezone.now())
    poll = policies.poll_of(edition)
    if poll is None:
        raise Http404
    return edition, poll, selectors.sealed_of(poll)


def _list(edition: Cycle, text: SealedPoll, scope: str, chosen: Ballot, seed: bytes) -> dict[str, Any]:
    """One scope's projects as picks, in the voter's own order."""
    rule, ticked = text.scopes[scope].ballot, {project_id for project_id, _mark in chosen}
    return {
        "id": scope,
        "name": text.scope_names[scope],
        "words": selectors.ballot_words(rule),
        "picks": [
            components.Pick(
                name=CHOICE,
                value=choice_value(project.position),
                title=project.title,
                picture=selectors.picture(project),
                place=project.place,
                price_eur=from_cents(project.cost_cents),
                url=reverse("pages:project", args=[edition.slug, project.number]),
                kind="radio" if rule.kind is BallotKind.CHOOSE_ONE else "checkbox",
                is_checked=project.id in ticked,
            )
            for project in text.in_order_of(scope, seed)
        ],
    }


def _tray(text: SealedPoll, scopes: list[str], ballots: dict[str, Ballot]) -> dict[str, Any]:
    slots = sum(text.scopes[scope].ballot.max_choices or 0 for scope in scopes)
    filled = sum(len(ballot) for ballot in ballots.values())
    words = _("{n} projets sur %(most)d") % {"most": slots} if slots else _("{n} projets choisis")
    return {"slots": slots, "filled": filled, "words": words, "label": words.replace("{n}", str(filled))}


def _review(
    request: Request, edition: Cycle, text: SealedPoll, cast: services.Cast, ballots: dict[str, Ballot]
) -> HttpResponse:
    """The choices in words; the confirm form beside them carries seals only. One size, whatever was chosen."""
    by_id = {project.id: project for project in text.projects}
    scopes = [
        {
            "name": text.scope_names[scope],
            "projects": [(by_id[i].title, money.in_words(from_cents(by_id[i].cost_cents))) for i, _mark in chosen],
            "left": selectors.choices_left(text.scopes[scope].ballot, len(chosen)),
        }
        for scope, chosen in ballots.items()
    ]
    values = [choice_value(by_id[i].position) for chosen in ballots.values() for i, _mark in chosen]
    context = {"cycle": edition, "scopes": scopes, "fields": hidden_fields(cast), "values": values, "pad": ""}
    size = len(render_to_string("voting/review.html", context, request).encode())
    context["pad"] = "." * (-size % (PAD_STEP * math.ceil((PAD_STEP + _room(text, ballots)) / PAD_STEP)))
    return _private(render(request, "voting/review.html", context))


def _room(text: SealedPoll, ballots: dict[str, Ballot]) -> int:
    """Room for the longest list of choices that the rules allow these scopes."""
    return LINE_ROOM * sum(text.scopes[scope].ballot.max_choices or len(text.by_scope[scope]) for scope in ballots)


def _private(response: HttpResponse) -> HttpResponse:
    """Kept by nobody, and compressed by nobody on the way: a size tells nothing."""
    response["Cache-Control"] = "no-store, no-transform, private"
    return response


def _refused(
    request: Request, edition: Cycle, sentence: str, *, heading: str = "", may_retry: bool = False
) -> HttpResponse:
    heading = heading or _("Ce bulletin n’est pas déposé")
    context = {"cycle": edition, "heading": heading, "reason": sentence, "may_retry": may_retry}
    return _private(render(request, "voting/refused.html", context, status=409))


def _grouped(ref: bytes) -> str:
    text = ref.hex().upper()
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def _door(edition: Cycle) -> str:
    return reverse("voting:entrance", args=[edition.slug])
