"""An export of the finance software: read to be shown, read again to be entered, all of it or nothing; and undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import BinaryIO
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.accounts.models import User
from bp_platform.core import journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import YES, Decision, demand, no
from bp_platform.documents import aside, spreadsheets
from bp_platform.documents.aside import Waiting
from cycles import services as cycle_services
from cycles.models import Cycle
from realisation import ledger_reading, policies, selectors
from realisation.models import Delivery, LedgerEntry, LedgerImport
from realisation.selectors import Account, ImportPlan
from realisation.selectors.imports import Planned
from realisation.services import ledger

KEPT = "comptes-a-importer-"


def preview_import(cycle: Cycle, file: BinaryIO, *, by: Actor, at: datetime) -> ImportPlan:
    """What importing this file would do to each balance, and each of its faults. Nothing is written."""
    demand(policies.can_keep_ledger(by, at))
    file.seek(0)
    read = ledger_reading.read(spreadsheets.rows(file, exact=True), prefix=cycle.number_prefix)
    return selectors.import_plan(cycle, read, at)


def import_ledger(
    cycle: Cycle, file: BinaryIO, *, by: Actor, at: datetime, file_name: str, key: UUID | None = None
) -> LedgerImport:
    """Enter what an export brings that the accounts do not have. One fault or one conflict, and nothing is entered.

    The envelopes are locked first, so that two officers who import the same file enter it once.
    """
    role = demand(policies.can_keep_ledger(by, at)).role
    with journal.transaction_with_journal():
        _hold(cycle)
        known = LedgerImport.objects.filter(key=key).first() if key else None
        if known is not None:
            return known
        plan = preview_import(cycle, file, by=by, at=at)
        demand(policies.may_apply(plan))
        batch = LedgerImport(
            key=key or uuid4(),
            cycle=cycle,
            file_name=file_name[-150:] or "export",
            sha256=_digest(file),
            entered_by=by if isinstance(by, User) else None,
            new_count=plan.new,
            reversal_count=plan.reversals,
            known_count=plan.known,
            imported_at=at,
        )
        batch.full_clean()
        batch.save()
        _write([planned for planned in plan.entries if planned.reverses is None], batch, at)
        _write([planned for planned in plan.entries if planned.reverses is not None], batch, at)
        words = ngettext("%(n)d écriture", "%(n)d écritures", plan.new) % {"n": plan.new}
        reason = f"{words}, SHA-256 {batch.sha256}"
        journal.record(journal.Line(cycle.journal_chain, at, by, "import_ledger", batch, role=role, reason=reason))
        cycle_services.touch(cycle)
    return batch


def undo_import(batch: LedgerImport, *, by: Actor, at: datetime, reason: str, document: str) -> LedgerImport:
    """Undo a whole import by the opposite of each of its entries; what it had cancelled is entered again.

    Refused when later entries rest on it: an invoice on its order, a payment on its invoice.
    """
    role = demand(policies.can_keep_ledger(by, at)).role
    if not reason.strip():
        raise ValidationError({"reason": _("dites pourquoi cet import est annulé.")})
    if not document.strip():
        raise ValidationError({"document": _("indiquez la pièce qui justifie l’annulation.")})
    with journal.transaction_with_journal():
        _hold(batch.cycle)
        held = LedgerImport.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=batch.pk)
        demand(policies.can_undo_import(by, held, at))
        own = held.entries.select_related("reversal", "reverses__delivery", "reverses__batch", "delivery__proposal")
        entries = list(own.order_by("pk"))
        undone = [
            *(
                ledger.opposite(e, at=at, reason=reason, document=document)
                for e in entries
                if not e.reverses_id and not hasattr(e, "reversal")
            ),
            *(_again(e.reverses, at) for e in entries if e.reverses and e.reverses.batch_id != held.pk),
        ]
        demand(_may_undo(entries, undone))
        _insert(undone)
        held.undone_at, held.undone_reason = at, reason.strip()[:160]
        held.full_clean()
        held.save(update_fields=["undone_at", "undone_reason"])
        journal.record(
            journal.Line(held.journal_chain, at, by, "undo_import", held, role=role, reason=held.undone_reason)
        )
        cycle_services.touch(held.cycle)
    return held


def keep_for_import(cycle: Cycle, content: bytes, *, by: User, at: datetime) -> Waiting:
    """Put a previewed export aside, encrypted, until its page agrees."""
    return aside.keep(KEPT, str(cycle.pk), content, by=by, at=at)


def take_for_import(cycle: Cycle, waiting: Waiting, *, by: User) -> BinaryIO:
    """The export put aside by this person for this edition, and for the last time."""
    return aside.take(KEPT, str(cycle.pk), waiting, by=by)


def _hold(cycle: Cycle) -> None:
    for envelope in cycle.envelopes.order_by("pk"):
        ledger.lock(envelope)


def _digest(file: BinaryIO) -> str:
    file.seek(0)
    digest = sha256()
    for piece in iter(lambda: file.read(1 << 20), b""):
        digest.update(piece)
    return digest.hexdigest()


def _write(planned: Sequence[Planned], batch: LedgerImport, at: datetime) -> None:
    for one, entry in zip(planned, _insert([_entry(one, batch, at) for one in planned]), strict=True):
        one.made = entry


def _insert(entries: Sequence[LedgerEntry]) -> list[LedgerEntry]:
    """Many at once: their links come from the accounts themselves, and the database holds the rules."""
    for entry in entries:
        entry.clean_fields(exclude=("envelope", "delivery", "batch", "reverses"))
    return LedgerEntry.objects.bulk_create(entries, batch_size=500)


def _entry(planned: Planned, batch: LedgerImport, at: datetime) -> LedgerEntry:
    first = planned.reverses
    return LedgerEntry(
        envelope_id=planned.delivery.envelope_id,
        delivery=planned.delivery,
        kind=planned.movement.kind,
        amount_eur=planned.amount_eur,
        on_date=planned.movement.on_date,
        document=planned.movement.document,
        label=planned.label,
        reverses=first.made if isinstance(first, Planned) else first,
        batch=batch,
        origin=planned.origin,
        turn=planned.turn,
        entered_at=at,
    )


def _again(first: LedgerEntry, at: datetime) -> LedgerEntry:
    """What the undone import had cancelled, as it was: the same line of the export, in its next turn."""
    turns = LedgerEntry.objects.filter(origin=first.origin).count() if first.origin else -1
    return LedgerEntry(
        envelope_id=first.envelope_id,
        delivery=first.delivery,
        kind=first.kind,
        amount_eur=first.amount_eur,
        on_date=first.on_date,
        document=first.document,
        label=first.label,
        decided_by=first.decided_by,
        batch=first.batch,
        origin=first.origin,
        turn=turns + 1,
        entered_at=at,
    )


def _may_undo(entries: Sequence[LedgerEntry], undone: Sequence[LedgerEntry]) -> Decision:
    deliveries: dict[int, Delivery] = {entry.delivery_id: entry.delivery for entry in entries}
    sums = selectors.accounts(LedgerEntry.objects.filter(delivery__in=deliveries))
    for pk, delivery in sorted(deliveries.items()):
        after = sums.get(pk, Account()).plus(Account.of(entry for entry in undone if entry.delivery_id == pk))
        if not after.is_sound:
            said = _("%(number)s : des écritures plus récentes reposent sur cet import ; annulez-les d’abord.")
            return no(said % {"number": delivery.proposal.number})
    return YES
