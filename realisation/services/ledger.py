"""The ledger's acts. The envelope's row is locked first: two officers never spend the same last euro.

The database holds the invariant too: its triggers lock the same row and count again at commit.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.core import calendar, journal, money
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import YES, Decision, Refused, demand, no
from cycles import services as cycle_services
from cycles.models import Envelope
from realisation import policies, selectors
from realisation.models import Delivery, DeliveryState, EntryKind, LedgerEntry
from realisation.selectors import Account

SPENDING = (EntryKind.BUDGETED, EntryKind.COMMITTED)


def budget(
    delivery: Delivery,
    *,
    by: Actor,
    at: datetime,
    amount_eur: Decimal,
    on: date,
    document: str,
    label: str,
    decided_by: str,
    key: UUID | None = None,
) -> LedgerEntry:
    """Give a project more of what is left on its envelope, as a named body has decided."""
    return _enter(
        LedgerEntry(
            delivery=delivery, kind=EntryKind.BUDGETED, amount_eur=amount_eur, on_date=on, document=document,
            label=label, decided_by=decided_by.strip(),
        ),
        by=by, at=at, key=key,
    )  # fmt: skip


def commit(
    delivery: Delivery,
    *,
    by: Actor,
    at: datetime,
    amount_eur: Decimal,
    on: date,
    document: str,
    label: str,
    key: UUID | None = None,
) -> LedgerEntry:
    """An order or a contract is signed: the money is promised to somebody."""
    entry = LedgerEntry(
        delivery=delivery, kind=EntryKind.COMMITTED, amount_eur=amount_eur, on_date=on, document=document, label=label
    )
    return _enter(entry, by=by, at=at, key=key)


def invoice(
    delivery: Delivery,
    *,
    by: Actor,
    at: datetime,
    amount_eur: Decimal,
    on: date,
    document: str,
    label: str,
    key: UUID | None = None,
) -> LedgerEntry:
    """The service is done and the bill is in."""
    entry = LedgerEntry(
        delivery=delivery, kind=EntryKind.INVOICED, amount_eur=amount_eur, on_date=on, document=document, label=label
    )
    return _enter(entry, by=by, at=at, key=key)


def pay(
    delivery: Delivery,
    *,
    by: Actor,
    at: datetime,
    amount_eur: Decimal,
    on: date,
    document: str,
    label: str,
    key: UUID | None = None,
) -> LedgerEntry:
    """The treasury has paid."""
    entry = LedgerEntry(
        delivery=delivery, kind=EntryKind.PAID, amount_eur=amount_eur, on_date=on, document=document, label=label
    )
    return _enter(entry, by=by, at=at, key=key)


def release(
    delivery: Delivery,
    *,
    by: Actor,
    at: datetime,
    amount_eur: Decimal,
    on: date,
    document: str,
    label: str,
    key: UUID | None = None,
) -> LedgerEntry:
    """What the project will not need goes back to its envelope."""
    entry = LedgerEntry(
        delivery=delivery, kind=EntryKind.RELEASED, amount_eur=amount_eur, on_date=on, document=document, label=label
    )
    return _enter(entry, by=by, at=at, key=key)


def reverse(entry: LedgerEntry, *, by: Actor, at: datetime, reason: str, document: str) -> LedgerEntry:
    """Correct a mistake by the opposite entry; the first one stays readable.

    Refused when something rests on it: an invoice already paid, an order already invoiced.
    """
    role = demand(policies.can_keep_ledger(by, at)).role
    if not reason.strip():
        raise ValidationError({"reason": _("dites pourquoi cette écriture est annulée.")})
    delivery = entry.delivery
    with journal.transaction_with_journal():
        envelope = _lock_both(delivery)
        if entry.reverses_id is not None or LedgerEntry.objects.filter(reverses=entry).exists():
            raise Refused(no(_("Cette écriture est déjà une annulation, ou déjà annulée.")))
        demand(_may_reverse(entry, selectors.account_of(delivery), envelope))
        made = save(opposite(entry, at=at, reason=reason, document=document))
        line = journal.Line(delivery.journal_chain, at, by, "reverse_entry", made, role=role, reason=reason.strip())
        journal.record(line)
        cycle_services.touch(delivery.proposal.cycle)
    return made


def opposite(entry: LedgerEntry, *, at: datetime, reason: str, document: str) -> LedgerEntry:
    """What reverses an entry, dated today; not saved."""
    return LedgerEntry(
        envelope_id=entry.envelope_id,
        delivery=entry.delivery,
        kind=entry.kind,
        amount_eur=-entry.amount_eur,
        on_date=calendar.local_day(at),
        document=document.strip(),
        label=reason.strip()[:160],
        decided_by=entry.decided_by,
        reverses=entry,
        entered_at=at,
    )


def lock(envelope: Envelope) -> Envelope:
    """The envelope's row, held until commit; always before its deliveries."""
    return Envelope.objects.select_for_update(of=("self",), no_key=True).get(pk=envelope.pk)


