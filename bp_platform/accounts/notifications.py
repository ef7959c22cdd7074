"""The letters of sign-in, sent after commit. They carry a secret, so they never wait in a table."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import override

from bp_platform.accounts import selectors
from bp_platform.accounts.models import User
from bp_platform.core import calendar, codes


def invitation(user: User, code: str) -> None:
    """The code of a first sign-in, to the person's e-mail; a mail server that is down loses the letter, not the act."""
    transaction.on_commit(partial(_send, user.email, _values(user, code)), robust=True)


def first_sign_in_url(user: User) -> str:
    """The page where the code is typed, with the username already there; the code is never in an address."""
    return f"{settings.BASE_URL}{reverse('accounts:first_sign_in')}?{urlencode({'identifiant': user.username})}"


def _values(user: User, code: str) -> dict[str, object]:
    return {
        "town": selectors.public_body(),
        "first_name": user.first_name,
        "username": user.username,
        "code": codes.grouped(code),
        "url": first_sign_in_url(user),
        "days": settings.INVITATION_DAYS,
    }


def expiry(user: User, ends_at: datetime) -> None:
    """The account will be emptied on that day unless its owner comes back. Raises OSError when it cannot leave."""
    values = {
        "town": selectors.public_body(),
        "name": user.shown_name,
        "day": calendar.local_day(ends_at),
        "url": f"{settings.BASE_URL}{reverse('account_login')}",
    }
    with override(next((c.language for c in user.contacts.order_by("pk")), settings.LANGUAGE_CODE)):
        _send(user.email, values, "expiry")


def _send(address: str, values: dict[str, object], letter: str = "invitation") -> None:
    subject = " ".join(render_to_string(f"accounts/email/{letter}_subject.txt", values).split())
    body = render_to_string(f"accounts/email/{letter}_body.txt", values)
    message = EmailMultiAlternatives(subject, body, to=[address])
    html = render_to_string(f"accounts/email/{letter}_body.html", {**values, "subject": subject})
    message.attach_alternative(html, "text/html")
    message.send()
