"""What this app holds about somebody who works here, and how it lets go of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bp_platform.accounts.models import Contact, User
from bp_platform.core.registries import PersonalData
from cycles.models import ChecklistItem, Correspondent


def export(contact: Contact) -> list[Mapping[str, Any]]:
    """Nothing hangs on a contact: one prepares an edition from an account."""
    return []


def erase(contact: Contact, at: datetime) -> int:
    """Nothing beside the account."""
    return 0


def export_account(user: User) -> list[Mapping[str, Any]]:
    """The departments one answers for, and what one has to prepare."""
    named = Correspondent.objects.filter(person=user).select_related("cycle", "department").order_by("pk")
    items = ChecklistItem.objects.filter(person=user).select_related("cycle").order_by("due_on", "pk")
    return [
        *({_("Correspondance de"): row.department.name, _("Édition"): row.cycle.title} for row in named),
        *({_("À préparer"): row.label, _("Édition"): row.cycle.title, _("Pour le"): row.due_on} for row in items),
    ]


def erase_account(user: User, at: datetime) -> int:
    """The name leaves; what was to prepare stays."""
    gone = Correspondent.objects.filter(person=user).delete()[0]
    gone += ChecklistItem.objects.filter(done_by=user).update(done_by=None)
    return gone + ChecklistItem.objects.filter(person=user).update(person=None)


PREPARING = PersonalData(
    "cycles", gettext_lazy("Ma part dans la préparation des éditions"), export, erase, export_account, erase_account
)
