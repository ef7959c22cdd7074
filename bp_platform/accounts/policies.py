"""Who may do what with people, and the doors to them."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Contact, Department, Role, RoleAssignment, User
from bp_platform.core import calendar
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Decision, no, yes_as


def can_administer(by: Actor, at: datetime) -> Decision:
    """Administrators appoint people and set the public body; so does who operates the machine."""
    if by.actor_kind == "import":
        return yes_as("import")
    if isinstance(by, User) and by.is_active and by.holds(at, Role.ADMINISTRATOR):
        return yes_as(Role.ADMINISTRATOR)
    return no(_("Seule l’administration de la plateforme peut le faire."))


def can_end_role(by: Actor, assignment: RoleAssignment, until_on: date, at: datetime) -> Decision:
    """A role ends on a day; the administration never ends up empty."""
    allowed = can_administer(by, at)
    if not allowed:
        return allowed
    if assignment.until_on is not None and assignment.until_on < calendar.local_day(at):
        return no(_("Ce rôle a déjà pris fin."))
    if until_on < assignment.from_on:
        return no(_("La date de fin du rôle précède sa date de début."))
    if assignment.role == Role.ADMINISTRATOR and not _administration_after(until_on, but=assignment.user):
        return no(_("Il doit rester au moins une personne à l’administration."))
    return allowed


def can_deactivate(by: Actor, user: User, at: datetime) -> Decision:
    """An administrator closes somebody else's account, unless nobody would be left to administer."""
    allowed = can_administer(by, at)
    if not allowed:
        return allowed
    if not user.is_active:
        return no(_("Ce compte est déjà désactivé."))
    if isinstance(by, User) and by.pk == user.pk:
        return no(_("On ne désactive pas son propre compte : demandez-le à une autre personne de l’administration."))
    if user.holds(at, Role.ADMINISTRATOR) and not _administration_after(calendar.local_day(at), but=user):
        return no(_("Il doit rester au moins une personne à l’administration."))
    return allowed


def can_reactivate(by: Actor, user: User, at: datetime) -> Decision:
    """A closed account may be opened again, an erased one may not."""
    allowed = can_administer(by, at)
    if not allowed:
        return allowed
    if user.is_active:
        return no(_("Ce compte est déjà actif."))
    if user.erased_at is not None:
        return no(_("Ce compte a été effacé : il ne peut plus être rouvert."))
    return allowed


def can_invite(by: Actor, user: User, at: datetime) -> Decision:
    """A new code to sign in: for somebody else, and for an open account."""
    allowed = can_administer(by, at)
    if not allowed:
        return allowed
    if not user.is_active:
        return no(_("Ce compte est désactivé : rouvrez-le d’abord."))
    if isinstance(by, User) and by.pk == user.pk:
        return no(_("On ne s’invite pas soi-même : demandez-le à une autre personne de l’administration."))
    return allowed


def can_erase(by: Actor, contact: Contact, at: datetime) -> Decision:
    """The person, or the administration at the person's request."""
    if isinstance(by, User) and contact.user_id == by.pk:
        return yes_as("owner")
    return can_administer(by, at)


def can_erase_account(by: Actor, user: User, at: datetime) -> Decision:
    """The person, or the administration at the person's request; never while a role is held."""
    allowed = yes_as("owner") if isinstance(by, User) and by.pk == user.pk else can_administer(by, at)
    if not allowed:
        return allowed
    if user.erased_at is not None:
        return no(_("Ce compte est déjà effacé."))
    if user.held_roles(at):
        return no(
            _(
                "Ce compte tient un rôle au bureau : il peut être effacé une fois ce rôle terminé. "
                "Adressez-vous à l’administration de la plateforme."
            )
        )
    return allowed


def user_for(by: object, pk: int, at: datetime) -> User:
    """An account, for the administration; a 404 for anybody else."""
    _administration_only(by, at)
    found = User.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def assignment_for(by: object, pk: int, at: datetime) -> RoleAssignment:
    """A role held by somebody, for the administration; a 404 for anybody else."""
    _administration_only(by, at)
    found = RoleAssignment.objects.select_related("user", "department").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def contact_for(by: object, pk: int, at: datetime) -> Contact:
    """Somebody's row, for the administration; a 404 for anybody else, and once it is erased."""
    _administration_only(by, at)
    found = Contact.objects.select_related("user").filter(pk=pk, erased_at=None).first()
    if found is None:
        raise Http404
    return found


def department_for(by: object, pk: int, at: datetime) -> Department:
    """A department to change, for the administration; a 404 for anybody else."""
    _administration_only(by, at)
    found = Department.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def administrator_for(by: object, at: datetime) -> User:
    """The administrator who opens a desk of the administration; a 404 for anybody else."""
    return _administration_only(by, at)


def _administration_only(by: object, at: datetime) -> User:
    if not isinstance(by, User) or not can_administer(by, at):
        raise Http404
    return by


def _administration_after(day: date, *, but: User) -> bool:
    """Whether somebody else, able to sign in, administers after that day."""
    return (
        RoleAssignment.objects.filter(role=Role.ADMINISTRATOR, user__is_active=True, from_on__lte=day)
        .filter(Q(until_on=None) | Q(until_on__gt=day))
        .exclude(user=but)
        .exists()
    )
