"""Pages of one's own account: the first sign-in, and the data that the platform holds."""

from __future__ import annotations

import json

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from bp_platform.accounts import policies, presenters, selectors, services
from bp_platform.accounts.forms.sign_in import EraseForm, FirstSignInForm
from bp_platform.core import registries
from bp_platform.core.decisions import Refused
from bp_platform.core.http import MemberRequest, see_other


@never_cache
@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def first_sign_in(request: HttpRequest) -> HttpResponse:
    """Somebody invited types the code and chooses a password; then signs in with it."""
    form = FirstSignInForm(request.POST or None, initial={"username": request.GET.get("identifiant", "")})
    if request.method == "POST" and form.is_valid():
        try:
            services.accept_invitation(**form.cleaned_data, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal.decision.reason))
        else:
            messages.success(request, _("Votre mot de passe est enregistré. Connectez-vous avec lui."))
            return see_other("account_login")
    return render(request, "accounts/first_sign_in.html", {"form": form})


@never_cache
@require_GET
def my_data(request: MemberRequest) -> HttpResponse:
    """Everything the platform holds about the person, on a readable page."""
    return render(
        request,
        "accounts/my_data.html",
        {
            "sections": presenters.readable(selectors.file_of_account(request.user)),
            "may_erase": policies.can_erase_account(request.user, request.user, timezone.now()),
        },
    )


@never_cache
@require_GET
def my_data_file(request: MemberRequest) -> HttpResponse:
    """The same, as a file that another program can read (GDPR, article 20)."""
    return data_file(selectors.file_of_account(request.user))


@never_cache
@require_http_methods(["GET", "POST"])
def erase_my_account(request: MemberRequest) -> HttpResponse:
    """What goes, what stays and why; then a word to type."""
    now = timezone.now()
    may_erase = policies.can_erase_account(request.user, request.user, now)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.erase_account(request.user, by=request.user, at=now)
        logout(request)
        messages.success(request, _("Votre compte et vos coordonnées sont effacés."))
        return redirect("account_login")
    return render(
        request,
        "accounts/erase.html",
        {"form": form, "may_erase": may_erase, "retentions": list(registries.retentions)},
    )


def data_file(sections: list[selectors.Section]) -> HttpResponse:
    """A JSON file, section by section, in the reader's language."""
    body = json.dumps(
        {str(section.label): list(section.rows) for section in sections},
        ensure_ascii=False,
        indent=2,
        cls=DjangoJSONEncoder,
    )
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="mes-donnees.json"'
    return response
