"""Everybody's choices, reached by the key in each mail; and the staff's desk of the mail."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bp_platform.accounts.models import Contact
from bp_platform.core.http import MemberRequest, Request, see_other
from bp_platform.notifications import mail, policies, selectors, services
from bp_platform.notifications.forms import ChoicesForm

ONE_CLICK = "One-Click"


@csrf_exempt  # RFC 8058: the mail program posts, from nowhere; the key in the address is what is checked
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: Request, key: str) -> HttpResponse:
    """What somebody is told, and how often; a post with a mail program's own word stops one message."""
    contact = policies.contact_for(key)
    event = request.GET.get("de", "")
    if request.POST.get("List-Unsubscribe") == ONE_CLICK:
        services.switch_off(contact, event, at=timezone.now())
        return HttpResponse(_("C’est fait."), content_type="text/plain; charset=utf-8")
    if "stop" in request.POST:
        return _stop(request, contact, key, request.POST["stop"])
    followed = selectors.followed_by(contact)
    if "leave" in request.POST:
        return _leave(request, contact, key, followed)
    form = ChoicesForm(request.POST or None, chosen=selectors.cadences_of(contact))
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        for name, cadence in form.changes().items():
            services.set_cadence(contact, name, cadence, at=now)
        messages.success(request, _("Vos choix sont enregistrés."))
        return see_other("notifications:preferences", key)
    status = 422 if form.is_bound else 200
    known = {name: selectors.event_label(name) for name in form.fields}
    return render(
        request,
        "notifications/preferences.html",
        {
            "form": form,
            "address": selectors.masked(contact.email),
            "event": event,
            "event_label": known.get(event, ""),
            "followed": followed,
        },
        status=status,
    )


def _leave(request: Request, contact: Contact, key: str, followed: list[selectors.Subscription]) -> HttpResponse:
    value = request.POST["leave"]
    services.leave(contact, value)
    for one in followed:
        if one.value == value:
            said = _("Vous ne suivez plus « %(name)s ». Sa page permet d’y revenir.") % {"name": one.label}
            messages.success(request, said)
    return see_other("notifications:preferences", key)


def _stop(request: Request, contact: Contact, key: str, event: str) -> HttpResponse:
    services.switch_off(contact, event, at=timezone.now())
    if event:
        said = _("Vous ne recevrez plus «\u00a0%(label)s\u00a0».") % {"label": selectors.event_label(event)}
    else:
        said = _("Vous ne recevrez plus que les réponses à vos propres démarches.")
    messages.success(request, said)
    return see_other("notifications:preferences", key)


@never_cache
@require_safe
def desk(request: MemberRequest) -> HttpResponse:
    """The desk of the mail: figures, letters, and what a person must decide."""
    policies.demand_desk(request.user, timezone.now())
    sheet = selectors.desk(request.GET.get("page"))
    context = {"sheet": sheet, "columns": selectors.queue_columns(), "desk": _("Courriers")}
    return render(request, "notifications/desk.html", context)


@never_cache
@require_safe
def message(request: MemberRequest, pk: int) -> HttpResponse:
    """One message that failed or is in doubt: its words, and what can be done."""
    now = timezone.now()
    found = policies.message_for(request.user, pk, now)
    subject, text = mail.preview(found)
    context = {
        "message": found,
        "facts": selectors.facts_of(found, now),
        "subject": subject,
        "text": text,
        "can_decide": found.state in services.TROUBLES,
        "desk": _("Courriers"),
    }
    return render(request, "notifications/message.html", context)


@require_POST
def decide(request: MemberRequest, pk: int) -> HttpResponse:
    """Send again, or give up."""
    now = timezone.now()
    found = policies.message_for(request.user, pk, now)
    who = found.contact.name or found.contact.email
    if request.POST.get("act") == "resend":
        services.resend(found, by=request.user, at=now)
        messages.success(request, _("Le courriel à %(who)s repart.") % {"who": who})
    else:
        services.drop(found, by=request.user, at=now)
        messages.success(request, _("Le courriel à %(who)s est abandonné.") % {"who": who})
    return see_other("notifications:desk")


@require_POST
def print_letters(request: MemberRequest) -> HttpResponse:
    """Order the PDF of the letters that wait."""
    job = services.print_letters(by=request.user, at=timezone.now())
    return see_other("documents:job", job.uid)


@require_POST
def end_run(request: MemberRequest, run: UUID) -> HttpResponse:
    """The letters of a run are posted, or go back to waiting."""
    now = timezone.now()
    if request.POST.get("act") == "posted":
        number = services.confirm_print(run, by=request.user, at=now)
        said = ngettext("%(number)d lettre est partie.", "%(number)d lettres sont parties.", number)
    else:
        number = services.put_back_letters(run, by=request.user, at=now)
        said = ngettext("%(number)d lettre attend à nouveau.", "%(number)d lettres attendent à nouveau.", number)
    messages.success(request, said % {"number": number})
    return see_other("notifications:desk")
