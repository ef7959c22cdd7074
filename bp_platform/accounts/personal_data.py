"""What this app holds about somebody, in the words of the page « Mes données »."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from bp_platform.accounts import erasure
from bp_platform.accounts.models import Contact, RoleAssignment, User
from bp_platform.core.registries import PersonalData, Retention

ACCOUNT_LABEL = gettext_lazy("Mon compte")


def account_rows(user: User) -> list[Mapping[str, Any]]:
    """The account, then its roles at the desk."""
    return [
        {
            _("Identifiant"): user.username,
            _("Prénom"): user.first_name,
            _("Nom"): user.last_name,
            _("Courriel"): user.email,
            _("Téléphone"): user.phone,
            _("Compte créé le"): user.date_joined,
            _("Dernière connexion"): user.last_login,
        },
        *(_role_row(held) for held in user.role_assignments.select_related("department").order_by("from_on", "pk")),
    ]


def _role_row(held: RoleAssignment) -> Mapping[str, Any]:
    row: dict[str, Any] = {_("Rôle"): held.get_role_display(), _("À partir du"): held.from_on}
    if held.department:
        row[_("Direction")] = held.department.name
    if held.until_on:
        row[_("Jusqu’au")] = held.until_on
    return row


def export(contact: Contact) -> list[Mapping[str, Any]]:
    """How the person may be reached."""
    return [
        {
            _("Nom"): contact.name,
            _("Courriel"): contact.email,
            _("Téléphone"): contact.phone,
            _("Adresse postale"): contact.postal_address,
            _("Langue"): get_language_info(contact.language)["name_translated"],
        }
    ]


def erase(contact: Contact, at: datetime) -> int:
    """Nothing beside the contact's own row, which the act itself empties last."""
    return 0


CONTACT = PersonalData("accounts", gettext_lazy("Mes coordonnées"), export, erase)
PEOPLE = Retention(
    "people",
    gettext_lazy(
        "Comptes et coordonnées : deux ans après la dernière visite ou le dernier échange, et tant que dure une "
        "édition où l’on porte ou suit un projet. Qui a un compte est prévenu un mois avant."
    ),
    erasure.KEPT.days,
    ("accounts.User", "accounts.Contact", "accounts.RoleAssignment"),
    erasure.forget_people,
)
INVITATIONS = Retention(
    "invitations",
    gettext_lazy("Codes de première connexion : sept jours, sous forme d’empreinte"),
    7,
    ("accounts.Invitation",),
    erasure.forget_codes,
)
HOUSE = Retention(
    "house",
    gettext_lazy("La collectivité et ses directions : tant que la plateforme sert"),
    None,
    ("accounts.PublicBody", "accounts.Department"),
)
