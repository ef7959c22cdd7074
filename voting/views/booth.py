"""The booth: who you are, choose, review, confirm, receipt. Choices travel in posts only; nothing of it is kept."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
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
from voting.forms.booth import (
    ACT,
    CHOICE,
    LARGEST_POST,
    REVIEW,
    IdentifyForm,
    NarrowForm,
    ballots_of,
    cast_of,
    choice_value,
    hidden_fields,
    radio_name,
)
from voting.models import Poll, PollKind
from voting.sealed import SealedPoll, SealedProject
from voting.tally.values import Ballot, BallotKind, BallotRule
from voting.views import frames

PAD_STEP = 16 * 1024
PAD = "[remplissage]"
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
    stations = selectors.stations_of(poll)
    context = {
        "cycle": edition,
        "view": selectors.entrance(text),
        "window": window,
        "progress": selectors.last_night(poll, stations),
        "form": form,
        "at_home": policies.takes_online(poll),
        "is_practice": poll.kind == PollKind.PRACTICE,
        "places": [] if window.state in {"closed", "proclaimed"} else stations,
        "closing": selectors.closing_view(poll),
        "keys": text.keys,
    }
    return render(request, "voting/entrance.html", context, status=422 if form.errors else 200)


@login_not_required
@never_cache
@sensitive_post_parameters()
def ballot(request: Request, cycle: str) -> HttpResponse:
    """Choose (first visit, or « changer mes choix »), or review what was chosen."""
    now = timezone.now()
    seen = _seen(request, cycle)
    edition, poll, text, voter = seen.edition, seen.poll, seen.text, seen.voter
    if voter is None or selectors.window(poll, text, now).state != "open":
        return _out(request, edition)
    if voter.place is not None and not selectors.is_held(poll, voter.place.station):
        heading = _("Ce lieu de vote est fermé")
        return _refused(request, edition, _("Adressez-vous à la personne qui le tient."), heading=heading)
    if seen.has_voted:
        heading, reason = _("Vous avez déjà voté"), _("Un bulletin déposé ne se retire pas et ne se change pas.")
        return _refused(request, edition, reason, heading=heading)
    own = text.in_sealed_order(voter.entry.scopes)
    ballots = ballots_of(text, own, request.POST)
    problem = ""
    if request.method == "POST" and request.POST.get(ACT) == REVIEW:
        try:
            cast = services.review(text, voter.entry, ballots, nonce=voter.nonce, at=now)
        except Refused as refusal:
            problem = str(refusal.decision.reason)
        else:
            return _review(request, edition, text, cast, ballots)
    listed = (p for scope in own for p in text.by_scope[scope])
    view = _Ballot(
        edition,
        text,
        services.order_seed(text, voter.entry),
        NarrowForm(request.POST, projects=listed),
        selectors.withdrawn(poll),
    )
    scopes = [view.scope(place, scope, ballots) for place, scope in enumerate(own)]
    context = {
        "cycle": edition,
        "scopes": scopes,
        "counts": [scope["count"] for scope in scopes],
        "narrow": view.narrow,
        "problem": problem,
    }
    page = render_to_string("voting/ballot.html", context | {"pad": PAD}, request)
    return _padded(page, status=422 if problem else 200)


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_POST
def confirm(request: Request, cycle: str) -> HttpResponse:
    """Put the ballot in the box; the answer is the receipt, which says nothing of the choices."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_POST:
        return HttpResponse(status=413)
    seen = _seen(request, cycle)
    edition, poll, text, voter = seen.edition, seen.poll, seen.text, seen.voter
    if voter is None and request.POST.get("seals"):
        return _refused(
            request,
            edition,
            _("La vérification de ce bulletin a expiré : vérifiez vos choix à nouveau, puis déposez-le."),
        )
    if voter is None:
        return _out(request, edition)
    cast = cast_of(request.POST, length=text.seal_length, entry_id=voter.entry.pk, nonce=voter.nonce, place=voter.place)
    if cast is None:
        return _refused(request, edition, _("Ce bulletin est arrivé incomplet : revoyez vos choix."), may_retry=True)
    try:
        [recorded] = services.cast_many(poll, [cast])
    except Refused as refusal:
        is_open = selectors.window(poll, text, timezone.now()).state == "open"
        may_retry = is_open and not selectors.has_voted(voter.entry)
        return _refused(request, edition, str(refusal.decision.reason), may_retry=may_retry)
    refs = dict(recorded.refs)
    parts, receipts = {}, []
    for place, scope in enumerate(text.in_sealed_order(refs)):
        ref, signature = f"ref_{place}", f"signature_{place}"
        parts[ref], parts[signature] = selectors.grouped(refs[scope]), services.receipt(text, refs[scope]).hex()
        receipts.append((text.scope_names[scope], frames.gap(ref, like=parts[ref]), frames.gap(signature)))
    is_tablet = voter.place is not None
    options = {"receipts": tuple(receipts), "is_tablet": is_tablet, "may_copy": not is_tablet}
    response = _private(HttpResponse(frames.fill(request, "voting/receipt.html", edition, options, parts)))
    booth.leave(response, path=_door(edition), is_tablet=is_tablet)
    return response


