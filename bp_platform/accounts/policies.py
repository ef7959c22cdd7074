"""Who may do what with people."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from bp_platform.accounts.models import Contact, Role, User
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Decision, no, yes_as


def can_administer(by: Actor, at: datetime) -> Decision:
    """Administrators appoint people and set the public body; so does who operates the machine."""
    if by.actor_kind == "import":
        return yes_as("import")
    if isinstance(by, User) and by.holds(at, Role.ADMINISTRATOR):
        return yes_as(Role.ADMINISTRATOR)
    return no(_("Seule l’administration de la plateforme peut le faire."))


def can_erase(by: Actor, contact: Contact, at: datetime) -> Decision:
    """The person, or the administration at the person's request."""
    if isinstance(by, User) and contact.user_id == by.pk:
        return yes_as("owner")
    return can_administer(by, at)
