"""What everybody may read: the sealed text, and after the proclamation the results."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bp_platform.core.http import Request
from cycles import policies as cycle_policies
from voting import bundle as files
from voting import policies, selectors
from voting.models import Poll


@login_not_required
@require_safe
def results(request: Request, cycle: str) -> HttpResponse:
    """Projects, scores, money, and a reason for each line."""
    now = timezone.now()
    edition = cycle_policies.cycle_for(request.user, cycle, now)
    poll = policies.result_of(edition)
    if poll is None:
        return render(request, "voting/no_result.html", {"cycle": edition, "poll": policies.poll_of(edition)})
    return render(request, "voting/results.html", {"cycle": edition, "view": selectors.results(poll)})


@login_not_required
@require_safe
def results_csv(request: Request, cycle: str) -> HttpResponse:
    """The same lines for a spreadsheet: UTF-8 with its mark, semicolons."""
    poll = _proclaimed(request, cycle)
    rows = selectors.result_rows(selectors.results(poll))
    response = HttpResponse(files.table(rows[0], rows[1:]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="resultats-{cycle}.csv"'
    return response


@login_not_required
@require_safe
def results_json(request: Request, cycle: str) -> HttpResponse:
    """The kept result, byte for byte: its SHA-256 is on the results page."""
    poll = _proclaimed(request, cycle)
    if selectors.results(poll).is_reduced:
        raise Http404
    return HttpResponse(bytes(poll.result.content), content_type="application/json")


@login_not_required
@require_safe
def bundle(request: Request, cycle: str) -> HttpResponse:
    """Everything needed to count again, in one archive, as published: its SHA-256 is on the results page."""
    content = selectors.bundle_bytes(_proclaimed(request, cycle))
    if content is None:
        raise Http404
    return _attached(content, "application/zip", f"vote-{cycle}.zip")


@login_not_required
@require_safe
def election_file(request: Request, cycle: str, scope: str) -> HttpResponse:
    """A scope's ballots in the Pabulib format, where they are public."""
    poll = _proclaimed(request, cycle)
    content = selectors.bundle_bytes(poll)
    data = content and files.read_election(content, scope)
    if not data:
        raise Http404
    return _attached(data, "text/plain; charset=utf-8", f"vote-{cycle}-{scope}.pb")


def _attached(data: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_not_required
@require_safe
def sealed_text(request: Request, cycle: str) -> HttpResponse:
    """The sealed canonical JSON, byte for byte: its SHA-256 is published before the opening."""
    edition = cycle_policies.cycle_for(request.user, cycle, timezone.now())
    poll = policies.poll_of(edition)
    if poll is None or poll.sealed is None:
        raise Http404
    selectors.sealed_of(poll)
    return HttpResponse(bytes(poll.sealed), content_type="application/json")


def _proclaimed(request: Request, slug: str) -> Poll:
    return policies.poll_with_result(cycle_policies.cycle_for(request.user, slug, timezone.now()))
