"""What this app holds about somebody, and how it lets go of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from bp_platform.accounts.models import Contact
from bp_platform.core.registries import PersonalData
from proposals.models import Follow, Owner


def export(contact: Contact) -> list[Mapping[str, Any]]:
    """The person's proposals and follows, in plain values."""
    owned = Owner.objects.filter(contact=contact).select_related("proposal").order_by("pk")
    followed = Follow.objects.filter(contact=contact).select_related("proposal").order_by("pk")
    return [
        *(
            {
                "kind": "owner",
                "number": row.proposal.number,
                "title": row.proposal.title,
                "public_name": row.public_name,
                "since": row.joined_at.isoformat(),
            }
            for row in owned
        ),
        *({"kind": "follow", "number": row.proposal.number, "since": row.since.isoformat()} for row in followed),
    ]


def erase(contact: Contact, at: datetime) -> int:
    """Names leave the sheets, follows are deleted; the proposals stay."""
    names = Owner.objects.filter(contact=contact).exclude(public_name="").update(public_name="")
    follows, _by_model = Follow.objects.filter(contact=contact).delete()
    return names + follows


OWNED = PersonalData("proposals", _("Mes idées et les projets que je suis"), export, erase)
