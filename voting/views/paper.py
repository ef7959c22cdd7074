"""The desk of paper ballots: batches, two keyings, differences, what is stated before the count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bp_platform.core.decisions import Refused, demand, no
from bp_platform.core.http import MemberRequest, see_other
from bp_platform.documents import services as documents
from voting import policies, selectors, services, wording
from voting.forms.paper import BalanceForm, BatchForm, DrawForm, KeyingForm, PaperReasonForm, RestartForm, SizeForm
from voting.models import BatchState, PaperBatch, Poll
from voting.sealed import PLAIN_KINDS
from voting.selectors.paper import Keyed, ScopePaper
from voting.selectors.paper_desk import NextAct

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@never_cache
@require_safe
def paper(request: MemberRequest, pk: int) -> HttpResponse:
    """All the paper of a vote: what was marked, what lies in batches, what remains."""
    now = timezone.now()
    return _page(request, policies.paper_at_desk(request.user, pk, now), now)


@require_POST
def create_batch(request: MemberRequest, pk: int) -> HttpResponse:
    """Open a pile."""
    now = timezone.now()
    poll = policies.paper_at_desk(request.user, pk, now)
    demand(policies.can_handle_paper(request.user, poll, now))
    form = BatchForm(request.POST, scopes=_scopes(poll))
    if form.is_valid():
        try:
            made = services.create_batch(poll, by=request.user, at=now, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal.decision.reason))
        else:
            messages.success(
                request,
                _("Le lot %(number)d est ouvert : écrivez ce numéro sur la pile.") % {"number": made.number},
            )
            return see_other("voting:paper", pk)
    return _page(request, poll, now, batch_form=form)


@require_POST
def state_balance(request: MemberRequest, pk: int) -> HttpResponse:
    """State what was found of a scope's paper."""
    now = timezone.now()
    poll = policies.paper_at_desk(request.user, pk, now)
    demand(policies.can_handle_paper(request.user, poll, now))
    form = BalanceForm(request.POST)
    if form.is_valid():
        try:
            row = services.state_balance(poll, by=request.user, at=now, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("reason", str(refusal.decision.reason))
        else:
            names = selectors.sealed_of(poll).scope_names
            messages.success(request, _("Le papier de « %(scope)s » est constaté.") % {"scope": names[row.scope]})
            return see_other("voting:paper", pk)
    return _page(request, poll, now, balance_form=form)


@require_POST
def draw_batch(request: MemberRequest, pk: int) -> HttpResponse:
    """Draw the batch that is counted again by hand."""
    now = timezone.now()
    poll = policies.paper_at_desk(request.user, pk, now)
    form = DrawForm(request.POST)
    if not form.is_valid():
        return _page(request, poll, now, draw_form=form)
    try:
        drawn = services.draw_batch(poll, by=request.user, at=now, seed=form.cleaned_data["seed"])
    except Refused as refusal:
        form.add_error("seed", str(refusal.decision.reason))
        return _page(request, poll, now, draw_form=form)
    messages.success(request, _("Le lot %(number)d est tiré au sort : recomptez-le.") % {"number": drawn.number})
    return see_other("voting:paper_batch", pk, drawn.number)


@never_cache
@require_safe
def batch(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """One batch: who keyed it, and what may be changed of it."""
    now = timezone.now()
    return _batch_page(request, policies.batch_at_desk(request.user, pk, number, now), now)


@require_POST
def change_batch(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """Correct its number, key it again, or take it back; each with its reason."""
    now = timezone.now()
    found = policies.batch_at_desk(request.user, pk, number, now)
    act = request.POST.get("acte", "")
    form = {"nombre": SizeForm, "recommencer": RestartForm}.get(act, PaperReasonForm)(request.POST, prefix=act)
    if form.is_valid():
        try:
            said = _change(found, act, form.cleaned_data, request, now)
        except Refused as refusal:
            form.add_error(None, str(refusal.decision.reason))
        else:
            messages.success(request, said)
            return see_other("voting:paper", pk) if act == "retirer" else see_other("voting:paper_batch", pk, number)
    return _batch_page(request, found, now, **{f"{act or 'retirer'}_form": form})


def _change(found: PaperBatch, act: str, given: dict[str, Any], request: MemberRequest, now: datetime) -> str:
    """The act that was asked for, and the sentence that says it is done."""
    who: dict[str, Any] = {"by": request.user, "at": now, **given}
    words = {"number": found.number}
    if act == "nombre":
        words["size"] = services.correct_size(found, **who).size
        return _("Le lot %(number)d compte maintenant %(size)d bulletins.") % words
    if act == "recommencer":
        services.restart_keying(found, **who)
        return _("La saisie du lot %(number)d est effacée : elle est à refaire.") % words
    services.remove_batch(found, **who)
    return _("Le lot %(number)d est retiré.") % words


@never_cache
def key(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """Key one ballot after the other; a last one may be corrected."""
    now = timezone.now()
    found = policies.batch_at_desk(request.user, pk, number, now)
    demand(policies.can_key(request.user, found, now))
    text = selectors.sealed_of(found.poll)
    fix = selectors.keyed_at(found, selectors.turn_of(found), _place(request))
    if request.method != "POST":
        start = {"place": fix.place, "typed": fix.line} if fix else {}
        return _keying_page(request, found, KeyingForm(initial=start, text=text, scope=found.scope), fix=fix)
    form = KeyingForm(request.POST, text=text, scope=found.scope)
    warning = _warning(found, form)
    if form.is_valid() and not warning:
        act = services.correct_ballot if fix else services.key_ballot
        try:
            act(found, form.cleaned_data["place"], form.reading, by=request.user, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal.decision.reason))
        else:
            return see_other("voting:paper_key", pk, number)
    return _keying_page(request, found, form, fix=fix, warning=warning)


@require_POST
def finish(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """End one's keying."""
    now = timezone.now()
    found = services.finish_keying(policies.batch_at_desk(request.user, pk, number, now), by=request.user, at=now)
    said = {
        BatchState.SECOND: _("Première saisie finie : une autre personne fait la deuxième."),
        BatchState.COMPARED: _("Les deux saisies diffèrent par endroits : relisez ces bulletins à deux."),
        BatchState.AGREED: _("Les deux saisies disent la même chose : le lot est concordant."),
    }
    messages.success(request, said[BatchState(found.state)])
    return see_other("voting:paper", pk)


@never_cache
def differences(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """The places where two keyings differ; two people read the paper again, and one of them keys it."""
    now = timezone.now()
    found = policies.batch_at_desk(request.user, pk, number, now)
    may = policies.can_resolve(request.user, found, now)
    if found.state != BatchState.COMPARED:  # a keying under way is nobody else's to read
        raise Refused(may if not may else no(_("Ce lot n’a pas de différence à résoudre.")))
    text = selectors.sealed_of(found.poll)
    if request.method != "POST":
        return _differences_page(request, found, KeyingForm(text=text, scope=found.scope), may.reason)
    form = KeyingForm(request.POST, text=text, scope=found.scope)
    warning = _warning(found, form)
    if form.is_valid() and not warning:
        try:
            done = services.resolve(found, form.cleaned_data["place"], form.reading, by=request.user, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal.decision.reason))
        else:
            if done.state == BatchState.COMPARED:
                return see_other("voting:paper_differences", pk, number)
            messages.success(
                request, _("Plus aucune différence : le lot %(number)d est concordant.") % {"number": number}
            )
            return see_other("voting:paper", pk)
    return _differences_page(request, found, form, may.reason, warning=warning)


def printed(request: MemberRequest, pk: int) -> HttpResponse:
    """The paper ballot, to be printed."""
    now = timezone.now()
    poll = policies.poll_at_desk(request.user, pk, now)
    may = policies.can_print_ballots(request.user, poll, now)
    if request.method == "POST":
        job = documents.request_job("paper_ballot", arguments={"poll": poll.pk}, by=request.user, at=now)
        return see_other("documents:job", job.uid)
    sheets = selectors.paper_ballots(poll) if may else []
    context = {"poll": poll, "sheets": sheets, "refusal": may.reason, "desk": _("Vote")}
    return render(request, "voting/paper_print.html", context)


def _scopes(poll: Poll) -> list[tuple[str, str]]:
    text = selectors.sealed_of(poll)
    return [(scope.id, text.scope_names[scope.id]) for scope in text.rules.scopes]


def _place(request: MemberRequest) -> int:
    """The ballot to correct, named by the address of the page or by its form."""
    given = request.GET.get("bulletin", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 5 else 0


def _warning(found: PaperBatch, form: KeyingForm) -> str:
    """The rule that the ballot breaks, said once before it is kept as null."""
    if not form.is_valid() or form.is_confirmed:
        return ""
    fault = services.broken_rule(found, form.reading)
    return wording.broken_rule_sentence(fault) if fault else ""


def _page(request: MemberRequest, poll: Poll, now: datetime, **forms: Form) -> HttpResponse:
    may = policies.can_handle_paper(request.user, poll, now)
    is_early = poll.closing is None
    context: dict[str, Any] = {"poll": poll, "refusal": may.reason, "is_early": is_early, "desk": _("Vote")}
    if not is_early:
        context |= _piles(request, poll, now, forms)
    is_wrong = any(form.errors for form in forms.values())
    return render(request, "voting/paper.html", context, status=422 if is_wrong else 200)


def _piles(request: MemberRequest, poll: Poll, now: datetime, forms: dict[str, Form]) -> dict[str, Any]:
    """After closing: the scopes, the batches, and the forms of whoever may act."""
    papers, found = selectors.paper_of(poll), selectors.batches(poll)
    acts = {row.pk: _next_act(request, row, now) for row in found}
    boxes = ", ".join(poll.stations.order_by("name", "pk").values_list("name", flat=True))[:200]
    return {
        "scope_columns": [
            _("Périmètre"),
            _("Émargements papier"),
            _("Contestés comptés"),
            _("Dans les lots"),
            _("État"),
        ],
        "scope_rows": selectors.scope_rows(papers),
        "batch_columns": [_("Lot"), _("Bulletins"), _("État"), _("Saisies"), _("À faire")],
        "batch_rows": selectors.batch_rows(selectors.sealed_of(poll), found, selectors.progress(poll), acts),
        "batch_form": forms.get("batch_form") or BatchForm(scopes=_scopes(poll), initial={"boxes": boxes}),
        "balances": _balances(request, poll, papers, now, forms.get("balance_form")),
        "may_draw": bool(policies.can_draw_batch(request.user, poll, now)) and any(p.agreed for p in papers),
        "draw_form": forms.get("draw_form") or DrawForm(),
    }


def _next_act(request: MemberRequest, row: PaperBatch, now: datetime) -> NextAct:
    """What this person may do next with a batch, or why not."""
    here = [row.poll_id, row.number]
    if row.state == BatchState.AGREED:
        return NextAct("–")
    if row.state == BatchState.COMPARED:
        may, label, url = policies.can_resolve(request.user, row, now), _("Résoudre"), "voting:paper_differences"
    else:
        may, label, url = policies.can_key(request.user, row, now), _("Saisir"), "voting:paper_key"
    return NextAct(label, reverse(url, args=here)) if may else NextAct(why_not=str(may.reason))


def _balances(
    request: MemberRequest, poll: Poll, papers: Sequence[ScopePaper], now: datetime, posted: Form | None
) -> list[dict[str, Any]]:
    """A form for each scope that may be stated now."""
    made = []
    for found in papers:
        may = policies.can_state_balance(request.user, poll, found, now)
        if found.is_ready and not found.is_settled:
            mine = posted if posted is not None and posted["scope"].value() == found.id else None
            gap = services.gap_sentence(found) if found.gap else ""
            form = mine or BalanceForm(initial={"scope": found.id}, auto_id=f"id_{found.id}_%s")
            made.append({"paper": found, "gap": gap, "form": form, "refusal": may.reason})
    return made


def _batch_page(request: MemberRequest, found: PaperBatch, now: datetime, **forms: Form) -> HttpResponse:
    text = selectors.sealed_of(found.poll)
    context = {
        "batch": found,
        "poll": found.poll,
        "facts": selectors.batch_facts(text, found),
        "next": _next_act(request, found, now),
        "total_columns": [_("Projet"), _("Trouvé par la saisie")],
        "totals": selectors.batch_totals(found) if found.poll.counted_at and found.agreed_at else [],
        "change_refusal": policies.can_change_batch(request.user, found, now).reason,
        "restart_refusal": policies.can_handle_paper(request.user, found.poll, now).reason,
        "size_form": forms.get("nombre_form") or SizeForm(prefix="nombre", initial={"size": found.size}),
        "restart_form": forms.get("recommencer_form") or RestartForm(prefix="recommencer"),
        "remove_form": forms.get("retirer_form") or PaperReasonForm(prefix="retirer"),
        "desk": _("Vote"),
    }
    is_wrong = any(form.errors for form in forms.values())
    return render(request, "voting/paper_batch.html", context, status=422 if is_wrong else 200)


def _keying_page(
    request: MemberRequest, found: PaperBatch, form: KeyingForm, *, fix: Keyed | None = None, warning: str = ""
) -> HttpResponse:
    turn = selectors.turn_of(found)
    done = selectors.keyed(found, turn)
    context = {
        "turn": turn.label,
        "done": done,
        "place": fix.place if fix else min(done + 1, found.size),
        "is_done": done == found.size and fix is None,
        "fix": fix,
        "last": selectors.last_keyed(found, turn),
        "action": request.get_full_path() if fix else reverse("voting:paper_key", args=[found.poll_id, found.number]),
        **_reading(found, form, warning),
    }
    return render(request, "voting/paper_key.html", context, status=422 if form.errors else 200)


def _differences_page(
    request: MemberRequest, found: PaperBatch, form: KeyingForm, refusal: StrOrPromise, *, warning: str = ""
) -> HttpResponse:
    every = selectors.differences(found)
    asked = [d for d in every if d.place == _place(request)]
    context = {
        "every": every,
        "difference": next(iter(asked or [d for d in every if not d.agreed]), None),
        "refusal": refusal,
        "keyers": selectors.keyers(found),
        "action": reverse("voting:paper_differences", args=[found.poll_id, found.number]),
        **_reading(found, form, warning),
    }
    return render(request, "voting/paper_differences.html", context, status=422 if form.errors else 200)


def _reading(found: PaperBatch, form: KeyingForm, warning: str) -> dict[str, Any]:
    """What both pages where a ballot is read show: the form, its warning, the list as it is printed."""
    text = selectors.sealed_of(found.poll)
    kind = text.scopes[found.scope].ballot.kind
    return {
        "poll": found.poll,
        "batch": found,
        "scope": text.scope_names[found.scope],
        "form": form,
        "warning": warning,
        "sure": form.line if warning else "",
        "rule": selectors.sheet_rule(text.scopes[found.scope].ballot),
        "has_boxes": kind in PLAIN_KINDS,
        "projects": selectors.listed(text, found.scope, form.ticked),
        "desk": _("Vote"),
    }
