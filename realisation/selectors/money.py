"""« Où est passé l’argent ? »: an edition's euros, drawn and to the cent; the page and its CSV are the same lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, Exists, Max, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from bp_platform.core import calendar
from bp_platform.core.components import Slice, Tone
from bp_platform.core.money import ZERO, in_words
from cycles.models import Cycle, Envelope
from realisation.models import Delivery, EntryKind, EnvelopeTransfer, LedgerEntry
from realisation.selectors.accounts import Account, Balance, accounts
from realisation.selectors.papers import PaperLink, paper_links, papers_of_entries, public_papers
from realisation.selectors.wording import TONES, status


@dataclass(frozen=True, slots=True)
class Money:
    """An edition's money, in euros: paid + committed + planned + moved + left = voted + received, to the cent.

    `voted_eur` is what the council voted for the edition, and no more: what other editions gave is `received_eur`;
    `committed_eur` is not yet paid, `planned_eur` not yet committed; `moved_eur` has left the edition.
    Every page that tells an edition's money reads it here.
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
    def total_eur(self) -> Decimal:
        """What the edition disposes of: what the bar is as long as."""
        return self.voted_eur + self.received_eur

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
class EntryLine:
    """A line of the ledger in words, and the files that everybody may open."""

    label: str
    decided: str
    on: str
    kind: str
    is_reversal: bool
    document: str
    amount: str
    papers: Sequence[PaperLink]


@dataclass(frozen=True, slots=True)
class TransferLine:
    """A transfer and the files that everybody may open."""

    row: EnvelopeTransfer
    papers: Sequence[PaperLink]


@dataclass(frozen=True, slots=True)
class ProjectMoney:
    """A project's line of the money page, with the ledger's lines behind it."""

    number: str
    title: str
    url: str
    status: str
    tone: Tone
    account: Account
    entries: Sequence[EntryLine]
    paid: str
    link: str
    caption: str


@dataclass(frozen=True, slots=True)
class EnvelopeLine:
    """An envelope, its balance, and the sums of its projects: voted, transferred, allotted … paid, left."""

    envelope: Envelope
    balance: Balance
    account: Account


@dataclass(frozen=True, slots=True)
class MoneyPage:
    """All that the public page and its CSV show."""

    money: Money
    envelopes: Sequence[EnvelopeLine]
    projects: Sequence[ProjectMoney]
    transfers: Sequence[TransferLine]
    total: EnvelopeLine | None


CSV_HEADINGS = (
    "numéro", "projet", "date", "nature", "montant", "pièce", "objet", "décidé par", "enveloppe", "vers",
    "justificatifs",
)  # fmt: skip


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
        voted_eur=own,
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
    """The whole picture, in six queries, whatever the number of projects."""
    envelopes = list(cycle.envelopes.order_by("name", "pk"))
    entries = list(LedgerEntry.objects.filter(envelope__cycle=cycle).order_by("on_date", "pk"))
    transfers = list(_transfers(cycle))
    own = _by_delivery(entries)
    sums = {pk: Account.of(lines) for pk, lines in own.items()}
    out = sum((t.amount_eur for t in transfers if t.target is None or t.target.cycle_id != cycle.pk), ZERO)
    came = sum((t.amount_eur for t in transfers if t.source.cycle_id != cycle.pk), ZERO)
    voted = sum((envelope.amount_eur for envelope in envelopes), ZERO)
    lines = _envelopes(envelopes, entries, transfers)
    return MoneyPage(
        money=_money(voted, came, out, list(sums.values()), entries[-1].on_date if entries else None),
        envelopes=lines,
        projects=_projects(cycle, sums, own),
        transfers=[TransferLine(row, paper_links(row.papers.all())) for row in transfers],
        total=_total(lines, came, out) if len(lines) > 1 else None,
    )


TRANSFER = (
    "on_date", "amount_eur", "decision", "decided_by", "reason", "elsewhere", "reverses", "source__name",
    "source__cycle__title", "target__name", "target__cycle__title",
)  # fmt: skip


def _transfers(cycle: Cycle) -> QuerySet[EnvelopeTransfer]:
    both = Q(source__cycle=cycle) | Q(target__cycle=cycle)
    return (
        EnvelopeTransfer.objects.filter(both)
        .select_related("source__cycle", "target__cycle")
        .only(*TRANSFER)
        .prefetch_related(public_papers())
        .order_by("on_date", "pk")
    )


def _by_delivery(entries: Sequence[LedgerEntry]) -> dict[int, list[LedgerEntry]]:
    own: dict[int, list[LedgerEntry]] = {}
    for entry in entries:
        own.setdefault(entry.delivery_id, []).append(entry)
    return own


def _envelopes(
    envelopes: Sequence[Envelope], entries: Sequence[LedgerEntry], transfers: Sequence[EnvelopeTransfer]
) -> list[EnvelopeLine]:
    own: dict[int, list[LedgerEntry]] = {}
    for entry in entries:
        own.setdefault(entry.envelope_id, []).append(entry)
    found = []
    for envelope in envelopes:
        account = Account.of(own.get(envelope.pk, []))
        balance = Balance(
            voted_eur=envelope.amount_eur,
            received_eur=sum((t.amount_eur for t in transfers if t.target_id == envelope.pk), ZERO),
            given_eur=sum((t.amount_eur for t in transfers if t.source_id == envelope.pk), ZERO),
            allotted_eur=account.available_eur,
        )
        found.append(EnvelopeLine(envelope, balance, account))
    return found


