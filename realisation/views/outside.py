"""The team's page for what was done without the participatory budget."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from bp_platform.core.decisions import Refused
from bp_platform.core.http import MemberRequest, see_other
from realisation import policies, services
from realisation.forms import OutsideForm, UnmarkForm, refuse
from realisation.models import DoneOutside


def mark(request: MemberRequest, number: str) -> HttpResponse:
    """Who did it, when, and what shows it."""
    now = timezone.now()
    proposal = policies.proposal_to_mark(request.user, number, now)
    row = DoneOutside.objects.filter(proposal=proposal).first()
    known = {name: getattr(row, name) for name in ("done_by", "done_on", "text", "link")} if row else {}
    form = OutsideForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        facts = services.Elsewhere(**form.cleaned_data)
        try:
            services.mark_done_outside(proposal, by=request.user, at=now, facts=facts)
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            said = _("Le projet %(number)s est marqué comme réalisé hors budget participatif.")
            messages.success(request, said % {"number": number})
            return see_other("pages:project", proposal.cycle.slug, number)
    allowed = policies.can_mark_done_outside(request.user, proposal, now)
    context = {"form": form, "proposal": proposal, "row": row, "allowed": allowed, "unmark": UnmarkForm()}
    context["desk"] = _("Chantiers")
    return render(request, "realisation/outside.html", context, status=422 if form.errors else 200)


def unmark(request: MemberRequest, number: str) -> HttpResponse:
    """It was a mistake."""
    now = timezone.now()
    proposal = policies.proposal_to_mark(request.user, number, now)
    form = UnmarkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.unmark_done_outside(proposal, by=request.user, at=now, reason=form.cleaned_data["reason"])
        except (Refused, ValidationError) as error:
            messages.error(request, " ".join(getattr(error, "messages", [str(error)])))
        else:
            messages.success(request, _("Le projet %(number)s redevient ce qu’il était.") % {"number": number})
    elif request.method == "POST":
        messages.error(request, _("Dites pourquoi c’était une erreur : cette raison est gardée au journal."))
    return see_other("realisation:mark_outside", number)