def may_take(envelope: Envelope, amount_eur: Decimal) -> Decision:
    """Whether the envelope still holds that much; meant to be asked once it is locked."""
    left = selectors.balance_of(envelope).left_eur
    if amount_eur <= left:
        return YES
    return no(_("Il reste %(left)s sur cette enveloppe.") % {"left": money.in_words(left, cents=True)})


def _enter(entry: LedgerEntry, *, by: Actor, at: datetime, key: UUID | None) -> LedgerEntry:
    delivery = entry.delivery
    role = demand(policies.can_keep_ledger(by, at)).role
    if entry.on_date > calendar.local_day(at):
        raise ValidationError({"on_date": _("une écriture ne porte pas une date à venir.")})
    with journal.transaction_with_journal():
        entry.envelope = _lock_both(delivery)
        known = LedgerEntry.objects.filter(key=key).first() if key else None
        if known is not None:
            return known
        demand(_may_enter(entry))
        entry.key, entry.entered_at = key or uuid4(), at
        entry.document, entry.label = entry.document.strip(), entry.label.strip()
        save(entry)
        journal.record(journal.Line(delivery.journal_chain, at, by, f"enter:{entry.kind}", entry, role=role))
        cycle_services.touch(delivery.proposal.cycle)
    return entry


def _lock_both(delivery: Delivery) -> Envelope:
    """Envelope first, then delivery: the same order for everybody."""
    envelope = lock(delivery.envelope)
    delivery.refresh_from_db(from_queryset=Delivery.objects.select_for_update(of=("self",)))
    return envelope


def save(entry: LedgerEntry) -> LedgerEntry:
    """Validate and write a line, once its envelope is locked."""
    entry.full_clean()
    entry.save()
    return entry


def _may_enter(entry: LedgerEntry) -> Decision:
    if entry.kind in SPENDING and entry.delivery.state == DeliveryState.ABANDONED:
        return no(_("Ce projet est abandonné : on n’y engage plus d’argent."))
    if entry.kind == EntryKind.BUDGETED:
        return may_take(entry.envelope, entry.amount_eur)
    room = selectors.account_of(entry.delivery).room_for(entry.kind)
    if entry.amount_eur <= room:
        return YES
    said = {
        EntryKind.COMMITTED: _("Il reste %(room)s à engager sur ce projet."),
        EntryKind.INVOICED: _("Il reste %(room)s engagés et pas encore facturés sur ce projet."),
        EntryKind.PAID: _("Il reste %(room)s facturés et pas encore payés sur ce projet."),
        EntryKind.RELEASED: _("Il reste %(room)s pas encore engagés sur ce projet : on ne peut pas rendre plus."),
    }
    return no(said[EntryKind(entry.kind)] % {"room": money.in_words(room, cents=True)})


def _may_reverse(entry: LedgerEntry, account: Account, envelope: Envelope) -> Decision:
    if entry.kind == EntryKind.RELEASED:
        return may_take(envelope, entry.amount_eur)
    if entry.amount_eur <= account.free_of(entry.kind):
        return YES
    return no(
        {
            EntryKind.BUDGETED: _("Une partie de ce montant est déjà engagée : annulez d’abord l’engagement."),
            EntryKind.COMMITTED: _("Une partie de cet engagement est déjà facturée : annulez d’abord la facture."),
            EntryKind.INVOICED: _("Une partie de cette facture est déjà payée : annulez d’abord le paiement."),
        }[EntryKind(entry.kind)]
    )
