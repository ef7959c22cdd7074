"""The desk of what residents ask: read before it is published, answered by the lead department."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bp_platform.core.decisions import Refused
from bp_platform.core.http import MemberRequest, see_other
from realisation import flow, policies, selectors, services
from realisation.forms import EnquiryAnswerForm, EnquiryRefusalForm, refuse
from realisation.models import Enquiry


@require_safe
def desk(request: MemberRequest) -> HttpResponse:
    """What is to be read or answered, the nearest promise first; then what was answered last."""
    now = timezone.now()
    mine = policies.enquiries_for(request.user, now)
    rows = selectors.enquiry_rows(mine, now)
    context = {
        "heading": selectors.enquiries_heading(rows),
        "rows": rows,
        "answered": selectors.answered_rows(mine, now),
        "columns": [_("Demande"), _("État"), _("Réponse promise")],
        "desk": _("Demandes"),
    }
    return render(request, "realisation/enquiries_desk.html", context)


def one(request: MemberRequest, uid: UUID) -> HttpResponse:
    """One enquiry: publish it, set it aside, or answer it in public."""
    now = timezone.now()
    enquiry = policies.enquiry_for(request.user, uid, now)
    act = request.POST.get("act", "")
    answer = EnquiryAnswerForm(request.POST if act == "answer" else None)
    refusal = EnquiryRefusalForm(request.POST if act == "refuse" else None)
    if request.method == "POST" and (said := _act(request, enquiry, act, answer, refusal)):
        messages.success(request, said)
        return see_other("realisation:my_enquiries")
    context = {
        "enquiry": enquiry,
        "line": selectors.asked_line(enquiry, now),
        "proposal": enquiry.delivery.proposal,
        "answer": answer,
        "refusal": refusal,
        "may_publish": flow.PUBLISH_ENQUIRY.may(request.user, enquiry, now),
        "may_refuse": flow.REFUSE_ENQUIRY.may(request.user, enquiry, now),
        "may_answer": flow.ANSWER_ENQUIRY.may(request.user, enquiry, now),
        "desk": _("Demandes"),
    }
    return render(request, "realisation/enquiry.html", context, status=422 if answer.errors or refusal.errors else 200)


def _act(
    request: MemberRequest, enquiry: Enquiry, act: str, answer: EnquiryAnswerForm, refusal: EnquiryRefusalForm
) -> str:
    """Do it; the sentence of what was done, or « » when a form or a policy refused."""
    now, shown = timezone.now(), answer if act == "answer" else refusal
    try:
        if act == "publish":
            services.publish_enquiry(enquiry, by=request.user, at=now)
            return _("La demande est publiée ; la direction est prévenue.")
        if act == "answer" and answer.is_valid():
            services.answer_enquiry(enquiry, by=request.user, at=now, words=answer.cleaned_data["words"])
            return _("La réponse est publiée et envoyée.")
        if act == "refuse" and refusal.is_valid():
            services.refuse_enquiry(enquiry, by=request.user, at=now, reason=refusal.cleaned_data["reason"])
            return _("La demande n’est pas publiée ; la personne est prévenue.")
    except (Refused, ValidationError) as error:
        _say(request, shown, error)
    return ""


def _say(request: MemberRequest, form: Form, error: Refused | ValidationError) -> None:
    if form.is_bound:
        refuse(form, error)
    else:
        messages.error(request, " ".join(getattr(error, "messages", [str(error)])))
