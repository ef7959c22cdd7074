"""Page-sized reads of people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from django.core.cache import caches
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from bp_platform.accounts import personal_data
from bp_platform.accounts.models import Contact, Department, Invitation, PublicBody, RoleAssignment, User
from bp_platform.core import calendar, registries

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TOWN_CACHE = "accounts.town"
_held: ContextVar[list[PublicBody] | None] = ContextVar("public body of the request", default=None)


@dataclass(frozen=True, slots=True)
class Section:
    """What one app holds about somebody: its label, and its rows in plain values."""

    key: str
    label: StrOrPromise
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class DeskRights:
    """What the guard of `/bureau/` asks, in one query."""

    holds_a_role: bool
    has_second_factor: bool


def public_body() -> PublicBody:
    """The public body of this installation; a nameless one before it is set up. Kept for a minute, and by a request."""
    held = _held.get()
    if held:
        return held[0]
    kept: PublicBody | None = caches["local"].get(TOWN_CACHE)
    if kept is None:
        kept = PublicBody.objects.filter(pk=1).first() or PublicBody(name="Budget participatif")
        caches["local"].set(TOWN_CACHE, kept, 60)
    if held is not None:
        held.append(kept)
    return kept


@contextmanager
def same_public_body() -> Iterator[None]:
    """Within it, `public_body` is read once."""
    token = _held.set([])
    try:
        yield
    finally:
        _held.reset(token)


def forget_public_body() -> None:
    """It has changed: what was kept is stale."""
    caches["local"].delete(TOWN_CACHE)
    if held := _held.get():
        held.clear()


def desk_rights(user: User, at: datetime) -> DeskRights:
    """Roles and second factor together: one query, whose rows `user.held_roles` then uses."""
    rows = list(
        user.role_assignments.select_related("department")
        .annotate(has_second_factor=Exists(Authenticator.objects.filter(user=OuterRef("user"))))
        .order_by("pk")
    )
    user.remember_roles(rows)
    return DeskRights(bool(user.held_roles(at)), bool(rows) and rows[0].has_second_factor)


def people(search: str = "", role: str = "", at: datetime | None = None) -> QuerySet[User]:
    """Accounts by name, those of one role only if it is named: held on that day. Erased ones are left out."""
    found = User.objects.filter(erased_at=None)
    for word in search.split():
        found = found.filter(
            Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(username__icontains=word)
            | Q(email__icontains=word)
        )
    if role and at is not None:
        found = found.filter(Exists(assignments_on(at).filter(user=OuterRef("pk"), role=role)))
    elif not search:
        found = found.filter(Exists(RoleAssignment.objects.filter(user=OuterRef("pk"))) | Q(invitation__isnull=False))
    return (
        found.annotate(has_second_factor=Exists(Authenticator.objects.filter(user=OuterRef("pk"))))
        .select_related("invitation")
        .prefetch_related(
            Prefetch("role_assignments", RoleAssignment.objects.select_related("department").order_by("pk"))
        )
        .order_by("last_name", "first_name", "pk")
    )


def assignments_on(at: datetime) -> QuerySet[RoleAssignment]:
    """The roles in force on that day."""
    day = calendar.local_day(at)
    return RoleAssignment.objects.filter(from_on__lte=day).filter(Q(until_on=None) | Q(until_on__gte=day))


def roles_of(user: User) -> list[RoleAssignment]:
    """Every role somebody holds or held, the latest first."""
    return list(user.role_assignments.select_related("department").order_by("-from_on", "-pk"))


def departments(at: datetime) -> QuerySet[Department]:
    """The departments by name, with the number of people who hold a role there on that day."""
    day = calendar.local_day(at)
    held = Q(role_assignments__from_on__lte=day) & (
        Q(role_assignments__until_on=None) | Q(role_assignments__until_on__gte=day)
    )
    return Department.objects.annotate(people=Count("role_assignments__user", filter=held, distinct=True)).order_by(
        "name", "pk"
    )


def invitation_of(user: User) -> Invitation | None:
    """The last code made for somebody, if there is one."""
    return Invitation.objects.filter(user=user).first()


def has_second_factor(user: User) -> bool:
    found: bool = Authenticator.objects.filter(user=user).exists()
    return found


def contacts(search: str) -> QuerySet[Contact]:
    """People whom the platform may write to, by name or way of reaching them; nobody without a search."""
    if not search.split():
        return Contact.objects.none()
    found = Contact.objects.filter(erased_at=None)
    for word in search.split():
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word) | Q(phone__icontains=word))
    return found.select_related("user").order_by("name", "pk")


def file_of_contact(contact: Contact) -> list[Section]:
    """What every app holds about a contact."""
    return [Section(source.key, source.label, source.export(contact)) for source in registries.personal_data]


def file_of_account(user: User) -> list[Section]:
    """What every app holds about an account's person, whose contacts are brought together."""
    mine = list(user.contacts.filter(erased_at=None).order_by("pk"))
    account = Section("account", personal_data.ACCOUNT_LABEL, personal_data.account_rows(user))
    return [
        account,
        *(
            Section(
                source.key,
                source.label,
                [
                    *(row for contact in mine for row in source.export(contact)),
                    *(source.export_account(user) if source.export_account else ()),
                ],
            )
            for source in registries.personal_data
        ),
    ]
