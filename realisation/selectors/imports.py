"""What importing an export would do, before anything is written: new lines, known ones, conflicts, and the balances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from bp_platform.core import calendar, money
from bp_platform.core.money import ZERO
from bp_platform.documents.tables import Fault, plain
from cycles.models import Cycle
from realisation.ledger_reading import Movement, Read
from realisation.models import Delivery, DeliveryState, EntryKind, LedgerEntry
from realisation.selectors.accounts import Account

REST = ":="  # what is left of an entry that the export cancels in part


@dataclass(frozen=True, slots=True)
class Conflict:
    """A line whose number is known with other facts: never rewritten, the officer reverses. `url`: where."""

    sentence: str
    url: str


@dataclass(slots=True)
class Planned:
    """An entry to write. `reverses`: an entry of the accounts, or another planned one of the same file."""

    movement: Movement
    delivery: Delivery
    amount_eur: Decimal
    label: str
    origin: str
    turn: int
    reverses: LedgerEntry | Planned | None = None
    is_reversed: bool = False
    made: LedgerEntry | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """A project's or an envelope's sums before and after, in euros."""

    name: str
    number: str
    before: Account
    after: Account


@dataclass(slots=True)
class ImportPlan:
    """What a file would do."""

    read: Read
    entries: list[Planned] = field(default_factory=list)
    known: int = 0
    by_hand: int = 0
    returning: int = 0
    alike: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    envelopes: list[Effect] = field(default_factory=list)

    @property
    def fault_count(self) -> int:
        return len(self.faults) + len(self.conflicts)

    @property
    def new(self) -> int:
        return len(self.entries)

    @property
    def reversals(self) -> int:
        return sum(1 for planned in self.entries if planned.reverses is not None)

    @property
    def may_apply(self) -> bool:
        return bool(self.entries) and not self.fault_count


def import_plan(cycle: Cycle, read: Read, at: datetime) -> ImportPlan:
    """Compare an export with the accounts of the edition; three queries, whatever its length."""
    return _Planner(cycle, read, at).run()


class _Planner:
    def __init__(self, cycle: Cycle, read: Read, at: datetime) -> None:
        self.plan = ImportPlan(read, faults=list(read.faults))
        self._cycle, self._today = cycle, calendar.local_day(at)
        rows = Delivery.objects.filter(proposal__cycle=cycle).select_related("proposal", "envelope")
        self._deliveries = {row.proposal.number: row for row in rows.order_by("pk")}
        known = LedgerEntry.objects.filter(envelope__cycle=cycle).select_related("reversal__batch")
        self._entries = list(known.order_by("pk"))
        self._latest = {e.origin: e for e in self._entries if e.origin and e.reverses_id is None}
        self._count = Counter(e.origin for e in self._entries if e.origin)
        self._cancelled = {e.origin: e for e in self._entries if e.origin and e.reverses_id is not None}
        self._gone: set[int] = set()
        self._rest_of: dict[str, Planned] = {}
        self._hand = Counter(_looks(e) for e in self._entries if not e.origin and _is_live(e) and not e.reverses_id)
        self._seen = {(e.delivery_id, e.kind, e.amount_eur, e.on_date) for e in self._entries if _is_live(e)}
        self._planned: dict[str, Planned] = {}

    def run(self) -> ImportPlan:
        for movement in self.plan.read.movements:
            if movement.amount_eur > 0:
                self._add(movement)
        for movement in self.plan.read.movements:
            if movement.amount_eur < 0:
                self._cancel(movement)
        self._weigh()
        self.plan.faults.sort(key=lambda fault: fault.line)
        return self.plan

    def _origin(self, name: str) -> str:
        return f"{self._cycle.pk}/{name}"

    def _delivery(self, movement: Movement) -> Delivery | None:
        delivery = self._deliveries.get(movement.number)
        if delivery is None:
            said = _("%(number)s n’a pas de réalisation dans cette édition ; corrigez le numéro ou retirez la ligne.")
            self._fault(movement, _("projet"), said % {"number": movement.number})
        return delivery

    def _add(self, movement: Movement) -> None:
        delivery = self._delivery(movement)
        if delivery is None:
            return
        origin = self._origin(movement.origin)
        twin, before = self._planned.get(origin), self._latest.get(origin)
        if twin is not None:
            self._same_number_twice(movement, twin)
        elif before is not None and not _may_return(before):
            self._compare(movement, before, delivery)
        elif before is None and self._was_typed(movement, delivery):
            self.plan.known += 1
            self.plan.by_hand += 1
        elif self._is_possible(movement, delivery):
            self.plan.returning += before is not None
            self._note_alike(movement, delivery)
            self._put(movement, delivery, movement.amount_eur, movement.label, origin)

    def _put(
        self,
        movement: Movement,
        delivery: Delivery,
        amount: Decimal,
        label: str,
        origin: str,
        reverses: LedgerEntry | Planned | None = None,
    ) -> Planned:
        planned = Planned(movement, delivery, amount, label, origin, self._count[origin] + 1, reverses)
        self._planned[origin] = planned
        self.plan.entries.append(planned)
        return planned

    def _is_possible(self, movement: Movement, delivery: Delivery) -> bool:
        if movement.on_date > self._today:
            self._fault(movement, _("date"), _("elle est à venir ; corrigez-la ou attendez ce jour."))
        elif movement.kind == EntryKind.COMMITTED and delivery.state == DeliveryState.ABANDONED:
            self._fault(movement, _("projet"), _("il est abandonné : on n’y engage plus d’argent ; retirez la ligne."))
        else:
            return True
        return False

    def _same_number_twice(self, movement: Movement, first: Planned) -> None:
        one, other = movement, first.movement
        if (one.number, one.amount_eur, one.on_date) == (other.number, other.amount_eur, other.on_date):
            self.plan.known += 1
            return
        said = _("« %(given)s » est déjà à la ligne %(line)d avec d’autres valeurs ; gardez la bonne.")
        self._fault(movement, _("référence"), said % {"given": movement.reference, "line": other.line})

    def _compare(self, movement: Movement, before: LedgerEntry, delivery: Delivery) -> None:
        facts = (before.delivery_id, before.amount_eur, before.on_date)
        if facts == (delivery.pk, movement.amount_eur, movement.on_date):
            self.plan.known += 1
            return
        said = _(
            "Ligne %(line)d : « %(given)s » est dans les comptes pour %(kept)s au %(day)s, et le fichier dit %(told)s "
            "au %(other)s pour %(number)s. Annulez l’écriture, puis importez de nouveau."
        )
        words = said % {
            "line": movement.line,
            "given": movement.reference or movement.document,
            "kept": money.in_words(before.amount_eur, cents=True),
            "day": calendar.day_words(before.on_date),
            "told": money.in_words(movement.amount_eur, cents=True),
            "other": calendar.day_words(movement.on_date),
            "number": movement.number,
        }
        url = reverse("realisation:reverse", args=[before.pk]) if _is_live(before) else ""
        self.plan.conflicts.append(Conflict(words, url))

    def _was_typed(self, movement: Movement, delivery: Delivery) -> bool:
        looks = (delivery.pk, movement.kind, movement.amount_eur, plain(movement.document))
        if not self._hand[looks]:
            return False
        self._hand[looks] -= 1
        return True

    def _note_alike(self, movement: Movement, delivery: Delivery) -> None:
        if (delivery.pk, movement.kind, movement.amount_eur, movement.on_date) in self._seen:
            said = _("Ligne %(line)d : %(number)s a déjà %(amount)s, %(kind)s, au même jour, sous une autre pièce.")
            words = {"line": movement.line, "number": movement.number, "kind": movement.kind.label}
            self.plan.alike.append(said % (words | {"amount": money.in_words(movement.amount_eur, cents=True)}))

    def _cancel(self, movement: Movement) -> None:
        delivery = self._delivery(movement)
        if delivery is None:
            return
        origin = self._origin(movement.origin)
        done = self._cancelled.get(origin)
        if done is not None and not (done.batch and done.batch.undone_at):
            self.plan.known += 1
            return
        found = self._named(movement, delivery)
        if found is None or not self._is_possible(movement, delivery):
            return
        amount = found.amount_eur
        left = amount + movement.amount_eur
        if left < 0:
            said = _("elle annule %(told)s d’une écriture de %(kept)s ; corrigez le montant.")
            words = {"told": -movement.amount_eur, "kept": amount}
            self._fault(movement, _("montant"), said % {k: money.in_words(v, cents=True) for k, v in words.items()})
            return
        if isinstance(found, Planned):
            found.is_reversed = True
        else:
            self._gone.add(found.pk)
        self._put(movement, delivery, -amount, movement.label, origin, found)
        if left:
            rest = self._put(movement, delivery, left, found.label, origin + REST)
            self._rest_of[_key(found)] = rest

    def _named(self, movement: Movement, delivery: Delivery) -> LedgerEntry | Planned | None:
        """The entry that a negative line cancels: by the number it gives, else the only one of the same paper."""
        candidates: list[LedgerEntry | Planned] = []
        if movement.cancels:
            origin = self._origin(movement.cancels)
            start: LedgerEntry | Planned | None = self._planned.get(origin) or self._latest.get(origin)
            standing = self._standing(start)
            candidates = [standing] if standing is not None and _of(standing) == delivery.pk else []
        if not candidates:
            every: Sequence[LedgerEntry | Planned] = [*self._entries, *self.plan.entries]
            candidates = [one for one in every if self._is_of_paper(one, movement, delivery)]
        if len(candidates) == 1:
            return candidates[0]
        said = (
            _("elle annule %(amount)s et rien ne porte ce montant ; donnez la « référence annulée » ou retirez-la.")
            if not candidates
            else _("plusieurs écritures de %(amount)s portent cette pièce ; donnez la « référence annulée ».")
        )
        amount = money.in_words(-movement.amount_eur, cents=True)
        self._fault(movement, _("annulation"), said % {"amount": amount})
        return None

    def _standing(self, one: LedgerEntry | Planned | None) -> LedgerEntry | Planned | None:
        """What still stands of an entry: itself, or what an export left of it, or of that."""
        while one is not None:
            if isinstance(one, Planned):
                if not one.is_reversed:
                    return one
                one = self._rest_of.get(_key(one))
            elif one.pk in self._gone:
                one = self._rest_of.get(_key(one))
            elif _is_live(one):
                return one
            else:
                one = self._latest.get(one.reversal.origin + REST) if one.reversal.origin else None
        return None

    def _is_of_paper(self, one: LedgerEntry | Planned, movement: Movement, delivery: Delivery) -> bool:
        facts = (_of(one), _kind(one), one.amount_eur, plain(_paper(one)))
        if facts != (delivery.pk, movement.kind, -movement.amount_eur, plain(movement.document)):
            return False
        return self._standing(one) is one and one.amount_eur > 0

    def _weigh(self) -> None:
        """The sums once everything is in: each project must still hold, whatever the order of the lines."""
        by_delivery: dict[int, list[LedgerEntry]] = {}
        for entry in self._entries:
            by_delivery.setdefault(entry.delivery_id, []).append(entry)
        envelopes: dict[int, tuple[str, Account, Account]] = {}
        for number, delivery in sorted(self._deliveries.items()):
            own = [planned for planned in self.plan.entries if planned.delivery.pk == delivery.pk]
            if not own:
                continue
            before = Account.of(by_delivery.get(delivery.pk, []))
            after = _after(before, own)
            self.plan.effects.append(Effect(delivery.proposal.title, number, before, after))
            name, first, then = envelopes.get(delivery.envelope_id, (delivery.envelope.name, Account(), Account()))
            envelopes[delivery.envelope_id] = (name, first.plus(before), then.plus(after))
            if not after.is_sound:
                self._unsound(number, after, own)
        self.plan.envelopes = [Effect(name, "", first, then) for name, first, then in envelopes.values()]

    def _unsound(self, number: str, after: Account, own: Sequence[Planned]) -> None:
        steps = (
            (EntryKind.COMMITTED, after.committed_eur, after.available_eur, _(
                "%(number)s : les engagements iraient à %(sum)s pour %(room)s affectés au projet ; donnez-lui "
                "d’abord un complément de %(gap)s, ou corrigez la ligne %(line)d.")),
            (EntryKind.INVOICED, after.invoiced_eur, after.committed_eur, _(
                "%(number)s : les factures iraient à %(sum)s pour %(room)s engagés ; ajoutez l’engagement qui manque "
                "(%(gap)s), ou corrigez la ligne %(line)d.")),
            (EntryKind.PAID, after.paid_eur, after.invoiced_eur, _(
                "%(number)s : les paiements iraient à %(sum)s pour %(room)s facturés ; ajoutez la facture qui manque "
                "(%(gap)s), ou corrigez la ligne %(line)d.")),
        )  # fmt: skip
        for kind, total, room, said in steps:
            if total > room:
                lines = [p.movement.line for p in own if p.movement.kind == kind] or [own[0].movement.line]
                words = {"sum": total, "room": room, "gap": total - room}
                told = {name: money.in_words(amount, cents=True) for name, amount in words.items()}
                self.plan.faults.append(Fault(lines[-1], said % (told | {"number": number, "line": lines[-1]})))

    def _fault(self, movement: Movement, column: str, remedy: str) -> None:
        said = _("Ligne %(line)d, %(column)s : %(remedy)s")
        words = {"line": movement.line, "column": column, "remedy": remedy}
        self.plan.faults.append(Fault(movement.line, said % words))


def _after(before: Account, own: Iterable[Planned]) -> Account:
    sums = {name: getattr(before, name) for name in ("committed_eur", "invoiced_eur", "paid_eur")}
    for planned in own:
        sums[f"{planned.movement.kind}_eur"] += planned.amount_eur
    return replace(before, **sums)


def _is_live(entry: LedgerEntry) -> bool:
    return not hasattr(entry, "reversal")


def _may_return(entry: LedgerEntry) -> bool:
    """Reversed at the desk, or by an import that was undone: the same line may be entered again."""
    if _is_live(entry):
        return False
    back = entry.reversal
    return not back.origin or bool(back.batch and back.batch.undone_at)


def _looks(entry: LedgerEntry) -> tuple[int, str, Decimal, str]:
    return entry.delivery_id, entry.kind, entry.amount_eur, plain(entry.document)


def _of(one: LedgerEntry | Planned) -> int:
    return one.delivery.pk if isinstance(one, Planned) else one.delivery_id


def _kind(one: LedgerEntry | Planned) -> str:
    return one.movement.kind if isinstance(one, Planned) else one.kind


def _paper(one: LedgerEntry | Planned) -> str:
    return one.movement.document if isinstance(one, Planned) else one.document


def _key(one: LedgerEntry | Planned) -> str:
    return one.origin if isinstance(one, Planned) else f"entry {one.pk}"


def imported_total(effects: Iterable[Effect], name: str) -> Decimal:
    """How much a plan adds to one of the sums, over all its projects."""
    return sum((getattr(e.after, name) - getattr(e.before, name) for e in effects), ZERO)
