"""What this app holds about somebody, and how it lets go of it: the opinions given from an account."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bp_platform.accounts.models import Contact, User
from bp_platform.core import calendar
from bp_platform.core.registries import PersonalData
from instruction.models import CommitteeOpinion


def export(contact: Contact) -> list[Mapping[str, Any]]:
    """Nothing hangs on a contact: an opinion is given from an account."""
    return []


def erase(contact: Contact, at: datetime) -> int:
    """Nothing beside the account."""
    return 0


def export_account(user: User) -> list[Mapping[str, Any]]:
    """The opinions that the person gave as a committee member, in words."""
    given = CommitteeOpinion.objects.filter(author=user).select_related("case__proposal").order_by("given_at", "pk")
    return [
        {
            _("Avis donné au comité de suivi"): f"{row.case.proposal.number}, {row.case.proposal.title}",
            _("Mon avis"): row.get_stance_display(),
            _("Pourquoi"): row.text,
            _("Le"): calendar.local_day(row.given_at),
        }
        for row in given
    ]


def erase_account(user: User, at: datetime) -> int:
    """The name leaves the opinions; what was said stays with the answer."""
    return CommitteeOpinion.objects.filter(author=user).update(author=None, author_label="")


OPINIONS = PersonalData(
    "instruction", gettext_lazy("Mes avis au comité de suivi"), export, erase, export_account, erase_account
)
