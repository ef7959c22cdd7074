"""Asking to be told about the règlement of an edition."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Contact, User
from cycles import selectors
from cycles.models import Cycle, RulebookFollower


def follow_rulebook(cycle: Cycle, *, email: str, user: User | None = None, at: datetime) -> RulebookFollower:
    """Be told with an address: whoever types it again, it is told once. A choice of one's own: no journal line."""
    with transaction.atomic():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        same = RulebookFollower.objects.filter(cycle=cycle, contact__email__iexact=email.strip())
        known = same.select_related("contact").order_by("pk").first()
        if known is not None:
            return known
        contact = accounts.add_contact(email=email.strip(), user=user)
        made, _is_new = RulebookFollower.objects.get_or_create(cycle=cycle, contact=contact, defaults={"since": at})
        return made


def leave_rulebook(contact: Contact, cycle: str) -> None:
    """Be told no more of the règlement of one edition. A choice of one's own: no journal line."""
    if cycle.isdecimal():
        RulebookFollower.objects.filter(contact=contact, cycle=int(cycle)).delete()


def forget_followers(at: datetime) -> int:
    """Nobody is told any more of an edition that ended long ago. Called by the clock; harmless twice."""
    return selectors.followers_to_forget(at).delete()[0]
