"""The files beside the money: adding one, opening it to everybody or not, reading it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bp_platform.accounts.models import User
from bp_platform.core.decisions import Refused
from bp_platform.core.http import MemberRequest, see_other
from bp_platform.documents import publication
from realisation import policies, selectors, services
from realisation.forms import PaperForm, refuse
from realisation.models import EnvelopeTransfer, LedgerEntry, Reallocation

Proved = LedgerEntry | EnvelopeTransfer | Reallocation
DOORS: dict[str, Callable[[User, int, datetime], Proved]] = {
    "ecriture": policies.entry_to_read,
    "transfert": policies.transfer_to_read,
    "reliquat": policies.reallocation_for,
}


def papers(request: MemberRequest, kind: str, pk: int) -> HttpResponse:
    """The files of a line: those it has, one to add, and which of them are public."""
    now = timezone.now()
    if kind not in DOORS:
        raise Http404
    proved = DOORS[kind](request.user, pk, now)
    if request.method == "POST" and request.POST.get("acte"):
        return _show(request, kind, pk)
    form = PaperForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            paper = services.attach(
                proved, data["paper"], by=request.user, at=now, title=data["title"], is_public=data["is_public"]
            )
        except (Refused, ValidationError) as error:
            refuse(form, error, beside="paper")
        else:
            messages.success(request, _("Le justificatif « %(title)s » est ajouté.") % {"title": paper.title})
            return see_other("realisation:papers", kind, pk)
    context = {
        "form": form,
        "cycle": services.cycle_of(proved),
        "proved": selectors.proved_words(proved),
        "papers": proved.papers.order_by("added_at", "pk"),
        "may_show": policies.can_keep_ledger(request.user, now),
        "may_attach": policies.can_attach(request.user, proved, now),
        "desk": _("Finances"),
    }
    return render(request, "realisation/papers.html", context, status=422 if form.errors else 200)


def _show(request: MemberRequest, kind: str, pk: int) -> HttpResponse:
    now, is_public = timezone.now(), request.POST["acte"] == "publier"
    try:
        uid = UUID(request.POST.get("uid", ""))
    except ValueError:
        raise Http404 from None
    try:
        services.show_paper(policies.paper_for(request.user, uid, now), by=request.user, at=now, is_public=is_public)
    except Refused as refusal:
        messages.error(request, str(refusal.decision.reason))
    else:
        messages.success(
            request, _("Ce justificatif est public.") if is_public else _("Ce justificatif n’est plus public.")
        )
    return see_other("realisation:papers", kind, pk)


@require_safe
def paper(request: MemberRequest, uid: UUID) -> HttpResponse:
    """Open a file of the desk: the policy is asked, then its address opens for half a day."""
    now = timezone.now()
    found = policies.paper_for(request.user, uid, now)
    return HttpResponseRedirect(publication.private_url(found.file, now))
