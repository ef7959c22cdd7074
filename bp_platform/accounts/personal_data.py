"""What this app holds about somebody, in the words of the page « Mes données »."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bp_platform.accounts.models import Contact, User
from bp_platform.core.registries import PersonalData, Retention

ACCOUNT_LABEL = gettext_lazy("Mon compte")


def account_rows(user: User) -> list[Mapping[str, Any]]:
    """The account, then its roles at the desk."""
    return [
        {
            _("identifiant"): user.username,
            _("prénom"): user.first_name,
            _("nom"): user.last_name,
            _("courriel"): user.email,
            _("téléphone"): user.phone,
            _("compte créé le"): user.date_joined.isoformat(),
            _("dernière connexion"): user.last_login.isoformat() if user.last_login else "",
        },
        *(
            {
                _("rôle"): held.get_role_display(),
                _("direction"): held.department.name if held.department else "",
                _("à partir du"): held.from_on.isoformat(),
                _("jusqu’au"): held.until_on.isoformat() if held.until_on else "",
            }
            for held in user.role_assignments.select_related("department").order_by("from_on", "pk")
        ),
    ]


def export(contact: Contact) -> list[Mapping[str, Any]]:
    """How the person may be reached."""
    return [
        {
            _("nom"): contact.name,
            _("courriel"): contact.email,
            _("téléphone"): contact.phone,
            _("adresse postale"): contact.postal_address,
            _("langue"): contact.language,
        }
    ]


def erase(contact: Contact, at: datetime) -> int:
    """Nothing beside the contact's own row, which the act itself empties last."""
    return 0


CONTACT = PersonalData("accounts", gettext_lazy("Mes coordonnées"), export, erase)
PEOPLE = Retention(
    "people",
    gettext_lazy("Comptes et coordonnées : deux ans après la dernière visite ou le dernier échange"),
    730,
    ("accounts.User", "accounts.Contact", "accounts.RoleAssignment"),
)
INVITATIONS = Retention(
    "invitations",
    gettext_lazy("Codes de première connexion : sept jours, sous forme d’empreinte"),
    7,
    ("accounts.Invitation",),
)
HOUSE = Retention(
    "house",
    gettext_lazy("La collectivité et ses directions : tant que la plateforme sert"),
    None,
    ("accounts.PublicBody", "accounts.Department"),
)
