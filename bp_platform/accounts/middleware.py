"""The staff's door: a second factor before `/bureau/`, and short sessions for staff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bp_platform.accounts.models import User

DESK = "/bureau/"
SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"


class StaffGuardMiddleware:
    """Before any desk: somebody signed in, with a role, a second factor, and a session that is not stale."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User):
            now = timezone.now()
            if user.held_roles(now):
                if _is_stale(request, now):
                    logout(request)
                    messages.info(request, _("Votre session a pris fin. Identifiez-vous à nouveau."))
                    return HttpResponseRedirect(f"{reverse('account_login')}?next={request.path}")
                if request.path.startswith(DESK) and not is_mfa_enabled(user):
                    messages.info(
                        request, _("Avant d’ouvrir le bureau, ajoutez une double authentification à votre compte.")
                    )
                    return HttpResponseRedirect(reverse("mfa_index"))
        return self.get_response(request)


def _is_stale(request: HttpRequest, now: datetime) -> bool:
    """8 hours after signing in, or 30 minutes without a page. The last page is noted once a minute."""
    stamp = now.timestamp()
    start = request.session.setdefault(SIGNED_IN_AT, stamp)
    seen = request.session.setdefault(SEEN_AT, stamp)
    is_old = stamp - start > timedelta(hours=settings.STAFF_SESSION_HOURS).total_seconds()
    is_idle = stamp - seen > timedelta(minutes=settings.STAFF_IDLE_MINUTES).total_seconds()
    if is_old or is_idle:
        return True
    if stamp - seen > 60:
        request.session[SEEN_AT] = stamp
    return False
