"""The committee member's desk: studies to read before their answers leave, and one's opinion to give."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bp_platform.accounts.models import Role
from bp_platform.core.decisions import Refused
from bp_platform.core.http import MemberRequest, see_other
from instruction import policies, selectors, services
from instruction.forms import CommitteeForm
from instruction.models import Case, CommitteeOpinion


@require_safe
def desk(request: MemberRequest) -> HttpResponse:
    """The cases open to opinions, those that wait for mine first."""
    now = timezone.now()
    policies.desk_for(request.user, now, Role.COMMITTEE)
    found = selectors.committee_desk(request.user)
    context = {
        "heading": selectors.opinions_words(found.to_give) or _("Aucun avis à donner"),
        "rows": found.rows,
        "columns": [_("Dossier"), _("Avis du pilote"), _("Coût"), _("Réponse"), _("Mon avis")],
        "desk": _("Comité de suivi"),
    }
    return render(request, "instruction/committee.html", context)


def opinion(request: MemberRequest, number: str) -> HttpResponse:
    """The whole study, what the other members say, and my opinion."""
    now = timezone.now()
    case = policies.committee_case_for(request.user, number, now)
    mine = next((o for o in case.committee_opinions.all() if o.author_id == request.user.pk), None)
    form = CommitteeForm(request.POST or None, initial={"stance": mine.stance, "text": mine.text} if mine else {})
    if request.method == "POST" and form.is_valid():
        try:
            services.give_committee_opinion(case, by=request.user, at=now, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal.decision.reason))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Votre avis sur le dossier %(number)s est enregistré.") % {"number": number})
            return see_other("instruction:committee")
    context = _study(request, case, mine, now) | {"form": form}
    return render(request, "instruction/committee_opinion.html", context, status=422 if form.errors else 200)


def _study(request: MemberRequest, case: Case, mine: CommitteeOpinion | None, now: datetime) -> dict[str, Any]:
    costing = selectors.current_costing(case)
    others = selectors.committee_of(case, but=request.user)
    return {
        "case": case,
        "proposal": case.proposal,
        "opinions": case.opinions.all(),
        "costs": selectors.cost_sheet(costing) if costing else None,
        "answer": selectors.answer_of(case) if case.outcome else None,
        "others": others,
        "others_words": selectors.stances_words(others),
        "mine": mine,
        "may": policies.can_give_committee_opinion(request.user, case, now),
        "desk": _("Comité de suivi"),
    }
