"""The letters' desk: make them in one encrypted stream, and make lost ones again by two persons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bp_platform.core.decisions import Refused
from bp_platform.core.http import MemberRequest, see_other
from voting import flow, policies, selectors, services
from voting.forms.roll import LettersAgainForm, LettersForm
from voting.models import LetterBatch, LettersState, Poll

PROGRAM = Path(__file__).parent.parent / "offline" / "lettres.py"


@never_cache
@require_http_methods(["GET", "POST"])
def letters(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Make the letters of who has no code: the answer is the encrypted file, and there is no other."""
    now = timezone.now()
    poll = policies.poll_for_roll(request.user, pk, now)
    form = LettersForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, poll, form)
    key = bytes.fromhex(form.cleaned_data["printer_key"].strip())
    try:
        made = services.make_letters(poll, by=request.user, at=now, printer_key=key)
    except Refused as refusal:
        form.add_error(None, str(refusal.decision.reason))
        return _page(request, poll, form)
    response = StreamingHttpResponse(made.stream, content_type="application/octet-stream")
    name = f"lettres-{poll.cycle.slug}-lot-{made.batch.number}.chiffre"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store, no-transform, private"
    response["X-Accel-Buffering"] = "no"
    return response


@require_safe
def program(request: MemberRequest) -> HttpResponse:
    """What the printer makes a key and reads the letters with: one file, the same for every vote."""
    policies.demand_desk(request.user, timezone.now())
    response = HttpResponse(PROGRAM.read_bytes(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{PROGRAM.name}"'
    return response


@require_POST
def again(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """Say that a batch never arrived."""
    now = timezone.now()
    batch = policies.letters_for(request.user, pk, number, now)
    form = LettersAgainForm(request.POST)
    if not form.is_valid():
        return _page(request, batch.poll, LettersForm(), wrong=(batch.pk, form))
    services.ask_letters_again(batch, by=request.user, at=now, reason=form.cleaned_data["reason"])
    messages.success(request, _("La demande attend qu’une autre personne de l’équipe la valide."))
    return see_other("voting:letters", pk)


@require_POST
def decide(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """The second person revokes the codes of a batch, or keeps it."""
    now = timezone.now()
    batch = policies.letters_for(request.user, pk, number, now)
    is_granted = request.POST.get("reponse") == "accorder"
    services.decide_letters(batch, by=request.user, at=now, is_granted=is_granted)
    if is_granted:
        messages.success(request, _("Les codes de ce lot ne valent plus : fabriquez les nouvelles lettres."))
    else:
        messages.success(request, _("Le lot est gardé : ses codes valent toujours."))
    return see_other("voting:letters", pk)


def _page(
    request: MemberRequest, poll: Poll, form: LettersForm, wrong: tuple[int, LettersAgainForm] | None = None
) -> HttpResponse:
    now = timezone.now()
    batches = selectors.letter_batches(poll)
    context = {
        "poll": poll,
        "form": form,
        "may_make": policies.can_make_letters(request.user, poll, now),
        "waiting": selectors.waiting_for_a_letter(poll).count(),
        "unreachable": selectors.unreachable(poll),
        "batches": [_batch(request, batch, wrong) for batch in batches],
        "desk": _("Vote"),
    }
    return render(request, "voting/letters.html", context, status=422 if form.errors or wrong else 200)


def _batch(request: MemberRequest, batch: LetterBatch, wrong: tuple[int, LettersAgainForm] | None) -> dict[str, Any]:
    """A batch as the page shows it, with what this person may do about it now."""
    now, user = timezone.now(), request.user
    is_wrong = wrong is not None and wrong[0] == batch.pk
    form = wrong[1] if wrong and is_wrong else LettersAgainForm()
    form.auto_id = f"id_{batch.number}_%s"
    is_asked = batch.state == LettersState.REDO_ASKED
    return {
        "row": batch,
        "words": selectors.batch_words(batch),
        "tone": selectors.batch_tone(batch),
        "key": selectors.key_words(batch.printer_key),
        "form": form,
        "is_wrong": is_wrong,
        "may_ask": bool(flow.ASK_LETTERS.may(user, batch, now)),
        "is_asked": is_asked,
        "may_decide": policies.can_decide_letters(user, batch, now) if is_asked else None,
    }
