"""What becomes of a leftover: what is left and why, what is proposed, what was decided."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bp_platform.core import calendar, money
from bp_platform.core.decisions import Refused
from bp_platform.core.http import MemberRequest, see_other
from realisation import flow, policies, selectors, services
from realisation.forms import DecisionForm, ReallocationForm, RefusalForm, refuse
from realisation.models import Delivery, DeliveryState, Destination, Reallocation


@require_safe
def desk(request: MemberRequest) -> HttpResponse:
    """The editions that have money, what is left on each, and what waits for a decision."""
    policies.leftovers_desk(request.user, timezone.now())
    context = {
        "rows": selectors.leftover_rows(),
        "columns": [_("Édition"), _("Reliquat"), _("À décider")],
        "desk": _("Reliquats"),
    }
    return render(request, "realisation/leftovers_desk.html", context)


def leftovers(request: MemberRequest, cycle: str) -> HttpResponse:
    """An edition's leftovers, envelope by envelope, and a destination to propose."""
    now = timezone.now()
    edition = policies.cycle_of_leftovers(request.user, cycle, now)
    form = ReallocationForm(
        request.POST or None,
        envelopes=edition.envelopes.order_by("name", "pk"),
        deliveries=list(
            Delivery.objects.filter(proposal__cycle=edition)
            .exclude(state__in=[DeliveryState.ABANDONED, DeliveryState.INAUGURATED])
            .select_related("proposal", "envelope")
            .order_by("-state", "proposal__number")
        ),
        following=selectors.next_projects(edition),
        targets=list(policies.targets_of(edition)),
        initial={"key": uuid4()},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            row = services.propose_reallocation(
                data["envelope"], by=request.user, at=now, amount_eur=data["amount_eur"], reason=data["reason"],
                key=data["key"], **form.destination(),
            )  # fmt: skip
        except (Refused, ValidationError) as error:
            refuse(form, error, beside="amount_eur")
        else:
            said = {"amount": money.in_words(row.amount_eur, cents=True)}
            messages.success(request, _("L’affectation de %(amount)s est proposée. Elle attend sa décision.") % said)
            return see_other("realisation:leftovers", cycle)
    context = {
        "cycle": edition,
        "form": form,
        "leftovers": selectors.leftovers(edition),
        "lines": selectors.reallocation_lines(edition, is_desk=True),
        "article": selectors.leftover_article(edition),
        "is_finance": policies.can_keep_ledger(request.user, now),
        "desk": _("Reliquats"),
    }
    return render(request, "realisation/leftovers.html", context, status=422 if form.errors else 200)


def reallocation(request: MemberRequest, pk: int) -> HttpResponse:
    """Record what a named body has decided: it goes there, and the money moves; or it does not, and why."""
    now = timezone.now()
    row = policies.reallocation_for(request.user, pk, now)
    is_refusal = request.POST.get("acte") == "refuser"
    posted = request.POST if request.method == "POST" else None
    initial = {"on": calendar.local_day(now)}
    form = DecisionForm(
        None if is_refusal else posted,
        None if is_refusal else request.FILES or None,
        is_next=row.destination == Destination.NEXT,
        initial=initial,
    )
    refusal = RefusalForm(posted if is_refusal else None, prefix="refus", initial=initial)
    chosen = refusal if is_refusal else form
    if posted is not None and chosen.is_valid() and _record(request, row, chosen):
        return see_other("realisation:leftovers", row.envelope.cycle.slug)
    context = {
        "row": row,
        "cycle": row.envelope.cycle,
        "where": selectors.destination_words(row)[0],
        "form": form,
        "refusal": refusal,
        "may_decide": flow.DECIDE_REALLOCATION.may(request.user, row, now),
        "article": selectors.leftover_article(row.envelope.cycle),
        "desk": _("Reliquats"),
    }
    return render(request, "realisation/reallocation.html", context, status=422 if chosen.errors else 200)


def _record(request: MemberRequest, row: Reallocation, form: DecisionForm | RefusalForm) -> bool:
    """True once it is done and said; False when the form says why not."""
    now, data = timezone.now(), dict(form.cleaned_data)
    try:
        if isinstance(form, RefusalForm):
            services.refuse_reallocation(
                row, by=request.user, at=now, decided_by=data["decided_by"], on=data["on"], reason=data["refusal"]
            )
            messages.success(request, _("Le refus est enregistré, avec son motif."))
        else:
            services.decide_reallocation(row, by=request.user, at=now, **_decision(data))
            messages.success(request, _("La décision est enregistrée et le mouvement est fait."))
    except (Refused, ValidationError) as error:
        refuse(form, error)
        return False
    return True


def _decision(data: dict[str, Any]) -> dict[str, Any]:
    named = [data[name] for name in ("lead_department", "contact_name", "promised_on") if name in data]
    promise = services.Promise(*named) if named else None
    facts = {name: data[name] for name in ("decided_by", "on", "decision", "is_public")}
    return facts | {"promise": promise, "paper": data.get("paper")}
