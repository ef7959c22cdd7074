"""What this app holds about somebody, and how it lets go of it: what they asked about the works."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bp_platform.accounts.erasure import KEPT
from bp_platform.accounts.models import Contact
from bp_platform.core import calendar, journal
from bp_platform.core.registries import PersonalData
from cycles import services as cycle_services
from realisation.models import Enquiry, EnquiryState


def export(contact: Contact) -> list[Mapping[str, Any]]:
    """The person's questions about the works, and their answers."""
    asked = Enquiry.objects.filter(author=contact).select_related("delivery__proposal").order_by("pk")
    return [
        {
            _("Demande sur le chantier"): f"{row.delivery.proposal.number}, {row.delivery.proposal.title}",
            _("Ce que j’ai écrit"): row.text,
            _("Nom affiché"): row.public_name or _("aucun"),
            _("Réponse"): row.answer or _("aucune"),
            _("Le"): calendar.local_day(row.received_at),
        }
        for row in asked
    ]


def erase(contact: Contact, at: datetime) -> int:
    """The name leaves what is public, which stays with its answer; what was never published loses its words."""
    mine = Enquiry.objects.filter(author=contact).select_related("delivery__proposal__cycle").order_by("pk")
    for row in mine:
        if row.state == EnquiryState.REFUSED:
            journal.forget_reasons(row)
        row.text = row.text if row.published_at else ""
        row.refusal = _("Demande effacée avec les données de son auteur.") if row.refusal else ""
        row.public_name, row.author = "", None
        row.save(update_fields=["text", "refusal", "public_name", "author"])
        cycle_services.touch(row.delivery.proposal.cycle)
    return len(mine)


def in_use(at: datetime) -> QuerySet[Enquiry, Any]:
    """Keys of those who asked less than two years ago, or wait for an answer."""
    mine = Enquiry.objects.filter(author__isnull=False)
    return mine.filter(
        Q(received_at__gt=at - KEPT) | Q(state__in=[EnquiryState.RECEIVED, EnquiryState.PUBLISHED])
    ).values("author")


def release(contact: Contact, at: datetime) -> int:
    """The question stays with its answer, and the name shown with consent; its author is nobody's row."""
    return Enquiry.objects.filter(author=contact).update(author=None)


ASKED = PersonalData(
    "realisation", gettext_lazy("Mes demandes sur les chantiers"), export, erase, in_use=in_use, release=release
)
