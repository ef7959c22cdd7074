"""Who keeps the ledger and decides what becomes of leftovers, and the doors to them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.accounts.models import Role, User
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import YES, Decision, no, yes_as
from cycles import policies as cycle_policies
from cycles import selectors as cycle_selectors
from cycles.models import BodyPower, Cycle, Envelope
from realisation.models import (
    Delivery,
    DeliveryState,
    Destination,
    EnvelopeTransfer,
    LedgerEntry,
    LedgerImport,
    MoneyPaper,
    Reallocation,
)
from realisation.policies.deliveries import TEAM
from realisation.selectors import ImportPlan

READERS_OF_PAPERS = (Role.FINANCE, Role.AUDITOR, *TEAM)


def can_keep_ledger(by: Actor, at: datetime) -> Decision:
    """The finance officers."""
    if by.actor_kind == "import":
        return yes_as("import")
    if isinstance(by, User) and by.holds(at, Role.FINANCE):
        return yes_as(Role.FINANCE)
    return no(_("Seule la direction des finances passe des écritures."))


def can_read_ledger(by: Actor, at: datetime) -> Decision:
    """The finance officers; the auditor, who writes nothing there."""
    if isinstance(by, User) and by.holds(at, Role.AUDITOR):
        return yes_as(Role.AUDITOR)
    return can_keep_ledger(by, at)


def books_for(user: User, at: datetime) -> User:
    """The finance desk exists for finance officers, and for who checks them."""
    if not can_read_ledger(user, at):
        raise Http404
    return user


def ledger_to_read(user: User, slug: str, at: datetime) -> Cycle:
    """The ledger of an edition, for who may read it."""
    cycle = Cycle.objects.filter(slug=slug).first()
    if cycle is None or not can_read_ledger(user, at):
        raise Http404
    return cycle


def cycle_of_books(user: User, slug: str, at: datetime) -> Cycle:
    """The ledger of an edition, or a 404."""
    cycle = Cycle.objects.filter(slug=slug).first()
    if cycle is None or not can_keep_ledger(user, at):
        raise Http404
    return cycle


def entry_for(user: User, pk: int, at: datetime) -> LedgerEntry:
    """A line of the ledger, for who keeps it."""
    return _entry(pk, can_keep_ledger(user, at))


def entry_to_read(user: User, pk: int, at: datetime) -> LedgerEntry:
    """A line of the ledger, for who may read it."""
    return _entry(pk, can_read_ledger(user, at))


def _entry(pk: int, allowed: Decision) -> LedgerEntry:
    rows = LedgerEntry.objects.select_related("delivery__proposal__cycle", "delivery__envelope")
    entry = rows.filter(pk=pk).first()
    if entry is None or not allowed:
        raise Http404
    return entry


def targets_of(cycle: Cycle) -> QuerySet[Envelope]:
    """Where a leftover of this cycle may go: its own envelopes and those of the following editions."""
    return Envelope.objects.filter(cycle__pk__gte=cycle.pk).select_related("cycle").order_by("cycle__pk", "name", "pk")


def may_apply(plan: ImportPlan) -> Decision:
    """All or nothing: one fault or one conflict, and the export is not entered."""
    if plan.fault_count:
        said = ngettext(
            "Ce fichier a %(n)d ligne à revoir : rien n’est importé. Corrigez-la, puis recommencez.",
            "Ce fichier a %(n)d lignes à revoir : rien n’est importé. Corrigez-les, puis recommencez.",
            plan.fault_count,
        )
        return no(said % {"n": plan.fault_count})
    if not plan.entries:
        return no(_("Toutes les lignes de ce fichier sont déjà dans les comptes : il n’y a rien à importer."))
    return YES


def can_undo_import(by: Actor, batch: LedgerImport, at: datetime) -> Decision:
    """The finance officers, once."""
    allowed = can_keep_ledger(by, at)
    if allowed and batch.undone_at:
        return no(_("Cet import est déjà annulé."))
    return allowed


def import_for(user: User, pk: int, at: datetime) -> LedgerImport:
    """An import, for who keeps the ledger."""
    batch = LedgerImport.objects.select_related("cycle", "entered_by").filter(pk=pk).first()
    if batch is None or not can_keep_ledger(user, at):
        raise Http404
    return batch


def transfer_for(user: User, pk: int, at: datetime) -> EnvelopeTransfer:
    """A transfer, for who keeps the ledger."""
    return _transfer(pk, can_keep_ledger(user, at))


def transfer_to_read(user: User, pk: int, at: datetime) -> EnvelopeTransfer:
    """A transfer, for who may read the ledger."""
    return _transfer(pk, can_read_ledger(user, at))


def _transfer(pk: int, allowed: Decision) -> EnvelopeTransfer:
    rows = EnvelopeTransfer.objects.select_related("source__cycle", "target__cycle")
    row = rows.filter(pk=pk).first()
    if row is None or not allowed:
        raise Http404
    return row


def may_reverse_transfer(row: EnvelopeTransfer) -> Decision:
    """Once, and never a reversal."""
    if row.reverses_id is not None or EnvelopeTransfer.objects.filter(reverses=row).exists():
        return no(_("Ce transfert est déjà une annulation, ou déjà annulé."))
    return YES


def can_propose_reallocation(by: Actor, at: datetime) -> Decision:
    """The finance officers and the participation team."""
    allowed = can_keep_ledger(by, at)
    if not allowed and isinstance(by, User) and by.holds(at, *TEAM):
        return yes_as(Role.PARTICIPATION)
    return allowed or no(_("Seules les finances et l’équipe participation proposent ce que devient un reliquat."))


def can_decide_reallocation(by: Actor, row: Reallocation, at: datetime) -> Decision:
    """Money that moves is recorded by the finance officers; a new laureate, by the participation team."""
    if row.destination == Destination.NEXT:
        return cycle_policies.team_only(by, at)
    return can_keep_ledger(by, at)


def may_be_decided(row: Reallocation, on: date, *, carried_only: bool = True) -> Decision:
    """Règlement, art. 10: where a body decides of what is left, its own decision of that day is asked for."""
    cycle = row.envelope.cycle
    if cycle_selectors.rules_of(cycle).leftovers.unspent != "body":
        return YES
    return cycle_policies.has_decided(cycle, BodyPower.LEFTOVERS, on=on, carried_only=carried_only)


def can_refuse_reallocation(by: Actor, row: Reallocation, at: datetime) -> Decision:
    """Whoever may propose records a refusal."""
    return can_propose_reallocation(by, at)


def may_receive(delivery: Delivery, envelope: Envelope) -> Decision:
    """A leftover helps a project of the same edition that is still to be finished."""
    if delivery.envelope.cycle_id != envelope.cycle_id:
        return no(_("Ce projet est d’une autre édition : transférez d’abord le reliquat à cette édition."))
    if delivery.state == DeliveryState.ABANDONED:
        return no(_("Ce projet est abandonné : on n’y engage plus d’argent."))
    return YES


def can_attach(by: Actor, proved: LedgerEntry | EnvelopeTransfer | Reallocation, at: datetime) -> Decision:
    """The finance officers; the participation team too, beside what it decided."""
    if isinstance(proved, Reallocation):
        return can_propose_reallocation(by, at)
    return can_keep_ledger(by, at)


def cycle_of_leftovers(user: User, slug: str, at: datetime) -> Cycle:
    """The desk of an edition's leftovers, or a 404."""
    cycle = Cycle.objects.filter(slug=slug).first()
    if cycle is None or not can_propose_reallocation(user, at):
        raise Http404
    return cycle


