"""What moves or changes after the promise: a date, what was announced, a delivery said too early, what followed."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bp_platform.core import calendar
from bp_platform.core.decisions import Refused
from bp_platform.core.http import MemberRequest, see_other
from realisation import policies, selectors, services
from realisation.forms import ChangeForm, MilestoneForm, ReachForm, SequelForm, UndoForm, refuse
from realisation.models import MOVING, Delivery, DeliveryState, MilestoneKind
from realisation.views.deliveries import one


def milestone(request: MemberRequest, number: str) -> HttpResponse:
    """Plan a date, or say that it moves and why; what has passed is asked for first."""
    now = timezone.now()
    delivery = policies.delivery_for(request.user, number, now)
    passed = [due for due in selectors.waiting(Delivery.objects.filter(pk=delivery.pk), now) if due.is_date]
    form = MilestoneForm(request.POST or None, initial={"kind": passed[0].about} if passed else {})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.plan_milestone(
                delivery, by=request.user, at=now, kind=data["kind"], planned_on=data["on"],
                delay_reason=data["delay_reason"],
            )  # fmt: skip
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("La date du projet %(number)s est publiée.") % {"number": number})
            return see_other("realisation:follow_up", number)
    context = one(request, delivery, now) | {"form": form, "passed": passed, "today": calendar.local_day(now)}
    return render(request, "realisation/milestone.html", context, status=422 if form.errors else 200)


@require_POST
def reach(request: MemberRequest, number: str) -> HttpResponse:
    """A step is done."""
    now = timezone.now()
    delivery = policies.delivery_for(request.user, number, now)
    form = ReachForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Indiquez le jour où cette étape a été faite, par exemple 18/06/2026."))
        return see_other("realisation:milestone", number)
    try:
        made = services.reach_milestone(
            delivery, by=request.user, at=now, kind=form.cleaned_data["kind"], on=form.cleaned_data["on"]
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages).capitalize())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("« %(step)s » est noté comme fait.") % {"step": made.get_kind_display()})
    return see_other("realisation:milestone", number)


def change(request: MemberRequest, number: str) -> HttpResponse:
    """What was announced changes: from, to, and why."""
    now = timezone.now()
    delivery = policies.delivery_for(request.user, number, now)
    form = ChangeForm(request.POST or None, initial=_as_built(delivery))
    if request.method == "POST" and form.is_valid():
        try:
            services.change(
                delivery, by=request.user, at=now, wanted=form.wanted(), reason=form.cleaned_data["reason"],
                key=form.cleaned_data["key"],
            )  # fmt: skip
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(
                request, _("Le changement du projet %(number)s est publié et annoncé.") % {"number": number}
            )
            keeps_it = policies.deliveries_for(request.user, now).filter(proposal__number=number).exists()
            return see_other("realisation:follow_up", number) if keeps_it else see_other("realisation:my_deliveries")
    allowed = policies.can_change(request.user, delivery, now)
    context = {"form": form, "delivery": delivery, "proposal": delivery.proposal, "allowed": allowed}
    context["desk"] = delivery.lead_department.short_name
    return render(request, "realisation/change.html", context, status=422 if form.errors else 200)


def _as_built(delivery: Delivery) -> dict[str, object]:
    opening = delivery.milestones.filter(kind=MilestoneKind.DELIVERY).first()
    return {
        "lead_department": delivery.lead_department_id,
        "contact_name": delivery.contact_name,
        "place": delivery.place or delivery.proposal.place,
        "scope": delivery.scope,
        "expected_cost_eur": delivery.expected_cost_eur or delivery.proposal.price_eur,
        "expected_on": opening.expected_on if opening else delivery.promised_on,
        "key": uuid4(),
    }


def undo(request: MemberRequest, number: str) -> HttpResponse:
    """« Livré » was posted by mistake."""
    now = timezone.now()
    delivery = policies.delivery_for(request.user, number, now)
    earlier = [*MOVING, *([DeliveryState.DELIVERED] if delivery.state == DeliveryState.INAUGURATED else [])]
    form = UndoForm(request.POST or None, earlier=earlier, initial={"to": DeliveryState.WORKS, "key": uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            services.undo_delivered(delivery, by=request.user, at=now, **form.cleaned_data)
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(
                request, _("L’avancement du projet %(number)s est corrigé et annoncé.") % {"number": number}
            )
            return see_other("realisation:follow_up", number)
    context = {"form": form, "delivery": delivery, "proposal": delivery.proposal}
    context["desk"] = delivery.lead_department.short_name
    return render(request, "realisation/undo.html", context, status=422 if form.errors else 200)


def sequel(request: MemberRequest, number: str) -> HttpResponse:
    """« Ce qui a suivi »."""
    now = timezone.now()
    delivery = policies.delivery_for(request.user, number, now)
    form = SequelForm(request.POST or None, initial={"words": delivery.sequel})
    if request.method == "POST" and form.is_valid():
        try:
            services.tell_sequel(delivery, by=request.user, at=now, words=form.cleaned_data["words"])
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(
                request, _("« Ce qui a suivi » est enregistré pour le projet %(number)s.") % {"number": number}
            )
            return see_other("realisation:follow_up", number)
    context = {"form": form, "delivery": delivery, "proposal": delivery.proposal}
    context["desk"] = delivery.lead_department.short_name
    return render(request, "realisation/sequel.html", context, status=422 if form.errors else 200)
