"""The acts on people: the public body, contacts, departments, accounts, roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.accounts import erasure, notifications, policies, selectors
from bp_platform.accounts.models import Contact, Department, Invitation, PublicBody, Role, RoleAssignment, User
from bp_platform.accounts.selectors import Section
from bp_platform.core import codes, journal, limits, registries, text
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no

CODE_CHARACTERS = 12  # 60 bits


@dataclass(frozen=True, slots=True)
class Invited:
    """An account and the code of its next sign-in: shown or sent once, kept nowhere."""

    user: User
    code: str

    @property
    def shown_code(self) -> str:
        return codes.grouped(self.code)


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
    selectors.forget_public_body()
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
        known = list(Contact.objects.filter(user=user, erased_at=None).order_by("pk"))
        if known:
            return next((contact for contact in known if contact.email.lower() == user.email.lower()), known[0])
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
        if RoleAssignment.objects.filter(user=user, role=role, department=department, until_on=None).exists():
            raise Refused(no(_("Cette personne tient déjà ce rôle.")))
        row = RoleAssignment(user=user, role=role, department=department, from_on=from_on, until_on=until_on)
        row.full_clean()
        row.save()
        journal.record(journal.Line(journal.HOUSE, at, by, f"appoint:{role}", row, role=allowed.role))
    user.remember_roles(None)
    return row


def end_role(assignment: RoleAssignment, *, by: Actor, at: datetime, until_on: date) -> RoleAssignment:
    """A role is held until that day included."""
    with journal.transaction_with_journal():
        _lock_administration()
        locked = RoleAssignment.objects.select_for_update(of=("self",)).select_related("user").get(pk=assignment.pk)
        allowed = demand(policies.can_end_role(by, locked, until_on, at))
        locked.until_on = until_on
        locked.full_clean()
        locked.save()
        journal.record(journal.Line(journal.HOUSE, at, by, f"end_role:{locked.role}", locked, role=allowed.role))
    assignment.user.remember_roles(None)
    return locked


def give_right(user: User, *, by: Actor, at: datetime, role: str, from_on: date, until_on: date) -> RoleAssignment:
    """The right that a mandate gives, between its dates. Its caller has asked the policy of the mandate."""
    with journal.transaction_with_journal():
        row = RoleAssignment(user=user, role=role, from_on=from_on, until_on=until_on)
        row.full_clean()
        row.save()
        journal.record(journal.Line(journal.HOUSE, at, by, f"appoint:{role}", row, role="mandate"))
    user.remember_roles(None)
    return row


def move_right(right: RoleAssignment, *, by: Actor, at: datetime, until_on: date) -> RoleAssignment:
    """The mandate ends earlier or later, and its right with it."""
    with journal.transaction_with_journal():
        locked = RoleAssignment.objects.select_for_update(of=("self",)).select_related("user").get(pk=right.pk)
        locked.until_on = max(until_on, locked.from_on)
        locked.save(update_fields=["until_on"])
        journal.record(journal.Line(journal.HOUSE, at, by, f"end_role:{locked.role}", locked, role="mandate"))
    locked.user.remember_roles(None)
    return locked


def save_department(*, by: Actor, at: datetime, department: Department | None = None, **facts: object) -> Department:
    """Create a department, or change one; `facts` are its fields."""
    allowed = demand(policies.can_administer(by, at))
    with journal.transaction_with_journal():
        row = Department.objects.select_for_update().get(pk=department.pk) if department else Department()
        for name, value in facts.items():
            setattr(row, name, value)
        row.full_clean()
        row.save()
        act = "change_department" if department else "create_department"
        journal.record(journal.Line(journal.HOUSE, at, by, act, row, role=allowed.role))
    return row


def create_staff_account(
    *, by: Actor, at: datetime, username: str, first_name: str, last_name: str, email: str = "", phone: str = ""
) -> Invited:
    """An account without a password: its code goes by e-mail, or is printed for somebody who has none."""
    allowed = demand(policies.can_administer(by, at))
    with journal.transaction_with_journal():
        user = User(
            username=username.strip(),
            first_name=text.tidy(first_name),
            last_name=text.tidy(last_name),
            email=email.strip().lower(),
            phone=text.tidy(phone),
        )
        user.set_unusable_password()
        user.full_clean()
        user.save()
        journal.record(journal.Line(journal.HOUSE, at, by, "create_account", user, role=allowed.role))
        return _invite(user, at)


def invite_again(user: User, *, by: Actor, at: datetime) -> Invited:
    """A new code: the former one no longer works. The password, if there is one, still does."""
    with journal.transaction_with_journal():
        locked = User.objects.select_for_update().get(pk=user.pk)
        allowed = demand(policies.can_invite(by, locked, at))
        journal.record(journal.Line(journal.HOUSE, at, by, "invite_again", locked, role=allowed.role))
        return _invite(locked, at)


def accept_invitation(*, username: str, code: str, password: str, at: datetime) -> User:
    """Somebody with the code chooses their password; a code that came by e-mail proves the address.

    Five tries an hour for a username. The refusal never says whether the account exists.
    """
    demand(limits.spend("first_sign_in", username.strip().lower(), limit=5, per=timedelta(hours=1), at=at))
    with journal.transaction_with_journal():
        invitation = (
            Invitation.objects.select_for_update(of=("self",))
            .select_related("user")
            .filter(
                user__username=username.strip(),
                user__is_active=True,
                code_hash=codes.digest("first_sign_in", code),
                used_at=None,
                expires_at__gt=at,
            )
            .first()
        )
        if invitation is None:
            raise Refused(
                no(
                    _(
                        "Ce code ne convient pas à cet identifiant, a déjà servi ou a expiré. "
                        "Demandez un nouveau code à l’administration de la plateforme."
                    )
                )
            )
        invitation.used_at = at
        invitation.save()
        user = invitation.user
        user.set_password(password)
        user.save()
        journal.record(journal.Line(journal.HOUSE, at, user, "accept_invitation", user, role="owner"))
        if invitation.is_by_email:
            prove_email(user, at=at)
    return user


def prove_email(user: User, *, at: datetime) -> None:
    """The account's e-mail is known to be the person's: no code will be asked, and their contacts are theirs."""
    with journal.transaction_with_journal():
        EmailAddress.objects.filter(email__iexact=user.email, verified=False).exclude(user=user).delete()
        EmailAddress.objects.update_or_create(
            user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
        )
        claim_contacts(user, at=at)


def claim_contacts(user: User, *, at: datetime, bare_only: bool = False) -> int:
    """Join to the account the contacts that carry an e-mail it has proved. Returns how many were joined.

    `bare_only` leaves out those with a phone number or a postal address: an e-mail typed at a desk for somebody
    else must not hand over where they live. Every account that has proved an e-mail has at least one contact,
    so that other apps can write to it.
    """
    bare = {"phone": "", "postal_address": ""} if bare_only else {}
    proved = {
        address.lower()
        for address in EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    }
    with journal.transaction_with_journal():
        mine = [
            contact
            for email in sorted(proved)
            for contact in Contact.objects.select_for_update()
            .filter(user=None, erased_at=None, email__iexact=email, **bare)
            .order_by("pk")
        ]
        for contact in mine:
            contact.user, contact.email_proved_at = user, at
            contact.full_clean()
            contact.save()
            journal.record(journal.Line(journal.HOUSE, at, user, "claim_contact", contact, role="owner"))
        if user.email.lower() in proved and not Contact.objects.filter(user=user, erased_at=None).exists():
            Contact.objects.create(name=user.get_full_name(), email=user.email.lower(), user=user, email_proved_at=at)
    return len(mine)


def follow_email(user: User, *, old: str, new: str, at: datetime) -> int:
    """The account's e-mail has changed: letters go where it now reads, never again to the mailbox it left."""
    with journal.transaction_with_journal():
        moved = Contact.objects.select_for_update().filter(user=user, erased_at=None, email__iexact=old).order_by("pk")
        for contact in moved:
            contact.email, contact.email_proved_at, contact.bounced_at = new.lower(), at, None
            contact.full_clean()
            contact.save()
            journal.record(journal.Line(journal.HOUSE, at, user, "change_contact_email", contact, role="owner"))
    return len(moved)


