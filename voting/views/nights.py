"""What is public of a vote under way: the list of receipts, and a receipt looked up in it. Never kept by a cache."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from bp_platform.core import limits
from bp_platform.core.decisions import Refused, demand
from bp_platform.core.http import Request
from bp_platform.core.network import network_of
from cycles import policies as cycle_policies
from cycles.models import Cycle
from voting import policies, selectors, services
from voting.forms.receipt import ReceiptForm
from voting.models import Poll


@login_not_required
@never_cache
@require_safe
def refs(request: Request, cycle: str) -> HttpResponse:
    """The receipts published so far: sorted, one a line, in hexadecimal, and nothing else."""
    _edition, poll = _poll(request, cycle)
    if selectors.last_statement(poll) is None:
        raise Http404
    lines = "".join(f"{ref.hex()}\n" for ref in selectors.published_refs(poll))
    response = HttpResponse(lines, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="recus-{cycle}.txt"'
    return response


@login_not_required
@never_cache
@sensitive_post_parameters()
def receipt(request: Request, cycle: str) -> HttpResponse:
    """Look a receipt up. It travels in a post, so that no address and no log holds it; the answer shows it again with
    the town's signature when it is in the published list."""
    now = timezone.now()
    edition, poll = _poll(request, cycle)
    text = selectors.sealed_of(poll)
    form, found, signature, is_searched = ReceiptForm(request.POST or None), None, None, False
    if request.method == "POST" and form.is_valid():
        try:
            demand(limits.spend("receipt", network_of(request), limit=60, per=timedelta(minutes=10), at=now))
        except Refused as refusal:
            form.add_error("ref", str(refusal.decision.reason))
        else:
            found, is_searched = selectors.find_ref(poll, form.cleaned_data["ref"]), True
            signature = services.receipt_again(text, found.ref) if found else None
    progress = selectors.last_night(poll, selectors.stations_of(poll))
    context = {
        "cycle": edition,
        "form": form,
        "is_complete": progress is not None and progress.is_last,
        "is_searched": is_searched,
        "found": found,
        "ref": selectors.grouped(found.ref) if found else "",
        "signature": signature.hex() if signature else "",
        "progress": progress,
        "digest": text.digest,
        "receipt_key": text.receipt_key,
    }
    return render(request, "voting/receipt_lookup.html", context, status=422 if form.errors else 200)


def _poll(request: Request, slug: str) -> tuple[Cycle, Poll]:
    edition = cycle_policies.cycle_for(request.user, slug, timezone.now())
    poll = policies.poll_of(edition)
    if poll is None:
        raise Http404
    return edition, poll
