"""The administration's desk: accounts and roles."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bp_platform.accounts import policies, presenters, selectors, services
from bp_platform.accounts.forms.desk import EndRoleForm, PeopleFilterForm, ReasonForm, RoleForm, StaffAccountForm
from bp_platform.accounts.models import User
from bp_platform.core import calendar
from bp_platform.core.decisions import Refused
from bp_platform.core.http import MemberRequest, see_other

PER_PAGE = 50


@require_GET
def people(request: MemberRequest) -> HttpResponse:
    """Who has an account and which roles."""
    now = timezone.now()
    policies.administrator_for(request.user, now)
    form = PeopleFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {"q": "", "role": ""}
    page = Paginator(selectors.people(wanted["q"], wanted["role"], now), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "accounts/people.html",
        {
            "form": form,
            "query": wanted["q"],
            "active": bool(wanted["role"]),
            "page": page,
            "columns": [_("Personne"), _("Rôles"), _("État")],
            "rows": [presenters.person_row(user, now) for user in page],
            "desk": _("Administration"),
        },
    )


@never_cache
@require_http_methods(["GET", "POST"])
def new_person(request: MemberRequest) -> HttpResponse:
    """Create a staff account; its code is sent, or shown once to be printed."""
    now = timezone.now()
    by = policies.administrator_for(request.user, now)
    form = StaffAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invited = services.create_staff_account(by=by, at=now, **form.cleaned_data)
        except ValidationError as error:
            _attach(form, error)
        else:
            return _hand_over(request, invited)
    return render(request, "accounts/new_person.html", {"form": form, "desk": _("Administration")})


@never_cache
@require_GET
def person(request: MemberRequest, pk: int) -> HttpResponse:
    """One account: roles, invitation, second factor, closing."""
    now = timezone.now()
    return _person_page(
        request, policies.user_for(request.user, pk, now), RoleForm(initial={"from_on": calendar.local_day(now)})
    )


@require_POST
def give_role(request: MemberRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    user = policies.user_for(request.user, pk, now)
    form = RoleForm(request.POST)
    if form.is_valid():
        try:
            row = services.appoint(user, by=request.user, at=now, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal.decision.reason))
        except ValidationError as error:
            _attach(form, error)
        else:
            messages.success(
                request,
                _("%(name)s reçoit le rôle « %(role)s ».") % {"name": user.shown_name, "role": row.get_role_display()},
            )
            return see_other("accounts:person", pk)
    return _person_page(request, user, form)


@require_POST
def end_role(request: MemberRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    assignment = policies.assignment_for(request.user, pk, now)
    form = EndRoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Indiquez le dernier jour du rôle."))
        return see_other("accounts:person", assignment.user_id)
    row = services.end_role(assignment, by=request.user, at=now, until_on=form.cleaned_data["until_on"])
    messages.success(
        request,
        _("Le rôle « %(role)s » prend fin le %(day)s au soir.")
        % {"role": row.get_role_display(), "day": calendar.day_words(form.cleaned_data["until_on"])},
    )
    return see_other("accounts:person", assignment.user_id)


@never_cache
@require_POST
def invite_again(request: MemberRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    user = policies.user_for(request.user, pk, now)
    return _hand_over(request, services.invite_again(user, by=request.user, at=now))


@never_cache
@require_POST
def reset_second_factor(request: MemberRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    user = policies.user_for(request.user, pk, now)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Indiquez le motif."))
        return see_other("accounts:person", pk)
    return _hand_over(request, services.reset_second_factor(user, by=request.user, at=now, **form.cleaned_data))


@require_POST
def deactivate(request: MemberRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    user = policies.user_for(request.user, pk, now)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Indiquez le motif."))
        return see_other("accounts:person", pk)
    services.deactivate(user, by=request.user, at=now, **form.cleaned_data)
    messages.success(request, _("Le compte de %(name)s est désactivé.") % {"name": user.shown_name})
    return see_other("accounts:person", pk)


@require_POST
def reactivate(request: MemberRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    user = policies.user_for(request.user, pk, now)
    services.reactivate(user, by=request.user, at=now)
    messages.success(request, _("Le compte de %(name)s est rouvert.") % {"name": user.shown_name})
    return see_other("accounts:person", pk)


def _person_page(request: MemberRequest, user: User, form: RoleForm) -> HttpResponse:
    now = timezone.now()
    return render(
        request,
        "accounts/person.html",
        {
            "page": presenters.person_page(user, by=request.user, at=now),
            "form": form,
            "today": calendar.local_day(now).isoformat(),
            "reset_form": ReasonForm(auto_id="perdu_%s"),
            "close_form": ReasonForm(auto_id="fermer_%s"),
            "desk": _("Administration"),
        },
    )


def _hand_over(request: MemberRequest, invited: services.Invited) -> HttpResponse:
    """By e-mail: back to the account. Printed: the answer itself, since the code is kept nowhere."""
    if invited.user.email:
        messages.success(
            request,
            _("Une invitation part à %(email)s. Sans nouvelle, envoyez-en une autre.") % {"email": invited.user.email},
        )
        return see_other("accounts:person", invited.user.pk)
    return render(
        request, "accounts/printed_code.html", {"page": presenters.printed_code(invited), "desk": _("Administration")}
    )


def _attach(form: Form, error: ValidationError) -> None:
    """A refusal of the row, beside the field it speaks of when the form has it."""
    if hasattr(error, "error_dict"):
        for name, sentences in error.message_dict.items():
            form.add_error(name if name in form.fields else None, sentences)
    else:
        form.add_error(None, error.messages)