def deactivate(user: User, *, by: Actor, at: datetime, reason: str) -> User:
    """Close an account: its sessions end at once, its acts stay."""
    with journal.transaction_with_journal():
        _lock_administration()
        locked = User.objects.select_for_update().get(pk=user.pk)
        allowed = demand(policies.can_deactivate(by, locked, at))
        locked.is_active, locked.deactivated_at = False, at
        locked.save()
        Invitation.objects.filter(user=locked, used_at=None).delete()
        journal.record(journal.Line(journal.HOUSE, at, by, "deactivate", locked, role=allowed.role, reason=reason))
    return locked


def reactivate(user: User, *, by: Actor, at: datetime) -> User:
    """Open a closed account again."""
    with journal.transaction_with_journal():
        locked = User.objects.select_for_update().get(pk=user.pk)
        allowed = demand(policies.can_reactivate(by, locked, at))
        locked.is_active, locked.deactivated_at = True, None
        locked.save()
        journal.record(journal.Line(journal.HOUSE, at, by, "reactivate", locked, role=allowed.role))
    return locked


def reset_second_factor(user: User, *, by: Actor, at: datetime, reason: str) -> Invited:
    """A lost telephone: the second factor goes, and the password with it.

    Whoever stole the password must not be able to add a factor of their own: the person comes back by a new code.
    """
    with journal.transaction_with_journal():
        locked = User.objects.select_for_update().get(pk=user.pk)
        allowed = demand(policies.can_invite(by, locked, at))
        if not Authenticator.objects.filter(user=locked).exists():
            raise Refused(no(_("Ce compte n’a pas de double authentification.")))
        Authenticator.objects.filter(user=locked).delete()
        locked.set_unusable_password()
        locked.save()
        journal.record(
            journal.Line(journal.HOUSE, at, by, "reset_second_factor", locked, role=allowed.role, reason=reason)
        )
        return _invite(locked, at)