def reallocation_for(user: User, pk: int, at: datetime) -> Reallocation:
    """A reallocation, for who may propose one."""
    rows = Reallocation.objects.select_related(
        "envelope__cycle", "delivery__proposal__cycle", "delivery__envelope", "proposal__cycle", "target__cycle"
    )
    row = rows.filter(pk=pk).first()
    if row is None or not can_propose_reallocation(user, at):
        raise Http404
    return row


def paper_for(user: User, uid: UUID, at: datetime) -> MoneyPaper:
    """A file beside the money: the desk's readers, whatever it is; everybody else reads the public ones elsewhere."""
    paper = MoneyPaper.objects.select_related("file").filter(uid=uid).first()
    if paper is None or not user.holds(at, *READERS_OF_PAPERS):
        raise Http404
    return paper


def leftovers_desk(user: User, at: datetime) -> User:
    """The desk of leftovers exists for who may propose what becomes of them."""
    if not can_propose_reallocation(user, at):
        raise Http404
    return user


def may_change_envelope(envelope: Envelope, at: datetime) -> Decision:
    """The voted amount of an envelope that pays a delivery, or that money left or reached, is in the accounts."""
    is_used = (
        envelope.deliveries.exists()
        or envelope.entries.exists()
        or envelope.transfers_out.exists()
        or envelope.transfers_in.exists()
        or envelope.reallocations.exists()
    )
    if is_used:
        return no(_("Des projets se réalisent avec cette enveloppe : son montant voté ne change plus."))
    return YES


def may_split(cycle: Cycle, at: datetime) -> Decision:
    """Once an edition builds, its money is moved by transfers, which leave a trace."""
    if Delivery.objects.filter(proposal__cycle=cycle).exists():
        return no(_("Des projets de cette édition se réalisent : l’argent se déplace par un transfert, aux finances."))
    return YES