@login_not_required
@require_POST
def leave(request: Request, cycle: str) -> HttpResponse:
    """Leave the booth without voting."""
    return _out(request, cycle_policies.cycle_for(request.user, cycle, timezone.now()))


def _out(request: Request, edition: Cycle) -> HttpResponse:
    """Out of the booth, the session ended: to the page of the vote, or to the tablet's, which keeps nothing."""
    is_tablet = booth.is_tablet(request)
    response = see_other("voting:tablet" if is_tablet else "voting:entrance", edition.slug)
    booth.leave(response, path=_door(edition), is_tablet=is_tablet)
    return response


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is behind the booth's address, for who asks."""

    edition: Cycle
    poll: Poll
    text: SealedPoll
    voter: booth.Voter | None
    has_voted: bool


def _seen(request: Request, slug: str) -> _Seen:
    shown = booth.pass_of(request)
    door = policies.booth_for(request.user, slug, shown.entry_id if shown else None, timezone.now())
    voter = booth.voter(shown, door.poll, door.entry)
    return _Seen(door.cycle, door.poll, selectors.sealed_of(door.poll), voter, door.has_voted)


@dataclass(frozen=True, slots=True)
class _Ballot:
    """The page where one chooses: this voter's own order, narrowed as they asked; what is hidden stays chosen."""

    edition: Cycle
    text: SealedPoll
    seed: bytes
    narrow: NarrowForm
    withdrawn: Mapping[str, str]

    def scope(self, place: int, scope: str, ballots: Mapping[str, Ballot]) -> dict[str, Any]:
        """One scope: its projects as picks, the choices that the narrowed list hides, and its line of the tray."""
        rule = self.text.scopes[scope].ballot
        is_radio = rule.kind is BallotKind.CHOOSE_ONE
        name = radio_name(place) if is_radio else CHOICE
        chosen = {project_id for project_id, _mark in ballots.get(scope, ())}
        shown = [p for p in self.text.in_order_of(scope, self.seed) if self.narrow.keeps(p)]
        hidden = [p for p in self.text.by_scope[scope] if p.id in chosen and not self.narrow.keeps(p)]
        most = 1 if is_radio else rule.max_choices
        words = _("{n} choix sur %(most)d") % {"most": most} if most else _("{n} choix")
        return {
            "id": scope,
            "name": self.text.scope_names[scope],
            "words": selectors.ballot_words(rule),
            "blank_name": name if is_radio else "",
            "is_blank": not chosen,
            "hidden": [(name, choice_value(p.position)) for p in hidden],
            "picks": [self._pick(p, name, is_radio=is_radio, is_checked=p.id in chosen) for p in shown],
            "count": components.BallotCount(
                scope,
                words,
                len(chosen),
                most or 0,
                _("{n} choix : décochez-en {m}"),
                self._short_name(scope),
            ),
        }

    def _short_name(self, scope: str) -> str:
        return self.text.scope_names[scope] if len(self.text.scopes) > 1 else ""

    def _pick(self, project: SealedProject, name: str, *, is_radio: bool, is_checked: bool) -> components.Pick:
        return components.Pick(
            name=name,
            value=choice_value(project.position),
            title=project.title,
            picture=selectors.picture(project),
            place=project.place,
            price_eur=from_cents(project.cost_cents),
            url=reverse("pages:project", args=[self.edition.slug, project.number]),
            kind="radio" if is_radio else "checkbox",
            is_checked=is_checked,
            off_reason=self.withdrawn.get(project.number, ""),
        )


