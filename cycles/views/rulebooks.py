"""The règlement as residents read it: in force, in its versions, side by side, on paper."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bp_platform.accounts.models import User
from bp_platform.core import limits
from bp_platform.core.actors import RESIDENT
from bp_platform.core.decisions import Refused, demand
from bp_platform.core.http import Request, see_other
from bp_platform.core.network import network_of
from bp_platform.documents import publication
from bp_platform.documents import selectors as documents_selectors
from bp_platform.documents import services as documents
from bp_platform.documents.models import StoredFile
from cycles import articles, caching, comparison, policies, selectors, services, summary
from cycles.forms.versions import FollowForm
from cycles.models import Cycle, Deviation, RulebookVersion


def _edition(request: Request, slug: str, at: datetime) -> Cycle:
    edition = policies.rulebook_for(request.user, slug, at)
    if not policies.may_see(request.user, edition, at):
        caching.lead_elsewhere(request)
    return edition


@login_not_required
@require_safe
def rulebook(request: Request, cycle: str) -> HttpResponse:
    """The règlement in force: in brief, then article by article, with what is frozen and what was set aside."""
    now = timezone.now()
    edition = _edition(request, cycle, now)
    frozen, aside = selectors.frozen_sections(edition), selectors.deviations_of(edition)
    rules, versions = selectors.rules_of(edition), selectors.public_versions(edition, now)
    version = selectors.in_force_of(versions) or selectors.current_version(edition)
    shown = [
        (
            article,
            frozen[article.section].frozen_at if article.section in frozen else None,
            [_with_file(deviation) for deviation in aside.get(article.section, ())],
        )
        for article in articles.articles(rules)
    ]
    context = {
        "cycle": edition,
        "articles": shown,
        "version": version,
        "document": _url(version.resolution_document) if version else "",
        "brief": summary.in_brief(rules, selectors.voted_total(edition), selectors.call_kind_of(edition)),
        "versions": versions,
        "consultation": selectors.shown_consultation(edition, now),
        "former": _former(request, edition, now),
    }
    return render(request, "cycles/rulebook.html", context)


def _with_file(deviation: Deviation) -> tuple[Deviation, str]:
    return deviation, _url(deviation.document)


def _url(document: StoredFile | None) -> str:
    return publication.public_url(document) if document is not None and document.is_public else ""


def _former(request: Request, cycle: Cycle, at: datetime) -> Cycle | None:
    """The edition before, if one may read it."""
    prior = Cycle.objects.filter(following=cycle).first()
    return prior if prior is not None and policies.may_see(request.user, prior, at) else None


@login_not_required
@never_cache
def follow(request: Request, cycle: str) -> HttpResponse:
    """Be told when the règlement is put to residents, adopted or set aside."""
    now = timezone.now()
    edition = _edition(request, cycle, now)
    user = request.user if isinstance(request.user, User) else None
    form = FollowForm(request.POST if request.method == "POST" else None, initial={"email": user.email if user else ""})
    if request.method == "POST" and form.is_valid() and not form.cleaned_data["site"]:
        tries = limits.spend("follow", network_of(request), limit=30, per=timedelta(hours=1), at=now)
        if tries:
            services.follow_rulebook(edition, email=form.cleaned_data["email"], user=user, at=now)
            messages.success(request, _("C’est noté : nous vous écrirons quand le règlement change."))
            return see_other("cycles:rulebook", cycle)
        form.add_error("email", str(tries.reason))
    context = {"cycle": edition, "form": form}
    return render(request, "cycles/follow_rulebook.html", context, status=422 if form.errors else 200)


@login_not_required
@require_safe
def versions(request: Request, cycle: str) -> HttpResponse:
    """Every version that was public, and what each changed."""
    now = timezone.now()
    edition = _edition(request, cycle, now)
    found = selectors.public_versions(edition, now)
    rows = []
    for version, before in zip(found, [*found[1:], None], strict=True):
        changed = comparison.changes(selectors.rules_in(before), selectors.rules_in(version)) if before else []
        rows.append((version, before, changed))
    return render(request, "cycles/versions.html", {"cycle": edition, "rows": rows})


@login_not_required
@require_safe
def version(request: Request, cycle: str, number: int) -> HttpResponse:
    """One version, as it was written."""
    now = timezone.now()
    edition = _edition(request, cycle, now)
    found = _version_for(request, edition, number, now)
    shown = articles.articles(selectors.rules_in(found))
    context = {"cycle": edition, "version": found, "articles": shown, "document": _url(found.resolution_document)}
    return render(request, "cycles/version.html", context)


def _version_for(request: Request, cycle: Cycle, number: int, at: datetime) -> RulebookVersion:
    """A version that one may read: public, or any for the team. Else a 404."""
    found = {version.number: version for version in selectors.public_versions(cycle, at)}
    if number not in found and policies.may_read_desk(request.user, at):
        found = {version.number: version for version in selectors.versions_of(cycle)}
    if number not in found:
        raise Http404
    return found[number]


@login_not_required
@require_safe
def compare(request: Request, cycle: str, before: int, after: int) -> HttpResponse:
    """What one version changed of another, in words."""
    now = timezone.now()
    edition = _edition(request, cycle, now)
    old, new = (_version_for(request, edition, number, now) for number in (before, after))
    changed = comparison.changes(selectors.rules_in(old), selectors.rules_in(new))
    return render(request, "cycles/comparison.html", {"cycle": edition, "old": old, "new": new, "changes": changed})


@login_not_required
@require_safe
def compare_editions(request: Request, cycle: str, other: str) -> HttpResponse:
    """What changed since another edition, in words."""
    now = timezone.now()
    edition, former = (policies.cycle_for(request.user, slug, now) for slug in (cycle, other))
    changed = comparison.changes(selectors.rules_of(former), selectors.rules_of(edition))
    context = {"cycle": edition, "former": former, "changes": changed, "old": None, "new": None}
    return render(request, "cycles/comparison.html", context)


@login_not_required
@require_POST
def order_pdf(request: Request, cycle: str, number: int) -> HttpResponse:
    """Order the PDF of a version."""
    now = timezone.now()
    edition = _edition(request, cycle, now)
    found = _version_for(request, edition, number, now)
    by = request.user if isinstance(request.user, User) else RESIDENT
    try:
        demand(limits.spend("rulebook", network_of(request), limit=60, per=timedelta(hours=1), at=now))
        arguments = {"cycle": edition.slug, "number": found.number}
        job = documents.request_job("rulebook", arguments=arguments, by=by, at=now)
    except Refused as refusal:
        messages.error(request, str(refusal.decision.reason))
        return see_other("cycles:rulebook", edition.slug)
    return see_other(documents_selectors.job_url(job, with_key=True))
