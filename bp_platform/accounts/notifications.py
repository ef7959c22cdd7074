"""The letters of sign-in, sent after commit. They carry a secret, so they never wait in a table."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode

from bp_platform.accounts import selectors
from bp_platform.accounts.models import User
from bp_platform.core import codes


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


def _send(address: str, values: dict[str, object]) -> None:
    subject = " ".join(render_to_string("accounts/email/invitation_subject.txt", values).split())
    body = render_to_string("accounts/email/invitation_body.txt", values)
    message = EmailMultiAlternatives(subject, body, to=[address])
    html = render_to_string("accounts/email/invitation_body.html", {**values, "subject": subject})
    message.attach_alternative(html, "text/html")
    message.send()
