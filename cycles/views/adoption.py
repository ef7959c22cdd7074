"""The last step: what does not hold together, the versions, the council’s resolution; the launch of the edition."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from bp_platform.core import calendar, registries
from bp_platform.core.decisions import Refused
from bp_platform.core.fields import refuse
from bp_platform.core.http import MemberRequest, see_other
from bp_platform.documents import publication, uploads
from bp_platform.documents.models import StoredFile
from cycles import flow, policies, selectors, services
from cycles.forms.versions import AdoptForm, DeviationForm, WithdrawForm
from cycles.models import Cycle, RulebookState, RulebookVersion


def adoption(request: MemberRequest, cycle: str) -> HttpResponse:
    """Findings, the draft, its adoption, and every version."""
    now = timezone.now()
    edition = policies.cycle_to_prepare(request.user, cycle, now)
    draft = selectors.open_draft(edition)
    form = AdoptForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        if draft is None:
            form.add_error(None, _("Aucun projet n’attend d’adoption : ouvrez-en un nouveau."))
        elif _adopt(request, form, draft, now):
            return see_other("cycles:adoption", edition.slug)
    context = _context(edition, draft, now) | {
        "form": form,
        "may_prepare": policies.can_prepare(request.user, edition, now),
    }
    context["may_adopt"] = policies.can_adopt(request.user, draft, now) if draft else None
    return render(request, "cycles/setup/adoption.html", context, status=422 if form.errors else 200)


def _adopt(request: MemberRequest, form: AdoptForm, draft: RulebookVersion, at: datetime) -> bool:
    data = form.cleaned_data
    try:
        services.adopt_rulebook(
            draft,
            by=request.user,
            at=at,
            resolution=data["resolution"],
            resolution_on=data["resolution_on"],
            document=_kept(request, data["document"], at),
        )
    except (Refused, ValidationError) as error:
        refuse(form, error, names={"adopted_by_resolution": "resolution"})
        return False
    messages.success(request, _("Le règlement est adopté, version %(number)d.") % {"number": draft.number})
    return True


def _kept(request: MemberRequest, upload: Any, at: datetime) -> StoredFile | None:
    """A document of a public decision: kept, and open to all."""
    return publication.publish(uploads.keep_upload(upload, by=request.user, at=at), at=at) if upload else None


def _context(edition: Cycle, draft: RulebookVersion | None, now: datetime) -> dict[str, Any]:
    versions = selectors.versions_of(edition)
    found = selectors.findings(edition, now) if draft else []
    frozen = selectors.frozen_sections(edition)
    resting = {freeze.version_id for freeze in frozen.values()}
    return {
        "cycle": edition,
        "step": "adoption",
        "desk": _("Éditions"),
        "draft": draft,
        "errors": [read for read in found if read.is_error],
        "warnings": [read for read in found if not read.is_error],
        "unread": [read for read in found if not read.is_error and not read.is_acknowledged],
        "versions": [(version, version.pk not in resting) for version in versions],
        "in_force": next((version for version in versions if version.state == RulebookState.ADOPTED), None),
        "consultation": next((v.consultation for v in versions if v == draft and hasattr(v, "consultation")), None),
        "frozen": frozen,
    }


@require_POST
def acknowledge(request: MemberRequest, cycle: str) -> HttpResponse:
    """The warnings ticked are read and kept."""
    now = timezone.now()
    edition = policies.cycle_to_change(request.user, cycle, now)
    try:
        read = services.acknowledge_warnings(
            edition, by=request.user, at=now, codes=frozenset(request.POST.getlist("alerte"))
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if read:
            words = ngettext("%(n)d alerte est lue.", "%(n)d alertes sont lues.", read)
            messages.success(request, words % {"n": read})
        else:
            messages.warning(request, _("Cochez les alertes que vous avez lues."))
    return see_other("cycles:adoption", edition.slug)


def withdraw(request: MemberRequest, cycle: str, number: int) -> HttpResponse:
    """Set a version aside, and say why."""
    now = timezone.now()
    edition = policies.cycle_to_change(request.user, cycle, now)
    version = get_object_or_404(RulebookVersion.objects.select_related("cycle"), cycle=edition, number=number)
    may = policies.can_withdraw(request.user, version, now)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw_rulebook(version, by=request.user, at=now, reason=form.cleaned_data["reason"])
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("La version %(number)d est retirée.") % {"number": number})
            return see_other("cycles:adoption", edition.slug)
    context = {
        "cycle": edition,
        "step": "adoption",
        "version": version,
        "form": form,
        "may": may,
        "desk": _("Éditions"),
    }
    return render(request, "cycles/setup/withdraw.html", context, status=422 if form.errors else 200)


def deviate(request: MemberRequest, cycle: str) -> HttpResponse:
    """Record a decision that departs from a frozen article."""
    now = timezone.now()
    edition = policies.cycle_to_change(request.user, cycle, now)
    frozen = set(selectors.frozen_sections(edition))
    initial = {"key": uuid4(), "decided_on": calendar.local_day(now), "section": request.GET.get("article", "")}
    form = DeviationForm(request.POST or None, request.FILES or None, sections=frozen, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            data["document"] = _kept(request, data["document"], now)
            services.record_deviation(edition, by=request.user, at=now, **data)
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("La dérogation est publiée avec l’article."))
            return see_other("cycles:rulebook", edition.slug)
    context = {"cycle": edition, "step": "adoption", "form": form, "frozen": frozen, "desk": _("Éditions")}
    context["may"] = policies.can_prepare(request.user, edition, now)
    return render(request, "cycles/setup/deviation.html", context, status=422 if form.errors else 200)


def launch(request: MemberRequest, cycle: str) -> HttpResponse:
    """Before the edition is public: what is missing; then what may still be done to it."""
    now = timezone.now()
    edition = policies.cycle_to_prepare(request.user, cycle, now)
    form = WithdrawForm(request.POST if request.POST.get("acte") == "cacher" else None)
    if request.method == "POST":
        done = _launched(request, edition, form, now)
        if done:
            messages.success(request, done)
            return see_other("cycles:launch", edition.slug)
    may_close = flow.CLOSE.may(request.user, edition, now)
    facts = selectors.launch_facts(edition)
    steps = {"rulebook": "adoption", "phases": "calendrier", "envelope": "enveloppes", "contact": "cadre"}
    context = {
        "cycle": edition,
        "step": "adoption",
        "desk": _("Éditions"),
        "lines": [
            (words, facts[key], selectors.setup_url(edition, steps[key]))
            for key, words in policies.launch_words().items()
        ],
        "may_prepare": policies.can_prepare(request.user, edition, now),
        "may_launch": policies.can_launch(request.user, edition, now),
        "may_close": registries.objection("close_cycle", edition, now) if may_close else may_close,
        "form": form,
    }
    return render(request, "cycles/setup/launch.html", context, status=422 if form.errors else 200)


def _launched(request: MemberRequest, edition: Cycle, form: WithdrawForm, at: datetime) -> str:
    """What was done, in words; empty when it was refused, and why is told."""
    act, by = request.POST.get("acte", ""), request.user
    try:
        if act == "publier":
            services.launch_cycle(edition, by=by, at=at)
            return _("L’édition est publique.")
        if act == "clore":
            services.close_cycle(edition, by=by, at=at)
            return _("L’édition est close.")
        if act == "montrer":
            services.set_hidden(edition, by=by, at=at, is_hidden=False)
            return _("L’édition est de nouveau visible.")
        if act == "cacher" and form.is_valid():
            services.set_hidden(edition, by=by, at=at, is_hidden=True, reason=form.cleaned_data["reason"])
            return _("L’édition est cachée du public.")
    except (Refused, ValidationError) as error:
        messages.error(request, str(error) if isinstance(error, Refused) else " ".join(error.messages))
    return ""
