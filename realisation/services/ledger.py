"""The ledger's acts. The database holds the invariant too: its trigger locks the envelope and counts again."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.core import calendar, journal, money
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Decision, Refused, demand, no
from cycles import services as cycle_services
from cycles.models import Envelope
from realisation import policies, selectors
from realisation.models import Delivery, EntryKind, EnvelopeTransfer, LedgerEntry


def commit(
    delivery: Delivery, *, by: Actor, at: datetime, amount_eur: Decimal, on: date, document: str, label: str
) -> LedgerEntry:
    """An order or a contract is signed: the money is promised to somebody."""
    return _enter(delivery, EntryKind.COMMITTED, by=by, at=at, amount_eur=amount_eur, on=on, document=document, label=label)


def invoice(
    delivery: Delivery, *, by: Actor, at: datetime, amount_eur: Decimal, on: date, document: str, label: str
) -> LedgerEntry:
    """The service is done and the bill is in."""
    return _enter(delivery, EntryKind.INVOICED, by=by, at=at, amount_eur=amount_eur, on=on, document=document, label=label)


def pay(
    delivery: Delivery, *, by: Actor, at: datetime, amount_eur: Decimal, on: date, document: str, label: str
) -> LedgerEntry:
    """The treasury has paid."""
    return _enter(delivery, EntryKind.PAID, by=by, at=at, amount_eur=amount_eur, on=on, document=document, label=label)


def release(
    delivery: Delivery, *, by: Actor, at: datetime, amount_eur: Decimal, on: date, document: str, label: str
) -> LedgerEntry:
    """What the project will not need goes back to its envelope."""
    return _enter(delivery, EntryKind.RELEASED, by=by, at=at, amount_eur=amount_eur, on=on, document=document, label=label)


def reverse(entry: LedgerEntry, *, by: Actor, at: datetime, reason: str, document: str) -> LedgerEntry:
    """Correct a mistake by the opposite entry; the first one stays readable."""
    role = demand(policies.can_keep_ledger(by, at)).role
    if not reason.strip():
        raise ValidationError({"reason": _("dites pourquoi cette écriture est corrigée.")})
    with journal.transaction_with_journal():
        _lock(entry.delivery)
        if entry.reverses_id is not None or LedgerEntry.objects.filter(reverses=entry).exists():
            raise Refused(no(_("Cette écriture est déjà une correction, ou déjà corrigée.")))
        made = _save(
            LedgerEntry(
                envelope_id=entry.envelope_id,
                delivery_id=entry.delivery_id,
                kind=entry.kind,
                amount_eur=-entry.amount_eur,
                on_date=calendar.local_day(at),
                document=document,
                label=reason.strip()[:160],
                reverses=entry,
                entered_at=at,
            )
        )
        journal.record(
            journal.Line(entry.delivery.journal_chain, at, by, "reverse_entry", made, role=role, reason=reason)
        )
        cycle_services.touch(entry.delivery.proposal.cycle)
    return made


def transfer(
    source: Envelope,
    target: Envelope,
    *,
    by: Actor,
    at: datetime,
    amount_eur: Decimal,
    on: date,
    decided_by: str,
    decision: str,
) -> EnvelopeTransfer:
    """Move a leftover to another envelope, as a named body has decided. Envelopes are locked in their own order."""
    role = demand(policies.can_keep_ledger(by, at)).role
    with journal.transaction_with_journal():
        list(Envelope.objects.select_for_update().filter(pk__in=[source.pk, target.pk]).order_by("pk"))
        left = selectors.balance_of(source).left_eur
        if amount_eur > left:
            raise Refused(_short_of(left))
        row = EnvelopeTransfer(
            source=source,
            target=target,
            amount_eur=amount_eur,
            on_date=on,
            decided_by=decided_by.strip(),
            decision=decision.strip(),
            entered_at=at,
        )
        row.full_clean()
        row.save()
        journal.record(journal.Line(source.cycle.journal_chain, at, by, "transfer", row, role=role))
        cycle_services.touch(source.cycle)
        cycle_services.touch(target.cycle)
    return row


def _enter(
    delivery: Delivery, kind: str, *, by: Actor, at: datetime, amount_eur: Decimal, on: date, document: str, label: str
) -> LedgerEntry:
    role = demand(policies.can_keep_ledger(by, at)).role
    if on > calendar.local_day(at):
        raise ValidationError({"on_date": _("une écriture ne porte pas une date à venir.")})
    with journal.transaction_with_journal():
        _lock(delivery)
        account = selectors.account_of(delivery)
        room = account.room_for(kind)
        if amount_eur > room:
            raise Refused(_no_room(kind, room))
        entry = _save(
            LedgerEntry(
                envelope_id=delivery.envelope_id,
                delivery=delivery,
                kind=kind,
                amount_eur=amount_eur,
                on_date=on,
                document=document.strip(),
                label=label.strip(),
                entered_at=at,
            )
        )
        journal.record(journal.Line(delivery.journal_chain, at, by, f"enter:{kind}", entry, role=role))
        cycle_services.touch(delivery.proposal.cycle)
    return entry


def _lock(delivery: Delivery) -> None:
    """Envelope first, then delivery: the same order for everybody."""
    Envelope.objects.select_for_update().get(pk=delivery.envelope_id)
    Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)


def _save(entry: LedgerEntry) -> LedgerEntry:
    entry.full_clean()
    entry.save()
    return entry


def _no_room(kind: str, room: Decimal) -> Decision:
    said = {
        EntryKind.COMMITTED: _("Il reste %(room)s à engager sur ce projet : l’engagement ne peut pas dépasser ce montant."),
        EntryKind.INVOICED: _("Il reste %(room)s engagés et non facturés : la facture ne peut pas dépasser ce montant."),
        EntryKind.PAID: _("Il reste %(room)s facturés et non payés : le paiement ne peut pas dépasser ce montant."),
        EntryKind.RELEASED: _("Il reste %(room)s non engagés : on ne peut pas rendre plus à l’enveloppe."),
    }
    return no(said[EntryKind(kind)] % {"room": money.in_words(room, cents=True)})


def _short_of(left: Decimal) -> Decision:
    return no(
        _("Il reste %(left)s sur cette enveloppe : le transfert ne peut pas dépasser ce montant.")
        % {"left": money.in_words(left, cents=True)}
    )
