"""Emptying people's rows: what an erasure clears, and what the clock lets go of once nobody needs it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from bp_platform.accounts import notifications
from bp_platform.accounts.models import Contact, Invitation, RoleAssignment, User
from bp_platform.core import calendar, journal, registries
from bp_platform.core.actors import CLOCK

logger = logging.getLogger(__name__)

KEPT: timedelta = timedelta(days=730)  # after the last visit or the last exchange
NOTICE = timedelta(days=30)  # between the letter that tells of it and the end of an account


def clear_contact(contact: Contact, at: datetime) -> None:
    """The row keeps no name and no way to reach anybody."""
    locked = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    locked.name = locked.email = locked.phone = locked.postal_address = ""
    locked.user, locked.email_proved_at, locked.bounced_at, locked.erased_at = None, None, None, at
    locked.full_clean()
    locked.save()
    journal.forget_reasons(locked)


def clear_account(user: User, at: datetime) -> None:
    """The account keeps its acts, under a name that says nothing; nobody can sign in with it."""
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    Invitation.objects.filter(user=user).delete()
    user.username = f"efface-{user.uid}"
    user.email = user.first_name = user.last_name = user.phone = ""
    user.is_active, user.last_login = False, None
    user.deactivated_at = user.deactivated_at or at
    user.erased_at = at
    user.set_unusable_password()
    user.full_clean()
    user.save()
    journal.forget_reasons(user)


# --- the clock -------------------------------------------------------------------------------------------------------


def forget_codes(at: datetime) -> int:
    """The codes that expired or served keep no trace of what they were. Returns the number of codes let go."""
    over = Invitation.objects.filter(Q(expires_at__lte=at) | Q(used_at__isnull=False))
    return over.exclude(code_hash="").update(code_hash="")


def forget_people(at: datetime) -> int:
    """Let go of contacts that no app needs, then of accounts not opened for two years. Returns their number.

    One transaction each, so that what stops half-way goes on the next time. The owner of an account is told a month
    before; one who comes back meanwhile keeps it.
    """
    contacts = sum(_let_contact_go(pk, at) for pk in _idle_contacts(at).order_by("pk").values_list("pk", flat=True))
    for user in _idle_accounts(at, KEPT - NOTICE).exclude(email="").filter(is_active=True).order_by("pk"):
        _tell(user, at)
    return contacts + sum(
        _let_account_go(pk, at) for pk in _ended_accounts(at).order_by("pk").values_list("pk", flat=True)
    )


def _idle_contacts(at: datetime) -> QuerySet[Contact, Any]:
    """Those of nobody's account that no app needs; one whose name stays published has no way to be reached left."""
    idle = Contact.objects.filter(user=None, erased_at=None)
    for source in registries.personal_data:
        if source.in_use is not None:
            idle = idle.exclude(pk__in=source.in_use(at))
    for named in _named(at):
        idle = idle.exclude(Q(email="", phone="", postal_address="") & Q(pk__in=named))
    return idle


def _named(at: datetime) -> list[QuerySet[Contact, Any]]:
    return [source.named(at) for source in registries.personal_data if source.named is not None]


def _let_contact_go(pk: int, at: datetime) -> int:
    with journal.transaction_with_journal():
        if Contact.objects.select_for_update(of=("self",)).filter(pk=pk).first() is None:
            return 0
        contact = _idle_contacts(at).filter(pk=pk).first()  # asked again: somebody may need them since
        if contact is None:
            return 0
        _release(contact, at)
        journal.record(journal.Line(journal.HOUSE, at, CLOCK, "forget_contact", contact))
    return 1


def _release(contact: Contact, at: datetime) -> None:
    """Only what serves to reach the person goes; a name published with their consent stays where it is."""
    is_named = any(named.filter(pk=contact.pk).exists() for named in _named(at))
    for source in registries.personal_data:
        if source.release is not None:
            source.release(contact, at)
    if is_named:
        contact.email = contact.phone = contact.postal_address = ""
        contact.user, contact.email_proved_at, contact.bounced_at = None, None, None
        contact.full_clean()
        contact.save()
    else:
        clear_contact(contact, at)


def _idle_accounts(at: datetime, since: timedelta) -> QuerySet[User]:
    """Accounts without a role nor anything under way, not opened for that long; `seen` is their last visit."""
    held = RoleAssignment.objects.filter(user=OuterRef("pk")).filter(
        Q(until_on=None) | Q(until_on__gte=calendar.local_day(at))
    )
    idle = (
        User.objects.filter(~Exists(held), erased_at=None)
        .annotate(seen=Greatest(Coalesce("last_login", "date_joined"), "date_joined"))
        .filter(seen__lte=at - since)
    )
    for source in registries.personal_data:
        if source.in_use is not None:
            idle = idle.exclude(contacts__in=source.in_use(at))
    return idle


def _ended_accounts(at: datetime) -> QuerySet[User]:
    """Those whose time is up: told a month ago and not come back since, or that no letter can reach."""
    told = Q(expiry_told_at__gt=F("seen"), expiry_told_at__lte=at - NOTICE)
    return _idle_accounts(at, KEPT).filter(told | Q(email="") | Q(is_active=False))


def _tell(user: User, at: datetime) -> None:
    """Say once when the account ends; a mail server that is down is tried again the next time."""
    seen = max(filter(None, (user.last_login, user.date_joined)))
    if user.expiry_told_at is not None and user.expiry_told_at > seen:
        return
    try:
        notifications.expiry(user, max(seen + KEPT, at + NOTICE))
    except OSError:
        logger.warning("The letter on the end of account %s could not leave.", user.pk)
        return
    User.objects.filter(pk=user.pk).update(expiry_told_at=at)


def _let_account_go(pk: int, at: datetime) -> int:
    with journal.transaction_with_journal():
        User.objects.select_for_update().get(pk=pk)
        user = _ended_accounts(at).filter(pk=pk).first()  # asked again: the person may have come back since
        if user is None:
            return 0
        for contact in user.contacts.order_by("pk"):
            _release(contact, at)
        for source in registries.personal_data:
            if source.erase_account is not None:
                source.erase_account(user, at)
        clear_account(user, at)
        journal.record(journal.Line(journal.HOUSE, at, CLOCK, "forget_account", user))
    return 1
