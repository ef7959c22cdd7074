"""What allauth tells: an e-mail has just been proved. Its signals are a third party's; our apps have none."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.utils import timezone

from bp_platform.accounts import services


def connect() -> None:
    email_confirmed.connect(_join_contacts, dispatch_uid="accounts.claim_contacts")


def _join_contacts(email_address: EmailAddress, **kwargs: Any) -> None:
    services.claim_contacts(email_address.user, at=timezone.now())
