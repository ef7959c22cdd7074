"""What residents ask about the works: the public page, the receipt, the answer for who holds the code."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bp_platform.accounts.models import User
from bp_platform.core import codes, handover, limits
from bp_platform.core.actors import RESIDENT
from bp_platform.core.decisions import Refused, demand
from bp_platform.core.http import Request, see_other
from bp_platform.core.network import network_of
from realisation import policies, selectors, services
from realisation.forms import EnquiryCodeForm, EnquiryForm, refuse

PAGE_SIZE = 20
RECEIPT = "demande"


@login_not_required
@never_cache
def enquiries(request: Request, cycle: str, number: str) -> HttpResponse:
    """The questions of a project in realisation and their answers; the form to ask one, without an account."""
    now = timezone.now()
    delivery = policies.public_delivery(request.user, cycle, number, now)
    actor = request.user if isinstance(request.user, User) else RESIDENT
    known = {"name": actor.get_full_name(), "email": actor.email} if isinstance(actor, User) else {}
    form = EnquiryForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid() and not form.is_trapped:
        try:
            demand(limits.spend("enquiry", network_of(request), limit=20, per=timedelta(hours=1), at=now))
            asked = services.ask(
                delivery, form.asking(get_language() or "fr"), by=actor, at=now, once=form.cleaned_data["once"]
            )
        except (Refused, ValidationError) as error:
            refuse(form, error)
        else:
            response = see_other("realisation:enquiry_received", cycle, number)
            handover.give(
                response, RECEIPT, asked.code, path=reverse("realisation:enquiry_received", args=[cycle, number])
            )
            return response
    page = Paginator(selectors.public_enquiries(delivery), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "cycle": delivery.proposal.cycle,
        "proposal": delivery.proposal,
        "page": page,
        "lines": [selectors.asked_line(enquiry, now) for enquiry in page],
        "form": form,
    }
    return render(request, "realisation/enquiries.html", context, status=422 if form.is_bound else 200)


@login_not_required
@never_cache
@require_safe
def received(request: Request, cycle: str, number: str) -> HttpResponse:
    """The acknowledgement: the secret code, and the day of the answer."""
    code = handover.given(request, RECEIPT)
    if code is None:
        return see_other("realisation:enquiries", cycle, number)
    enquiry = policies.enquiry_by_code(code)
    context = {
        "cycle": enquiry.delivery.proposal.cycle,
        "proposal": enquiry.delivery.proposal,
        "enquiry": enquiry,
        "code": codes.grouped(code),
        "plain_code": code,
    }
    return render(request, "realisation/enquiry_received.html", context)


@login_not_required
@never_cache
def find_status(request: Request) -> HttpResponse:
    """Where the code of an enquiry is typed."""
    form = EnquiryCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        tries = limits.spend(
            "enquiry status", network_of(request), limit=20, per=timedelta(minutes=10), at=timezone.now()
        )
        if not tries:
            form.add_error("code", str(tries.reason))
        else:
            try:
                policies.enquiry_by_code(form.cleaned_data["code"])
            except Http404:
                form.add_error("code", _("aucune demande ne porte ce code. Vérifiez chaque caractère."))
            else:
                return see_other("realisation:enquiry_status", codes.normalise(form.cleaned_data["code"]))
    return render(request, "realisation/find_enquiry.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@never_cache
@require_safe
def status(request: Request, code: str) -> HttpResponse:
    """What became of an enquiry, for who holds its code."""
    enquiry = policies.enquiry_by_code(code)
    context = {
        "cycle": enquiry.delivery.proposal.cycle,
        "proposal": enquiry.delivery.proposal,
        "line": selectors.asked_line(enquiry, timezone.now()),
        "department": enquiry.delivery.lead_department,
    }
    return render(request, "realisation/enquiry_status.html", context)
