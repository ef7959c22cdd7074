"""What signing in tells: an e-mail is proved, somebody is back. Third parties' signals; our apps have none."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed, email_confirmed
from django.contrib.auth.signals import user_logged_in
from django.utils import timezone

from bp_platform.accounts import services
from bp_platform.accounts.models import User


def connect() -> None:
    email_confirmed.connect(_join_contacts, dispatch_uid="accounts.claim_contacts")
    email_changed.connect(_follow_email, dispatch_uid="accounts.follow_email")
    user_logged_in.connect(_join_newer_contacts, dispatch_uid="accounts.claim_newer_contacts")


def _join_contacts(email_address: EmailAddress, **kwargs: Any) -> None:
    services.claim_contacts(email_address.user, at=timezone.now())


def _follow_email(
    user: User, from_email_address: EmailAddress | None, to_email_address: EmailAddress, **kwargs: Any
) -> None:
    if from_email_address is not None:
        services.follow_email(user, old=from_email_address.email, new=to_email_address.email, at=timezone.now())


def _join_newer_contacts(user: User, **kwargs: Any) -> None:
    """An idea filed without signing in, with the e-mail of one's account, is found there the next time."""
    services.claim_contacts(user, at=timezone.now(), bare_only=True)
