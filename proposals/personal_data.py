"""What this app holds about somebody, and how it lets go of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bp_platform.accounts.models import Contact
from bp_platform.core import calendar
from bp_platform.core.registries import PersonalData
from cycles import services as cycle_services
from cycles.models import Cycle
from proposals import selectors
from proposals.models import Clarification, Follow, Owner


def export(contact: Contact) -> list[Mapping[str, Any]]:
    """The person's proposals and follows, in words."""
    owned = Owner.objects.filter(contact=contact).select_related("proposal").order_by("pk")
    followed = Follow.objects.filter(contact=contact).select_related("proposal").order_by("pk")
    answers = Clarification.objects.filter(proposal__owners__contact=contact).select_related("proposal").order_by("pk")
    return [
        *(_owned(row) for row in owned),
        *(_answered(row) for row in answers),
        *(_followed(row) for row in followed),
    ]


def _owned(row: Owner) -> Mapping[str, Any]:
    return {
        _("Idée déposée"): f"{row.proposal.number}, {row.proposal.title}",
        _("Nom affiché"): row.public_name or _("aucun"),
        _("Le"): calendar.local_day(row.joined_at),
    }


def _answered(row: Clarification) -> Mapping[str, Any]:
    return {
        _("Question sur mon idée"): f"{row.proposal.number}, {row.question}",
        _("Ma réponse"): row.answer,
        _("Le"): calendar.local_day(row.answered_at),
    }


def _followed(row: Follow) -> Mapping[str, Any]:
    return {
        _("Projet suivi"): f"{row.proposal.number}, {row.proposal.title}",
        _("Depuis le"): calendar.local_day(row.since),
    }


def erase(contact: Contact, at: datetime) -> int:
    """Names leave the sheets, answers are emptied, follows are deleted; the proposals stay."""
    named = Owner.objects.filter(contact=contact).exclude(public_name="")
    for cycle in Cycle.objects.filter(proposals__owners__in=named).distinct().order_by("pk"):
        cycle_services.touch(cycle)  # pages that are kept would still show the name
    names = named.update(public_name="")
    follows, _by_model = Follow.objects.filter(contact=contact).delete()
    answers = Clarification.objects.filter(proposal__owners__contact=contact).exclude(answer="").update(answer="")
    return names + answers + follows


def release(contact: Contact, at: datetime) -> int:
    """Nothing more is told; the names published with consent stay on the sheets."""
    return Follow.objects.filter(contact=contact).delete()[0]


OWNED = PersonalData(
    "proposals",
    gettext_lazy("Mes idées et les projets que je suis"),
    export,
    erase,
    in_use=selectors.people_in_use,
    release=release,
)
