"""Leftovers that go elsewhere: decided by a named body, written once."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.core import calendar, journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import demand
from cycles import services as cycle_services
from cycles.models import Envelope
from realisation import policies
from realisation.models import EnvelopeTransfer
from realisation.services import ledger


def transfer(
    source: Envelope,
    target: Envelope | None,
    *,
    by: Actor,
    at: datetime,
    amount_eur: Decimal,
    on: date,
    decided_by: str,
    decision: str,
    elsewhere: str = "",
    key: UUID | None = None,
) -> EnvelopeTransfer:
    """Move a leftover to another envelope, or out of all of them (`elsewhere` says where), as a named body decided.

    Envelopes are locked in the order of their keys. Refused when the source does not hold that much.
    """
    role = demand(policies.can_keep_ledger(by, at)).role
    if on > calendar.local_day(at):
        raise ValidationError({"on_date": _("une décision ne porte pas une date à venir.")})
    with journal.transaction_with_journal():
        _hold(source, target)
        known = EnvelopeTransfer.objects.filter(key=key).first() if key else None
        if known is not None:
            return known
        row = EnvelopeTransfer(
            key=key or uuid4(),
            source=source,
            target=target,
            elsewhere=elsewhere.strip(),
            amount_eur=amount_eur,
            on_date=on,
            decided_by=decided_by.strip(),
            decision=decision.strip(),
            entered_at=at,
        )
        row.full_clean()
        demand(ledger.may_take(source, amount_eur))
        row.save()
        _record(row, "transfer", by=by, at=at, role=role)
    return row


def reverse_transfer(row: EnvelopeTransfer, *, by: Actor, at: datetime, reason: str, document: str) -> EnvelopeTransfer:
    """Correct a mistake by the opposite transfer, once; the first one stays readable.

    Refused when the envelope that had received the money does not hold it any more.
    """
    role = demand(policies.can_keep_ledger(by, at)).role
    if not reason.strip():
        raise ValidationError({"reason": _("dites pourquoi ce transfert est annulé.")})
    if not document.strip():
        raise ValidationError({"document": _("indiquez la pièce qui justifie l’annulation.")})
    with journal.transaction_with_journal():
        _hold(row.source, row.target)
        demand(policies.may_reverse_transfer(row))
        if row.target:
            demand(ledger.may_take(row.target, row.amount_eur))
        made = EnvelopeTransfer(
            source=row.source,
            target=row.target,
            elsewhere=row.elsewhere,
            amount_eur=-row.amount_eur,
            on_date=calendar.local_day(at),
            decided_by=row.decided_by,
            decision=document.strip(),
            reverses=row,
            reason=reason.strip()[:160],
            entered_at=at,
        )
        made.full_clean()
        made.save()
        _record(made, "reverse_transfer", by=by, at=at, role=role, reason=reason.strip())
    return made


def _hold(source: Envelope, target: Envelope | None) -> None:
    """Both envelopes, in the order of their keys."""
    for envelope in sorted({e.pk: e for e in (source, target) if e}.values(), key=lambda e: e.pk):
        ledger.lock(envelope)


def _record(row: EnvelopeTransfer, act: str, *, by: Actor, at: datetime, role: str, reason: str = "") -> None:
    """A line in the journal of each edition concerned."""
    cycles = {cycle.pk: cycle for cycle in (row.source.cycle, row.target.cycle if row.target else row.source.cycle)}
    for cycle in cycles.values():
        journal.record(journal.Line(cycle.journal_chain, at, by, act, row, role=role, reason=reason))
        cycle_services.touch(cycle)
