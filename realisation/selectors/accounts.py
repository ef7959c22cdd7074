"""Balances: of a delivery, of an envelope; and the invariant, checked from outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from bp_platform.core import money
from bp_platform.core.money import ZERO
from cycles.models import Cycle, Envelope
from realisation.models import (
    Delivery,
    EntryKind,
    EnvelopeTransfer,
    LedgerEntry,
    LedgerImport,
    Reallocation,
    ReallocationState,
)


@dataclass(frozen=True, slots=True)
class Account:
    """The sums of a delivery's entries, in euros."""

    budgeted_eur: Decimal = ZERO
    committed_eur: Decimal = ZERO
    invoiced_eur: Decimal = ZERO
    paid_eur: Decimal = ZERO
    released_eur: Decimal = ZERO

    @classmethod
    def of(cls, entries: Iterable[LedgerEntry]) -> Account:
        """The sums of these entries."""
        sums: dict[str, Decimal] = {}
        for entry in entries:
            name = f"{entry.kind}_eur"
            sums[name] = sums.get(name, ZERO) + entry.amount_eur
        return cls(**sums)

    @property
    def available_eur(self) -> Decimal:
        """What was voted for the project, less what it gave back."""
        return self.budgeted_eur - self.released_eur

    @property
    def to_commit_eur(self) -> Decimal:
        return self.available_eur - self.committed_eur

    @property
    def to_pay_eur(self) -> Decimal:
        return self.committed_eur - self.paid_eur

    def room_for(self, kind: str) -> Decimal:
        """How much more an entry of that kind may be."""
        return {
            EntryKind.COMMITTED: self.to_commit_eur,
            EntryKind.RELEASED: self.to_commit_eur,
            EntryKind.INVOICED: self.committed_eur - self.invoiced_eur,
            EntryKind.PAID: self.invoiced_eur - self.paid_eur,
        }[EntryKind(kind)]

    def free_of(self, kind: str) -> Decimal:
        """How much of that kind nothing rests on yet: what may be reversed."""
        return {
            EntryKind.BUDGETED: self.to_commit_eur,
            EntryKind.COMMITTED: self.committed_eur - self.invoiced_eur,
            EntryKind.INVOICED: self.invoiced_eur - self.paid_eur,
            EntryKind.PAID: self.paid_eur,
        }[EntryKind(kind)]

    def plus(self, other: Account) -> Account:
        """Both together: the sums of an envelope or of an edition."""
        return Account(
            self.budgeted_eur + other.budgeted_eur,
            self.committed_eur + other.committed_eur,
            self.invoiced_eur + other.invoiced_eur,
            self.paid_eur + other.paid_eur,
            self.released_eur + other.released_eur,
        )

    @property
    def is_sound(self) -> bool:
        return ZERO <= self.paid_eur <= self.invoiced_eur <= self.committed_eur <= self.available_eur


@dataclass(frozen=True, slots=True)
class Balance:
    """An envelope: voted + received − given = its deliveries' money + what is left."""

    voted_eur: Decimal
    received_eur: Decimal
    given_eur: Decimal
    allotted_eur: Decimal

    @property
    def moved_eur(self) -> Decimal:
        """What came less what went: « transféré »."""
        return self.received_eur - self.given_eur

    @property
    def left_eur(self) -> Decimal:
        return self.voted_eur + self.received_eur - self.given_eur - self.allotted_eur


def account_of(delivery: Delivery) -> Account:
    """The delivery's sums; one query."""
    return accounts(LedgerEntry.objects.filter(delivery=delivery)).get(delivery.pk, Account())


def accounts(entries: QuerySet[LedgerEntry]) -> dict[int, Account]:
    """Sums by delivery; one query."""
    sums: dict[int, dict[str, Decimal]] = {}
    for pk, kind, total in (
        entries.values_list("delivery", "kind").annotate(total=Sum("amount_eur")).order_by("delivery", "kind")
    ):
        sums.setdefault(pk, {})[f"{kind}_eur"] = total
    return {pk: Account(**values) for pk, values in sums.items()}


def balance_of(envelope: Envelope) -> Balance:
    """The envelope's sums; three queries."""
    found = accounts(LedgerEntry.objects.filter(envelope=envelope)).values()
    return Balance(
        voted_eur=envelope.amount_eur,
        received_eur=_total(EnvelopeTransfer.objects.filter(target=envelope)),
        given_eur=_total(EnvelopeTransfer.objects.filter(source=envelope)),
        allotted_eur=sum((account.available_eur for account in found), ZERO),
    )


