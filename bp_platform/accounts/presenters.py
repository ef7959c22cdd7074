"""Values that the administration's pages draw: rows of tables, and one account's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.accounts import notifications, policies, selectors, services
from bp_platform.accounts.models import Contact, Department, RoleAssignment, User
from bp_platform.core import calendar
from bp_platform.core.actors import Actor
from bp_platform.core.components import Cell, Row, Tone
from bp_platform.core.decisions import Decision

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role of somebody; `end_url` when it can still be ended."""

    pk: int
    label: str
    dates: str
    end_url: str


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Everything that the page of an account says, already decided."""

    user: User
    status: str
    tone: Tone
    roles: Sequence[HeldRole]
    facts: Sequence[tuple[str, str]]
    has_second_factor: bool
    may_invite: Decision
    may_deactivate: Decision
    may_reactivate: Decision


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """The sheet handed to somebody without e-mail."""

    user: User
    code: str
    url: str


@dataclass(frozen=True, slots=True)
class ReadableSection:
    """What an app holds, in words: each row a list of (label, value)."""

    label: StrOrPromise
    rows: Sequence[Sequence[tuple[str, str]]]


def readable(sections: Sequence[selectors.Section]) -> list[ReadableSection]:
    """The same rows as the file, with dates as people read them and nothing left blank."""
    return [
        ReadableSection(
            section.label, [[(str(label), _in_words(value)) for label, value in row.items()] for row in section.rows]
        )
        for section in sections
    ]


def person_row(user: User, at: datetime) -> Row:
    """One account in the list; roles and second factor were read with it."""
    user.remember_roles(list(user.role_assignments.all()))
    status, tone = _status(user, user.has_second_factor)  # type: ignore[attr-defined] # annotated by selectors.people
    return Row(
        [
            Cell(user.shown_name, user.email or user.username, url=reverse("accounts:person", args=[user.pk])),
            Cell(" · ".join(_role_words(row) for row in user.held_roles(at)) or _("Aucun rôle")),
            Cell("", tag=status, tone=tone),
        ]
    )


def person_page(user: User, *, by: Actor, at: datetime) -> PersonPage:
    """One account, with what the administrator may do about it."""
    has_factor = selectors.has_second_factor(user)
    status, tone = _status(user, has_factor)
    return PersonPage(
        user=user,
        status=status,
        tone=tone,
        roles=[_held_role(row, at) for row in selectors.roles_of(user)],
        facts=[
            (_("Identifiant"), user.username),
            (_("Courriel"), user.email or _("aucun : cette personne se connecte avec son identifiant")),
            (_("Téléphone"), user.phone or _("non renseigné")),
            (_("Dernière connexion"), calendar.moment_words(user.last_login) if user.last_login else _("jamais")),
        ],
        has_second_factor=has_factor,
        may_invite=policies.can_invite(by, user, at),
        may_deactivate=policies.can_deactivate(by, user, at),
        may_reactivate=policies.can_reactivate(by, user, at),
    )


def printed_code(invited: services.Invited) -> PrintedCode:
    return PrintedCode(invited.user, invited.shown_code, notifications.first_sign_in_url(invited.user))


def department_row(department: Department) -> Row:
    """One department; `people` was counted with it."""
    people: int = department.people  # type: ignore[attr-defined] # annotated by selectors.departments
    return Row(
        [
            Cell(department.name, department.short_name, url=reverse("accounts:department", args=[department.pk])),
            Cell(department.email or _("non renseigné"), department.phone),
            Cell(ngettext("%(n)d heure", "%(n)d heures", department.weekly_hours) % {"n": department.weekly_hours}),
            Cell(ngettext("%(n)d personne", "%(n)d personnes", people) % {"n": people}),
        ]
    )


def contact_row(contact: Contact) -> Row:
    return Row(
        [
            Cell(contact.name or _("sans nom"), url=reverse("accounts:contact", args=[contact.pk])),
            Cell(contact.email or contact.phone or _("par courrier")),
            Cell(_("avec un compte") if contact.user_id else _("sans compte")),
        ]
    )


def _in_words(value: object) -> str:
    if isinstance(value, datetime):
        return calendar.moment_words(value)
    if isinstance(value, date):
        return calendar.day_words(value)
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    return str(value) if value not in (None, "") else _("non renseigné")


def _status(user: User, has_second_factor: bool) -> tuple[str, Tone]:
    if user.erased_at is not None:
        return _("Effacé"), ""
    if not user.is_active:
        return _("Désactivé"), ""
    invitation = getattr(user, "invitation", None)
    if invitation is not None and invitation.used_at is None:
        return _("Invitation en attente"), "signal"
    if not has_second_factor:
        return _("Sans double authentification"), "warning"
    return _("Prêt"), "success"


def _role_words(row: RoleAssignment) -> str:
    label = row.get_role_display()
    return f"{label} ({row.department.short_name})" if row.department else label


def _held_role(row: RoleAssignment, at: datetime) -> HeldRole:
    today = calendar.local_day(at)
    is_over = row.until_on is not None and row.until_on < today
    if row.until_on is None:
        dates = _("depuis le %(day)s") if row.from_on <= today else _("à partir du %(day)s")
        dates %= {"day": calendar.day_words(row.from_on)}
    else:
        dates = calendar.span_words(row.from_on, row.until_on)
    return HeldRole(row.pk, _role_words(row), dates, "" if is_over else reverse("accounts:end_role", args=[row.pk]))
