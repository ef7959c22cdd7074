"""The roll's desk: who is on it, importing it, entering somebody, what two persons decide."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bp_platform.core.decisions import Refused
from bp_platform.core.http import MemberRequest, see_other
from voting import policies, selectors, services
from voting.forms.roll import AskForm, FindForm, ImportForm, PersonForm, RollFileForm
from voting.models import EntryStatus, Poll, RequestKind, RequestState, RollEntry

FOUND = 10


@never_cache
@sensitive_post_parameters("words", "address")
@require_http_methods(["GET", "HEAD", "POST"])
def roll(request: MemberRequest, pk: int) -> HttpResponse:
    """The roll in figures, what waits, and somebody to look for; the search is posted."""
    poll = policies.poll_for_roll(request.user, pk, timezone.now())
    find = FindForm(request.POST) if request.method == "POST" else FindForm()
    return _roll(request, poll, RollFileForm(), find)


def _roll(request: MemberRequest, poll: Poll, form: RollFileForm, find: FindForm) -> HttpResponse:
    now = timezone.now()
    sought = find.cleaned_data if find.is_valid() else {"words": "", "address": ""}
    words, address = sought["words"], sought["address"]
    if address:
        found = selectors.living_at(poll, address, 10 * FOUND)
    else:
        found = selectors.find(poll, words, at_most=FOUND) if words else []
    view = selectors.roll(poll)
    context = {
        "poll": poll,
        "view": view,
        "form": form,
        "find": find,
        "words": words or selectors.one_line(address),
        "address": selectors.one_line(address),
        "found": selectors.entry_rows(found),
        "may_be_more": bool(words) and len(found) == FOUND,
        "columns": [_("Personne"), _("Naissance"), _("Adresse"), _("Statut")],
        "requests": selectors.request_rows(poll, view.requests, view.batches),
        "request_columns": [_("Personne ou lot"), _("Demande"), _("Motif"), _("Demandée par")],
        "may_change": policies.can_change_roll(request.user, poll, now),
        "may_import": policies.can_import_roll(request.user, poll, now),
        "desk": _("Vote"),
    }
    return render(request, "voting/roll.html", context, status=422 if form.errors or find.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def preview(request: MemberRequest, pk: int) -> HttpResponse:
    """What a file would bring, before anything is written; a page reloaded without its file goes back."""
    now = timezone.now()
    poll = policies.poll_for_roll(request.user, pk, now)
    if request.method != "POST":
        return see_other("voting:roll", pk)
    form = RollFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _roll(request, poll, form, FindForm())
    upload = form.cleaned_data["file"]
    tally = services.preview_roll(poll, upload.file, by=request.user, at=now)
    context = {
        "poll": poll,
        "file_name": upload.name,
        "tally": tally,
        "rows": selectors.read_rows(poll, tally.first),
        "columns": [_("Personne"), _("Naissance"), _("Adresse"), _("Vote pour")],
        "scopes": selectors.scope_counts(poll, tally.by_scope),
        "form": None,
        "desk": _("Vote"),
    }
    if tally.new and not tally.fault_count:
        upload.seek(0)
        kept = services.keep_for_import(poll, upload.read(), by=request.user, at=now)
        context["form"] = ImportForm(initial={"uid": kept.uid, "key": kept.key})
    return render(request, "voting/roll_preview.html", context, status=422 if tally.fault_count else 200)


@require_POST
def import_roll(request: MemberRequest, pk: int) -> HttpResponse:
    """Enter the people that the preview showed, or leave the file."""
    now = timezone.now()
    poll = policies.poll_for_roll(request.user, pk, now)
    form = ImportForm(request.POST)
    if not form.is_valid():
        return see_other("voting:roll", pk)
    try:
        file = services.take_for_import(poll, form.waiting(), by=request.user)
        if request.POST.get("acte") == "abandonner":
            messages.info(request, _("Le fichier est effacé : rien n’a été importé."))
            return see_other("voting:roll", pk)
        tally = services.import_roll(poll, file, by=request.user, at=now)
    except Refused as refusal:
        messages.error(request, str(refusal.decision.reason))
    else:
        messages.success(request, _imported(tally.new))
    return see_other("voting:roll", pk)


def _imported(new: int) -> str:
    said = ngettext(
        "%(new)d personne est entrée sur la liste, et le fichier effacé.",
        "%(new)d personnes sont entrées sur la liste, et le fichier effacé.",
        new,
    )
    return said % {"new": new}


@never_cache
@require_http_methods(["GET", "POST"])
def add(request: MemberRequest, pk: int) -> HttpResponse:
    """Enter somebody by hand, once those who look alike have been compared."""
    now = timezone.now()
    poll = policies.poll_for_roll(request.user, pk, now)
    form = PersonForm(poll, request.POST or None)
    alike: list[RollEntry] = []
    if request.method == "POST" and form.is_valid():
        person = form.person()
        alike = selectors.namesakes(poll, person["name"], person["birth_year"])
        if not alike or form.cleaned_data["is_nobody_else"]:
            try:
                entry = services.enter_person(poll, by=request.user, at=now, **person)
            except Refused as refusal:
                form.add_error(None, str(refusal.decision.reason))
            else:
                messages.success(
                    request,
                    _("L’inscription de %(name)s attend qu’une autre personne l’admette.") % {"name": entry.name},
                )
                return see_other("voting:entry", pk, entry.pk)
        else:
            form.add_error("is_nobody_else", _("comparez avec les personnes qui lui ressemblent, puis cochez."))
    context = {
        "poll": poll,
        "form": form,
        "alike": selectors.entry_rows(alike),
        "columns": [_("Personne"), _("Naissance"), _("Adresse"), _("Statut")],
        "may_change": policies.can_change_roll(request.user, poll, now),
        "desk": _("Vote"),
    }
    return render(request, "voting/roll_add.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def entry(request: MemberRequest, pk: int, entry: int) -> HttpResponse:
    """Somebody on the roll: facts, requests, acts."""
    return _entry(request, policies.entry_for(request.user, pk, entry, timezone.now()))


def _entry(request: MemberRequest, found: RollEntry, wrong: AskForm | None = None) -> HttpResponse:
    now, user = timezone.now(), request.user
    history = selectors.requests_about(found)
    for past in history:
        past.entry = found
    waiting = {past.kind for past in history if past.state == RequestState.ASKED}
    acts = []
    for kind in RequestKind:
        if kind in waiting or not _concerns(kind, found):
            continue
        form = wrong if wrong and wrong.data.get("kind") == kind else AskForm(initial={"kind": kind}, prefix=None)
        form.auto_id = f"id_{kind}_%s"
        acts.append(
            (_ASK_LABELS[kind](), _ASK_WORDS[kind](), policies.can_ask(user, found, kind, now), form, form is wrong)
        )
    context = {
        "poll": found.poll,
        "entry": found,
        "facts": selectors.entry_facts(found.poll, found),
        "waiting": [
            (past, policies.can_grant(user, past, now), policies.can_decide(user, past, now))
            for past in history
            if past.state == RequestState.ASKED
        ],
        "decided": [past for past in history if past.state != RequestState.ASKED],
        "acts": acts,
        "desk": _("Vote"),
    }
    return render(request, "voting/roll_entry.html", context, status=422 if wrong else 200)


def _concerns(kind: str, found: RollEntry) -> bool:
    """Whether the act makes sense at all: who is admitted is not to be admitted."""
    if kind == RequestKind.ADMIT:
        return found.status != EntryStatus.ADMITTED
    return found.status == EntryStatus.ADMITTED or (
        kind == RequestKind.SET_ASIDE and found.status == EntryStatus.PENDING
    )


_ASK_LABELS = {
    RequestKind.REISSUE: lambda: _("Demander un nouveau code"),
    RequestKind.SET_ASIDE: lambda: _("Demander la mise à l’écart"),
    RequestKind.ADMIT: lambda: _("Demander l’admission"),
}
_ASK_WORDS = {
    RequestKind.REISSUE: lambda: _(
        "Lettre perdue ou jamais arrivée. Une fois la demande accordée, l’ancien code ne vaut plus ; "
        "le nouveau part avec les prochaines lettres."
    ),
    RequestKind.SET_ASIDE: lambda: _(
        "Doublon, déménagement, décès, erreur. Une fois la demande accordée, cette personne ne peut plus voter."
    ),
    RequestKind.ADMIT: lambda: _("Pièces vérifiées. Une fois la demande accordée, cette personne peut voter."),
}


@require_POST
def ask(request: MemberRequest, pk: int, entry: int) -> HttpResponse:
    """Ask for something that somebody else will grant."""
    now = timezone.now()
    found = policies.entry_for(request.user, pk, entry, now)
    form = AskForm(request.POST)
    if not form.is_valid():
        return _entry(request, found, form)
    kind = RequestKind(form.cleaned_data["kind"])
    try:
        services.ask(found, kind, by=request.user, at=now, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        form.add_error(None, str(refusal.decision.reason))
        return _entry(request, found, form)
    except ValidationError as error:  # the same request waits already: the page shows it, and offers it no more
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("La demande attend qu’une autre personne de l’équipe la valide."))
    return see_other("voting:entry", pk, entry)


@require_POST
def decide(request: MemberRequest, pk: int, demand: int) -> HttpResponse:
    """The second person's answer."""
    now = timezone.now()
    found = policies.request_for(request.user, pk, demand, now)
    is_granted = request.POST.get("reponse") == "accorder"
    try:
        services.decide(found, by=request.user, at=now, is_granted=is_granted)
    except Refused as refusal:
        messages.error(request, str(refusal.decision.reason))
    else:
        said = _("La demande est accordée.") if is_granted else _("La demande est refusée.")
        messages.success(request, said)
    return see_other("voting:entry", pk, found.entry_id)
