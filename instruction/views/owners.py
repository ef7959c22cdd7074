"""The owner's page: answer a question, by the link of the letter, without an account."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from bp_platform.core.actors import RESIDENT
from bp_platform.core.decisions import Refused
from bp_platform.core.http import Request, see_other
from instruction import flow, notifications, policies, services
from instruction.forms import AnswerForm


@login_not_required
@never_cache
def answer(request: Request, token: str) -> HttpResponse:
    """The question, and the answer once it is given. The link is proof enough: only the owner received it."""
    now = timezone.now()
    pk = notifications.question_of(token)
    if pk is None:
        raise Http404
    question = policies.question_for(pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_question(question, by=RESIDENT, at=now, answer=form.cleaned_data["answer"])
        except Refused as refusal:
            form.add_error(None, str(refusal.decision.reason))
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return see_other("instruction:answer", token)
    context = {
        "question": question,
        "proposal": question.case.proposal,
        "cycle": question.case.proposal.cycle,
        "may": flow.may_answer(RESIDENT, question, now),
        "form": form,
    }
    return render(request, "instruction/answer.html", context, status=422 if form.errors else 200)