def _total(lines: Sequence[EnvelopeLine], came: Decimal, out: Decimal) -> EnvelopeLine:
    """All the envelopes together: what passes between two of them is neither received nor given."""
    account = Account()
    for line in lines:
        account = account.plus(line.account)
    voted = sum((line.balance.voted_eur for line in lines), ZERO)
    whole = Envelope(name=_("Toutes les enveloppes"), amount_eur=voted)
    return EnvelopeLine(whole, Balance(voted, came, out, account.available_eur), account)


def _projects(cycle: Cycle, sums: dict[int, Account], own: dict[int, list[LedgerEntry]]) -> list[ProjectMoney]:
    rows = Delivery.objects.filter(proposal__cycle=cycle).select_related("proposal").order_by("proposal__number")
    papers = papers_of_entries(cycle)
    kinds = {kind.value: capfirst(str(kind.label)) for kind in EntryKind}
    shown = rows.only("state", "proposal__number", "proposal__title")
    return [
        _project(cycle, row, sums.get(row.pk, Account()), [_line(e, kinds, papers) for e in own.get(row.pk, ())])
        for row in shown
    ]


def _project(cycle: Cycle, row: Delivery, account: Account, entries: Sequence[EntryLine]) -> ProjectMoney:
    number = row.proposal.number
    return ProjectMoney(
        number=number,
        title=row.proposal.title,
        url=reverse("pages:project", args=[cycle.slug, number]),
        status=status(row),
        tone=TONES.get(row.state, "accent"),
        account=account,
        entries=entries,
        paid=_("%(paid)s payés") % {"paid": in_words(account.paid_eur, cents=True)},
        link=_("La page du projet %(number)s") % {"number": number},
        caption=_("Les écritures du projet %(number)s") % {"number": number},
    )


def _line(entry: LedgerEntry, kinds: Mapping[str, str], papers: Mapping[int, Sequence[PaperLink]]) -> EntryLine:
    return EntryLine(
        label=entry.label,
        decided=_("décidé par %(who)s") % {"who": entry.decided_by} if entry.decided_by else "",
        on=calendar.day_words(entry.on_date),
        kind=kinds[entry.kind],
        is_reversal=entry.reverses_id is not None,
        document=entry.document,
        amount=in_words(entry.amount_eur, cents=True),
        papers=papers.get(entry.pk, ()),
    )


def csv_lines(cycle: Cycle, address: str = "") -> Iterator[tuple[object, ...]]:
    """The page's figures, one row each, in its order: what was voted, each line of each project, the transfers.

    Read as it is written, so that a long ledger holds in a bounded memory. `address`: the site's, before the files'.
    """
    for envelope in cycle.envelopes.order_by("name", "pk"):
        yield ("", "", "", _("voté"), envelope.amount_eur, cycle.council_resolution, "", "", envelope.name, "", "")
    rows = LedgerEntry.objects.filter(envelope__cycle=cycle).select_related("delivery__proposal", "envelope")
    ordered = rows.prefetch_related(public_papers()).order_by("delivery__proposal__number", "on_date", "pk")
    for entry in ordered.iterator(chunk_size=1000):
        project = entry.delivery.proposal
        yield (
            project.number,
            project.title,
            entry.on_date.isoformat(),
            entry.get_kind_display(),
            entry.amount_eur,
            entry.document,
            entry.label,
            entry.decided_by,
            entry.envelope.name,
            "",
            _addresses(entry, address),
        )
    for row in _transfers(cycle):
        source, target = _named(row.source, cycle), _named(row.target, cycle) if row.target else row.elsewhere
        facts = (row.on_date.isoformat(), _("transféré"), row.amount_eur, row.decision, row.reason, row.decided_by)
        yield ("", f"{source} → {target}", *facts, source, target, _addresses(row, address))


def _named(envelope: Envelope, cycle: Cycle) -> str:
    return envelope.name if envelope.cycle_id == cycle.pk else f"{envelope.name} ({envelope.cycle.title})"


def _addresses(row: LedgerEntry | EnvelopeTransfer, address: str) -> str:
    return " ".join(f"{address}{link.url}" for link in paper_links(row.papers.all()))


def ledger_entries(cycle: Cycle) -> QuerySet[LedgerEntry]:
    """Every line entered, newest first, with what reverses it."""
    rows = LedgerEntry.objects.filter(envelope__cycle=cycle).select_related("delivery__proposal", "reversal")
    return rows.order_by("-entered_at", "-pk")


def cycles_with_money() -> list[Cycle]:
    """The editions whose laureates have a delivery, the latest first."""
    return list(Cycle.objects.filter(proposals__delivery__isnull=False).distinct().order_by("-pk"))
