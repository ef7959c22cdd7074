"""The end of a vote's papers: the record is filled in by one person, the destruction done by another."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bp_platform.core.decisions import Refused
from bp_platform.core.fields import refuse
from bp_platform.core.http import MemberRequest, see_other
from voting import flow, policies, selectors, services
from voting.forms.destruction import DestructionForm


def destruction(request: MemberRequest, pk: int) -> HttpResponse:
    """What allows it, who stated it, and whether it is done."""
    now = timezone.now()
    poll = policies.poll_to_destroy(request.user, pk, now)
    stated = selectors.stated_destruction(poll)
    known = {name: getattr(stated, name) for name in DestructionForm.base_fields} if stated else None
    form = DestructionForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            services.state_destruction(poll, by=request.user, at=now, facts=form.cleaned_data)
        except (ValidationError, Refused) as error:
            refuse(form, error)
        else:
            messages.success(request, _("Le constat est enregistré : une autre personne peut détruire."))
            return see_other("voting:destruction", pk)
    may_state = policies.can_state_destruction(request.user, poll, now)
    may_destroy = flow.DESTROY.may(request.user, poll, now)
    context = {
        "poll": poll,
        "form": form,
        "facts": selectors.destruction_facts(stated) if stated else [],
        "done": selectors.destruction_words(poll),
        "may_state": bool(may_state),
        "may_destroy": bool(may_destroy),
        "why_not": str(may_destroy.reason) if stated and may_state else "",
        "desk": _("Vote"),
    }
    return render(request, "voting/destruction.html", context, status=422 if form.errors else 200)


@require_POST
def destroy(request: MemberRequest, pk: int) -> HttpResponse:
    """Destroy the sealed ballots and the roll."""
    now = timezone.now()
    services.destroy(policies.poll_to_destroy(request.user, pk, now), by=request.user, at=now)
    messages.success(request, _("L’urne et la liste de ce vote sont détruites ; le constat le dit."))
    return see_other("voting:destruction", pk)
