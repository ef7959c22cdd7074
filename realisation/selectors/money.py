"""« Où est passé l’argent ? »: an edition's euros, drawn and to the cent; the page and its CSV are the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from bp_platform.core.components import Slice
from bp_platform.core.money import ZERO
from cycles.models import Cycle
from realisation.models import Delivery, EnvelopeTransfer, LedgerEntry
from realisation.selectors.accounts import Account, accounts


@dataclass(frozen=True, slots=True)
class ProjectMoney:
    """A project's line of the money page."""

    number: str
    title: str
    url: str
    state_label: str
    account: Account
    entries: Sequence[LedgerEntry]


@dataclass(frozen=True, slots=True)
class Money:
    """An edition's money, in euros: paid + committed + planned + moved + left = voted, to the cent."""

    voted_eur: Decimal
    paid_eur: Decimal
    committed_eur: Decimal
    planned_eur: Decimal
    moved_eur: Decimal
    left_eur: Decimal
    updated_on: date | None
    projects: Sequence[ProjectMoney]
    transfers: Sequence[EnvelopeTransfer]

    @property
    def slices(self) -> list[Slice]:
        """The parts of the bar, without the empty ones."""
        parts = [
            Slice("paid", _("Payé"), self.paid_eur),
            Slice("committed", _("Engagé, pas encore payé"), self.committed_eur),
            Slice("planned", _("À engager"), self.planned_eur),
            Slice("moved", _("Transféré"), self.moved_eur),
            Slice("left", _("Reliquat"), self.left_eur),
        ]
        return [part for part in parts if part.amount_eur > 0]


def cycle_with_ledger(preferred: Cycle) -> Cycle | None:
    """The preferred cycle if its money moves, else the last visible one whose money does."""
    moving = Cycle.objects.visible().filter(envelopes__entries__isnull=False).distinct()
    return moving.filter(pk=preferred.pk).first() or moving.order_by("-pk").first()


def money_of(cycle: Cycle) -> Money:
    """The whole picture, in four queries."""
    voted = cycle.envelopes.aggregate(total=Sum("amount_eur"))["total"] or ZERO
    entries = list(LedgerEntry.objects.filter(envelope__cycle=cycle).order_by("on_date", "pk"))
    sums = accounts(LedgerEntry.objects.filter(envelope__cycle=cycle))
    transfers = list(
        EnvelopeTransfer.objects.filter(source__cycle=cycle).exclude(target__cycle=cycle).select_related("source", "target__cycle").order_by("on_date", "pk")
    )
    came = EnvelopeTransfer.objects.filter(target__cycle=cycle).exclude(source__cycle=cycle).aggregate(total=Sum("amount_eur"), last=Max("on_date"))
    voted += came["total"] or ZERO
    allotted = sum((a.available_eur for a in sums.values()), ZERO)
    moved = sum((t.amount_eur for t in transfers), ZERO)
    return Money(
        voted_eur=voted,
        paid_eur=sum((a.paid_eur for a in sums.values()), ZERO),
        committed_eur=sum((a.to_pay_eur for a in sums.values()), ZERO),
        planned_eur=sum((a.to_commit_eur for a in sums.values()), ZERO),
        moved_eur=moved,
        left_eur=voted - allotted - moved,
        updated_on=entries[-1].on_date if entries else None,
        projects=_projects(cycle, sums, entries),
        transfers=transfers,
    )


def _projects(cycle: Cycle, sums: dict[int, Account], entries: Sequence[LedgerEntry]) -> list[ProjectMoney]:
    own: dict[int, list[LedgerEntry]] = {}
    for entry in entries:
        own.setdefault(entry.delivery_id, []).append(entry)
    rows = Delivery.objects.filter(proposal__cycle=cycle).select_related("proposal").order_by("proposal__number")
    return [
        ProjectMoney(
            number=row.proposal.number,
            title=row.proposal.title,
            url=reverse("pages:project", args=[cycle.slug, row.proposal.number]),
            state_label=str(row.get_state_display()),
            account=sums.get(row.pk, Account()),
            entries=own.get(row.pk, []),
        )
        for row in rows
    ]
