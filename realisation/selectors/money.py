"""« Où est passé l’argent ? »: an edition's euros, drawn and to the cent; the page and its CSV are the same lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, Exists, Max, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.urls import reverse
from django.utils.translation import gettext as _

from bp_platform.core.components import Slice, Tone
from bp_platform.core.money import ZERO
from cycles.models import Cycle, Envelope
from realisation.models import Delivery, EnvelopeTransfer, LedgerEntry
from realisation.selectors.accounts import Account, Balance, accounts
from realisation.selectors.wording import TONES, status


@dataclass(frozen=True, slots=True)
class Money:
    """An edition's money, in euros: paid + committed + planned + moved + left = voted, to the cent.

    `voted_eur` counts what other editions gave (`received_eur`); `committed_eur` is not yet paid, `planned_eur` not
    yet committed; `moved_eur` has left the edition.
    """

    voted_eur: Decimal
    received_eur: Decimal
    paid_eur: Decimal
    committed_eur: Decimal
    planned_eur: Decimal
    moved_eur: Decimal
    left_eur: Decimal
    updated_on: date | None
    projects: int

    @property
    def slices(self) -> list[Slice]:
        """The parts of the bar, from what is spent to what is left."""
        parts = [
            Slice("paid", _("Payé"), self.paid_eur),
            Slice("committed", _("Engagé"), self.committed_eur, _("commandé, pas encore payé")),
            Slice("planned", _("À engager"), self.planned_eur, _("affecté à un projet")),
            Slice("moved", _("Transféré"), self.moved_eur, _("sorti de l’édition")),
            Slice("left", _("Reliquat"), self.left_eur, _("affecté à aucun projet")),
        ]
        return [part for part in parts if part.kind != "moved" or part.amount_eur]


@dataclass(frozen=True, slots=True)
class ProjectMoney:
    """A project's line of the money page, with the ledger's lines behind it."""

    number: str
    title: str
    url: str
    status: str
    tone: Tone
    account: Account
    entries: Sequence[LedgerEntry]


@dataclass(frozen=True, slots=True)
class EnvelopeLine:
    """An envelope and its balance."""

    envelope: Envelope
    balance: Balance


@dataclass(frozen=True, slots=True)
class MoneyPage:
    """All that the public page and its CSV show."""

    money: Money
    envelopes: Sequence[EnvelopeLine]
    projects: Sequence[ProjectMoney]
    transfers: Sequence[EnvelopeTransfer]


CSV_HEADINGS = ("numéro", "projet", "date", "nature", "montant", "pièce", "objet", "décidé par")


def cycle_with_ledger(preferred: Cycle) -> Cycle | None:
    """The preferred cycle if its money moves, else the last visible one whose money does."""
    moving = Cycle.objects.visible().filter(Exists(LedgerEntry.objects.filter(envelope__cycle=OuterRef("pk"))))
    return moving.order_by(Case(When(pk=preferred.pk, then=0), default=1), "-pk").first()


def money_of(cycle: Cycle) -> Money:
    """The sums alone, in three queries: for the home page."""
    entries = LedgerEntry.objects.filter(envelope__cycle=cycle)
    latest = Subquery(entries.order_by("-on_date").values("on_date")[:1])
    own = cycle.envelopes.aggregate(total=Sum("amount_eur"), updated_on=Max(latest))
    sums = accounts(entries)
    out = Q(source__cycle=cycle) & (Q(target=None) | ~Q(target__cycle=cycle))
    came = Q(target__cycle=cycle) & ~Q(source__cycle=cycle)
    moved = EnvelopeTransfer.objects.aggregate(out=Sum("amount_eur", filter=out), came=Sum("amount_eur", filter=came))
    voted, gained, lost = own["total"] or ZERO, moved["came"] or ZERO, moved["out"] or ZERO
    return _money(voted, gained, lost, list(sums.values()), own["updated_on"])


def _money(own: Decimal, came: Decimal, out: Decimal, sums: Sequence[Account], updated_on: date | None) -> Money:
    allotted = sum((account.available_eur for account in sums), ZERO)
    return Money(
        voted_eur=own + came,
        received_eur=came,
        paid_eur=sum((account.paid_eur for account in sums), ZERO),
        committed_eur=sum((account.to_pay_eur for account in sums), ZERO),
        planned_eur=sum((account.to_commit_eur for account in sums), ZERO),
        moved_eur=out,
        left_eur=own + came - out - allotted,
        updated_on=updated_on,
        projects=len(sums),
    )


def money_page(cycle: Cycle) -> MoneyPage:
    """The whole picture, in four queries, whatever the number of projects."""
    envelopes = list(cycle.envelopes.order_by("name", "pk"))
    entries = list(LedgerEntry.objects.filter(envelope__cycle=cycle).order_by("on_date", "pk"))
    transfers = list(_transfers(cycle))
    sums = {pk: Account.of(rows) for pk, rows in _by_delivery(entries).items()}
    out = sum((t.amount_eur for t in transfers if t.target is None or t.target.cycle_id != cycle.pk), ZERO)
    came = sum((t.amount_eur for t in transfers if t.source.cycle_id != cycle.pk), ZERO)
    own = sum((envelope.amount_eur for envelope in envelopes), ZERO)
    return MoneyPage(
        money=_money(own, came, out, list(sums.values()), entries[-1].on_date if entries else None),
        envelopes=[EnvelopeLine(e, _balance(e, entries, transfers)) for e in envelopes],
        projects=_projects(cycle, sums, _by_delivery(entries)),
        transfers=transfers,
    )


def _transfers(cycle: Cycle) -> QuerySet[EnvelopeTransfer]:
    both = Q(source__cycle=cycle) | Q(target__cycle=cycle)
    return (
        EnvelopeTransfer.objects.filter(both).select_related("source__cycle", "target__cycle").order_by("on_date", "pk")
    )


def _by_delivery(entries: Sequence[LedgerEntry]) -> dict[int, list[LedgerEntry]]:
    own: dict[int, list[LedgerEntry]] = {}
    for entry in entries:
        own.setdefault(entry.delivery_id, []).append(entry)
    return own


def _balance(envelope: Envelope, entries: Sequence[LedgerEntry], transfers: Sequence[EnvelopeTransfer]) -> Balance:
    return Balance(
        voted_eur=envelope.amount_eur,
        received_eur=sum((t.amount_eur for t in transfers if t.target_id == envelope.pk), ZERO),
        given_eur=sum((t.amount_eur for t in transfers if t.source_id == envelope.pk), ZERO),
        allotted_eur=Account.of([e for e in entries if e.envelope_id == envelope.pk]).available_eur,
    )


def _projects(cycle: Cycle, sums: dict[int, Account], own: dict[int, list[LedgerEntry]]) -> list[ProjectMoney]:
    rows = Delivery.objects.filter(proposal__cycle=cycle).select_related("proposal").order_by("proposal__number")
    return [
        ProjectMoney(
            number=row.proposal.number,
            title=row.proposal.title,
            url=reverse("pages:project", args=[cycle.slug, row.proposal.number]),
            status=status(row),
            tone=TONES.get(row.state, "accent"),
            account=sums.get(row.pk, Account()),
            entries=own.get(row.pk, []),
        )
        for row in rows
    ]


def csv_lines(page: MoneyPage) -> Iterator[tuple[object, ...]]:
    """The page's ledger lines and transfers, one row each, in the order of the page."""
    for project in page.projects:
        for entry in project.entries:
            yield (
                project.number,
                project.title,
                entry.on_date.isoformat(),
                entry.get_kind_display(),
                entry.amount_eur,
                entry.document,
                entry.label,
                entry.decided_by,
            )
    for row in page.transfers:
        where = row.target.name if row.target else row.elsewhere
        yield (
            "",
            f"{row.source.name} → {where}",
            row.on_date.isoformat(),
            _("transféré"),
            row.amount_eur,
            row.decision,
            "",
            row.decided_by,
        )


def recent_entries(cycle: Cycle, *, limit: int = 20) -> list[LedgerEntry]:
    """The last lines entered, newest first, with what reverses them."""
    rows = LedgerEntry.objects.filter(envelope__cycle=cycle).select_related("delivery__proposal", "reversal")
    return list(rows.order_by("-entered_at", "-pk")[:limit])


def cycles_with_money() -> list[Cycle]:
    """The editions whose laureates have a delivery, the latest first."""
    return list(Cycle.objects.filter(proposals__delivery__isnull=False).distinct().order_by("-pk"))