def breaches(cycle: Cycle) -> Iterator[str]:
    """One French sentence per breach, for `check_ledger` and before closing; counted line by line, without SQL sums."""
    entries = list(
        LedgerEntry.objects.filter(delivery__proposal__cycle=cycle).select_related("reverses").order_by("pk")
    )
    deliveries = Delivery.objects.filter(proposal__cycle=cycle).select_related("proposal").order_by("pk")
    known = {delivery.pk: delivery for delivery in deliveries}
    for entry in entries:
        where = {"number": known[entry.delivery_id].proposal.number, "document": entry.document}
        if entry.envelope_id != known[entry.delivery_id].envelope_id:
            yield _("%(number)s, pièce %(document)s : l’écriture n’est pas sur l’enveloppe du projet.") % where
        if entry.reverses and (entry.reverses.delivery_id, entry.reverses.kind, entry.reverses.amount_eur) != (
            entry.delivery_id, entry.kind, -entry.amount_eur,
        ):  # fmt: skip
            yield _("%(number)s, pièce %(document)s : l’annulation n’est pas l’inverse de l’écriture annulée.") % where
    yield from _line_breaches(cycle, entries)
    found = {pk: Account.of(e for e in entries if e.delivery_id == pk) for pk in known}
    yield from (_unsound(known[pk], account) for pk, account in found.items() if not account.is_sound)
    for envelope in cycle.envelopes.order_by("pk"):
        allotted = sum((found[d.pk].available_eur for d in known.values() if d.envelope_id == envelope.pk), ZERO)
        balance = replace(balance_of(envelope), allotted_eur=allotted)
        if balance.left_eur < 0:
            words = {"name": envelope.name, "over": money.in_words(-balance.left_eur, cents=True)}
            yield _("Enveloppe « %(name)s » : les projets et les transferts la dépassent de %(over)s.") % words


def _line_breaches(cycle: Cycle, entries: Sequence[LedgerEntry]) -> Iterator[str]:
    """Lines of an export entered twice, imports that do not add up, transfers badly reversed, false decisions."""
    reversed_ = {entry.reverses_id for entry in entries}
    standing = Counter(e.origin for e in entries if e.origin and not e.reverses_id and e.pk not in reversed_)
    for entry in entries:
        if standing[entry.origin] > 1:
            said = _("Pièce %(document)s : la même ligne du logiciel financier compte deux fois.")
            yield said % {"document": entry.document}
            standing[entry.origin] = 0
    for batch in LedgerImport.objects.filter(cycle=cycle).order_by("pk"):
        own = [entry for entry in entries if entry.batch_id == batch.pk]
        stands = any(not e.reverses_id and e.pk not in reversed_ for e in own)
        if len(own) < batch.new_count or (batch.undone_at and stands):
            yield _("Import « %(name)s » : ses écritures ne sont pas celles qu’il annonce.") % {"name": batch.file_name}
    both = Q(source__cycle=cycle) | Q(target__cycle=cycle)
    for row in EnvelopeTransfer.objects.filter(both, reverses__isnull=False).select_related("reverses").order_by("pk"):
        first = row.reverses
        if first and (first.source_id, first.target_id, first.elsewhere, first.amount_eur) != (
            row.source_id, row.target_id, row.elsewhere, -row.amount_eur,
        ):  # fmt: skip
            said = _("Transfert %(decision)s : l’annulation n’est pas l’inverse du transfert.")
            yield said % {"decision": row.decision}
    decided = Reallocation.objects.filter(envelope__cycle=cycle, state=ReallocationState.DECIDED)
    for done in decided.select_related("entry", "transfer").order_by("pk"):
        if any(made is not None and made.amount_eur != done.amount_eur for made in (done.entry, done.transfer)):
            yield _("Décision %(decision)s : le mouvement n’est pas du montant décidé.") % {"decision": done.decision}


def _unsound(delivery: Delivery, account: Account) -> str:
    return _(
        "%(number)s : payé %(paid)s, facturé %(invoiced)s, engagé %(committed)s, affecté %(available)s ; "
        "chacun de ces montants doit tenir dans le suivant."
    ) % {
        "number": delivery.proposal.number,
        "paid": money.in_words(account.paid_eur, cents=True),
        "invoiced": money.in_words(account.invoiced_eur, cents=True),
        "committed": money.in_words(account.committed_eur, cents=True),
        "available": money.in_words(account.available_eur, cents=True),
    }


def _total(rows: QuerySet[EnvelopeTransfer]) -> Decimal:
    return rows.aggregate(total=Sum("amount_eur"))["total"] or ZERO