def _review(
    request: Request, edition: Cycle, text: SealedPoll, cast: services.Cast, ballots: dict[str, Ballot]
) -> HttpResponse:
    """The choices in words; the confirm form beside them carries seals only. One size, whatever was chosen."""
    by_id = {project.id: project for project in text.projects}
    names = {scope: f"chosen_{place}" for place, scope in enumerate(ballots)}
    chosen = {
        names[scope]: _chosen([by_id[i] for i, _mark in marks], text.scopes[scope].ballot)
        for scope, marks in ballots.items()
    }
    values = [(CHOICE, choice_value(by_id[i].position)) for chosen in ballots.values() for i, _mark in chosen]
    parts = chosen | {"fields": _hidden(hidden_fields(cast).items()), "values": _hidden(values), "pad": PAD}
    scopes = tuple((text.scope_names[scope], frames.gap(name)) for scope, name in names.items())
    page = frames.fill(request, "voting/review.html", edition, {"scopes": scopes}, parts)
    return _padded(page, room=_room(text, ballots))


def _chosen(projects: list[SealedProject], rule: BallotRule) -> str:
    """What was chosen in one scope, in words, and how many more may be."""
    line = '<li class="head"><b>{}</b><span class="num nowrap">{}</span></li>'
    listed = format_html_join("", line, ((p.title, money.in_words(from_cents(p.cost_cents))) for p in projects))
    left = selectors.choices_left(rule, len(projects))
    return (format_html("<ul>{}</ul>", listed) if projects else "") + (format_html("<p>{}</p>", left) if left else "")


def _hidden(fields: Iterable[tuple[str, str]]) -> str:
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', fields)


def _room(text: SealedPoll, ballots: dict[str, Ballot]) -> int:
    """Room for the longest list of choices that the rules allow these scopes."""
    return LINE_ROOM * sum(text.scopes[scope].ballot.max_choices or len(text.by_scope[scope]) for scope in ballots)


def _padded(page: str, *, room: int = 0, status: int = 200) -> HttpResponse:
    """A page whose size tells nothing of the choices: filled up to the next step, in place of PAD."""
    missing = -(len(page.encode()) - len(PAD)) % (PAD_STEP * math.ceil((PAD_STEP + room) / PAD_STEP))
    return _private(HttpResponse(page.replace(PAD, "." * missing), status=status))


def _private(response: HttpResponse) -> HttpResponse:
    """Kept by nobody, and compressed by nobody on the way: a size tells nothing."""
    response["Cache-Control"] = "no-store, no-transform, private"
    return response


def _refused(
    request: Request, edition: Cycle, sentence: str, *, heading: str = "", may_retry: bool = False
) -> HttpResponse:
    heading = heading or _("Ce bulletin n’est pas déposé")
    context = {
        "cycle": edition,
        "heading": heading,
        "reason": sentence,
        "may_retry": may_retry,
        "is_tablet": booth.is_tablet(request),
    }
    return _private(render(request, "voting/refused.html", context, status=409))


def _door(edition: Cycle) -> str:
    return reverse("voting:entrance", args=[edition.slug])
