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
        for envelope in sorted({e.pk: e for e in (source, target) if e}.values(), key=lambda e: e.pk):
            ledger.lock(envelope)
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
        journal.record(journal.Line(source.cycle.journal_chain, at, by, "transfer", row, role=role))
        cycle_services.touch(source.cycle)
        if target and target.cycle_id != source.cycle_id:
            journal.record(journal.Line(target.cycle.journal_chain, at, by, "transfer", row, role=role))
            cycle_services.touch(target.cycle)
    return row
