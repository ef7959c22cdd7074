"""Who handles the outbox, and the key by which anybody reaches their own choices."""

from __future__ import annotations

from datetime import datetime
from hmac import compare_digest
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Contact, Role, User
from bp_platform.core import codes
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Decision, no, yes_as
from bp_platform.notifications.models import OutboxMessage

PURPOSE = "preferences"
HANDLERS = (Role.PARTICIPATION, Role.ADMINISTRATOR)
_PROOF = 32  # hex characters of the proof: 128 bits


def preference_key(contact: Contact) -> str:
    """The key of somebody's choices, in each of their mails: unguessable, the same for ever, kept nowhere."""
    return contact.uid.hex + codes.digest(PURPOSE, contact.uid.hex)[:_PROOF]


def contact_for(key: str) -> Contact:
    """The door of the preference centre: who holds the key is the person. A wrong key is a 404."""
    try:
        uid = UUID(hex=key[:32])
    except ValueError:
        raise Http404 from None
    if not compare_digest(key[32:].encode(), codes.digest(PURPOSE, uid.hex)[:_PROOF].encode()):
        raise Http404
    contact = Contact.objects.filter(uid=uid, erased_at=None).first()
    if contact is None:
        raise Http404
    return contact


def can_handle(by: Actor, at: datetime) -> Decision:
    """The participation team looks after the mail; so does who operates the machine."""
    if by.actor_kind == "import":
        return yes_as("import")
    if isinstance(by, User) and by.holds(at, *HANDLERS):
        return yes_as(Role.PARTICIPATION)
    return no(_("Seule l’équipe participation s’occupe des courriers."))


def demand_desk(user: User, at: datetime) -> None:
    """Who does not handle the mail does not see its desk."""
    if not can_handle(user, at):
        raise Http404


def message_for(user: User, pk: int, at: datetime) -> OutboxMessage:
    """The desk's door to one message."""
    message = OutboxMessage.objects.select_related("contact").filter(pk=pk).first()
    if message is None or not can_handle(user, at):
        raise Http404
    return message
