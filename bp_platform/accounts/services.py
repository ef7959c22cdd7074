"""The acts on people: contacts, accounts, roles, erasure."""

from __future__ import annotations

from datetime import date, datetime

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.accounts import policies
from bp_platform.accounts.models import Contact, Department, PublicBody, RoleAssignment, User
from bp_platform.accounts.selectors import TOWN_CACHE
from bp_platform.core import journal, registries, text
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import demand


def set_public_body(*, by: Actor, at: datetime, **facts: object) -> PublicBody:
    """Create or change the public body's row; `facts` are its fields."""
    role = demand(policies.can_administer(by, at)).role
    with journal.transaction_with_journal():
        body = PublicBody.objects.filter(pk=1).first() or PublicBody()
        for name, value in facts.items():
            setattr(body, name, value)
        body.full_clean()
        body.save()
        journal.record(journal.Line(journal.HOUSE, at, by, "set_public_body", body, role=role))
    cache.delete(TOWN_CACHE)
    return body


def add_contact(
    *,
    name: str = "",
    email: str = "",
    phone: str = "",
    postal_address: str = "",
    language: str = "fr",
    user: User | None = None,
) -> Contact:
    """A new contact row; a signed-in person's own row is reused. Needs a name or a way to be reached."""
    if user is not None:
        known = Contact.objects.filter(user=user, erased_at=None).order_by("pk").first()
        if known is not None:
            return known
    contact = Contact(
        name=text.tidy(name),
        email=email.strip().lower(),
        phone=text.tidy(phone),
        postal_address=postal_address.strip(),
        language=language,
        user=user,
    )
    if not (contact.name or contact.email or contact.phone or contact.postal_address):
        raise ValidationError(_("Indiquez au moins un nom, un courriel, un téléphone ou une adresse."))
    contact.full_clean()
    contact.save()
    return contact


def appoint(
    user: User,
    *,
    by: Actor,
    at: datetime,
    role: str,
    from_on: date,
    department: Department | None = None,
    until_on: date | None = None,
) -> RoleAssignment:
    """Give somebody a role from a day on."""
    allowed = demand(policies.can_administer(by, at))
    with journal.transaction_with_journal():
        row = RoleAssignment(user=user, role=role, department=department, from_on=from_on, until_on=until_on)
        row.full_clean()
        row.save()
        journal.record(journal.Line(journal.HOUSE, at, by, f"appoint:{role}", row, role=allowed.role))
    user.__dict__.pop("_held_roles", None)
    return row


def erase_contact(contact: Contact, *, by: Actor, at: datetime) -> int:
    """Empty somebody's rows in every app, and keep the acts. Returns the number of rows emptied."""
    allowed = demand(policies.can_erase(by, contact, at))
    with journal.transaction_with_journal():
        emptied = sum(source.erase(contact, at) for source in registries.personal_data)
        locked = Contact.objects.select_for_update().get(pk=contact.pk)
        locked.name = locked.email = locked.phone = locked.postal_address = ""
        locked.user, locked.email_proved_at, locked.erased_at = None, None, at
        locked.full_clean()
        locked.save()
        journal.record(journal.Line(journal.HOUSE, at, by, "erase_contact", locked, role=allowed.role))
    return emptied + 1