def export_contact(contact: Contact, *, by: Actor, at: datetime) -> list[Section]:
    """What every app holds about a person without account, read by the administration: it leaves a line."""
    allowed = demand(policies.can_erase(by, contact, at))
    with journal.transaction_with_journal():
        journal.record(journal.Line(journal.HOUSE, at, by, "export_contact", contact, role=allowed.role))
        return selectors.file_of_contact(contact)


def erase_contact(contact: Contact, *, by: Actor, at: datetime) -> int:
    """Empty somebody's rows in every app, and keep the acts. Returns the number of rows emptied."""
    allowed = demand(policies.can_erase(by, contact, at))
    with journal.transaction_with_journal():
        emptied = _empty_contact(contact, at)
        journal.record(journal.Line(journal.HOUSE, at, by, "erase_contact", contact, role=allowed.role))
    return emptied


def erase_account(user: User, *, by: Actor, at: datetime) -> int:
    """Empty an account and everything every app holds about its person; the acts stay, without a name."""
    with journal.transaction_with_journal():
        locked = User.objects.select_for_update().get(pk=user.pk)
        allowed = demand(policies.can_erase_account(by, locked, at))
        emptied = sum(_empty_contact(contact, at) for contact in locked.contacts.order_by("pk"))
        emptied += sum(source.erase_account(locked, at) for source in registries.personal_data if source.erase_account)
        erasure.clear_account(locked, at)
        journal.record(journal.Line(journal.HOUSE, at, by, "erase_account", locked, role=allowed.role))
    return emptied + 1


def _empty_contact(contact: Contact, at: datetime) -> int:
    emptied = sum(source.erase(contact, at) for source in registries.personal_data)
    erasure.clear_contact(contact, at)
    return emptied + 1


def _invite(user: User, at: datetime) -> Invited:
    code = codes.new_code(CODE_CHARACTERS)
    Invitation.objects.update_or_create(
        user=user,
        defaults={
            "code_hash": codes.digest("first_sign_in", code),
            "is_by_email": bool(user.email),
            "made_at": at,
            "expires_at": at + timedelta(days=settings.INVITATION_DAYS),
            "used_at": None,
        },
    )
    if user.email:
        notifications.invitation(user, code)
    return Invited(user, code)


def _lock_administration() -> None:
    """Two administrators who end one another's role at the same moment must not both succeed."""
    list(RoleAssignment.objects.select_for_update().filter(role=Role.ADMINISTRATOR).order_by("pk").values_list("pk"))
