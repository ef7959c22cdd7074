"""The staff's door: a role and a second factor before `/bureau/`, and short sessions for staff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bp_platform.accounts import selectors
from bp_platform.accounts.models import User

DESK = "/bureau/"
SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"


class StaffGuardMiddleware:
    """Before any desk: somebody signed in, with a role, a second factor, and a session that is not stale.

    Closed by default: an address under `/bureau/` is a sign-in page for a passer-by, and does not exist for
    somebody without a role. One query per request of a signed-in person, whose roles the page then reuses.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_desk = request.path_info.startswith(DESK)  # what is resolved, whatever prefix a header claims
        user = request.user
        if not isinstance(user, User):
            return redirect_to_login(request.get_full_path()) if is_desk else self.get_response(request)
        now = timezone.now()
        rights = selectors.desk_rights(user, now)
        if rights.holds_a_role and _is_stale(request, now):
            logout(request)
            messages.info(request, _("Votre session a pris fin. Identifiez-vous à nouveau."))
            return redirect_to_login(request.get_full_path())
        if is_desk and not rights.holds_a_role:
            raise Http404
        if is_desk and not rights.has_second_factor:
            messages.info(request, _("Avant d’ouvrir le bureau, ajoutez une double authentification à votre compte."))
            return HttpResponseRedirect(reverse("mfa_index"))
        response = self.get_response(request)
        if is_desk and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"  # « back » after signing out shows nobody's data
        return response


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
