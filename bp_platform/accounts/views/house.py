"""The administration's desk: the public body, its departments, and people's personal data."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bp_platform.accounts import policies, presenters, selectors, services
from bp_platform.accounts.forms.desk import DepartmentForm, PublicBodyForm
from bp_platform.accounts.forms.sign_in import EraseForm
from bp_platform.accounts.models import Department, PublicBody
from bp_platform.accounts.views.account import data_file
from bp_platform.core.http import MemberRequest, see_other


@require_http_methods(["GET", "POST"])
def public_body(request: MemberRequest) -> HttpResponse:
    """Name, address, time zone and colour of the public body."""
    now = timezone.now()
    by = policies.administrator_for(request.user, now)
    form = PublicBodyForm(
        request.POST or None, request.FILES or None, instance=PublicBody.objects.filter(pk=1).first() or PublicBody()
    )
    if request.method == "POST" and form.is_valid():
        body = services.set_public_body(by=by, at=now, **form.cleaned_data)
        messages.success(request, _("La fiche de %(name)s est enregistrée.") % {"name": body.name})
        return see_other("accounts:public_body")
    return render(request, "accounts/public_body.html", {"form": form, "desk": _("Administration")})


@require_GET
def departments(request: MemberRequest) -> HttpResponse:
    """The departments, their hours and who answers for them."""
    now = timezone.now()
    policies.administrator_for(request.user, now)
    rows = [presenters.department_row(department) for department in selectors.departments(now)]
    columns = [_("Direction"), _("Correspondant"), _("Étude par semaine"), _("Comptes")]
    return render(request, "accounts/departments.html", {"columns": columns, "rows": rows, "desk": _("Administration")})


@require_http_methods(["GET", "POST"])
def new_department(request: MemberRequest) -> HttpResponse:
    policies.administrator_for(request.user, timezone.now())
    return _department_page(request, None)


@require_http_methods(["GET", "POST"])
def department(request: MemberRequest, pk: int) -> HttpResponse:
    return _department_page(request, policies.department_for(request.user, pk, timezone.now()))


@never_cache
@require_GET
def contacts(request: MemberRequest) -> HttpResponse:
    """Find a person without account who asks for their data."""
    policies.administrator_for(request.user, timezone.now())
    query = request.GET.get("q", "").replace("\x00", "")
    page = Paginator(selectors.contacts(query), 50).get_page(request.GET.get("page"))
    return render(
        request,
        "accounts/contacts.html",
        {
            "query": query,
            "page": page,
            "columns": [_("Personne"), _("Joindre"), _("Compte")],
            "rows": [presenters.contact_row(contact) for contact in page],
            "desk": _("Administration"),
        },
    )


@never_cache
@require_GET
def contact(request: MemberRequest, pk: int) -> HttpResponse:
    found = policies.contact_for(request.user, pk, timezone.now())
    return render(
        request, "accounts/contact.html", {"contact": found, "form": EraseForm(), "desk": _("Administration")}
    )


@never_cache
@require_POST
def contact_file(request: MemberRequest, pk: int) -> HttpResponse:
    """The person's data as a file; reading it leaves a line in the journal."""
    now = timezone.now()
    found = policies.contact_for(request.user, pk, now)
    return data_file(services.export_contact(found, by=request.user, at=now))


@require_POST
def erase_contact(request: MemberRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    found = policies.contact_for(request.user, pk, now)
    form = EraseForm(request.POST)
    if not form.is_valid():
        return render(request, "accounts/contact.html", {"contact": found, "form": form, "desk": _("Administration")})
    services.erase_contact(found, by=request.user, at=now)
    messages.success(request, _("Les coordonnées de cette personne sont effacées ; les actes restent, sans son nom."))
    return see_other("accounts:contacts")


def _department_page(request: MemberRequest, known: Department | None) -> HttpResponse:
    form = DepartmentForm(request.POST or None, instance=known)
    if request.method == "POST" and form.is_valid():
        saved = services.save_department(by=request.user, at=timezone.now(), department=known, **form.cleaned_data)
        messages.success(request, _("« %(name)s » est enregistrée.") % {"name": saved.name})
        return see_other("accounts:departments")
    return render(request, "accounts/department.html", {"form": form, "known": known, "desk": _("Administration")})
