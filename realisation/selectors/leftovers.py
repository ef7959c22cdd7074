"""What is left on each envelope, where it comes from, where it may go, and what was decided of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from bp_platform.core.components import Tone
from bp_platform.core.money import ZERO
from cycles import selectors as cycle_selectors
from cycles.articles import articles
from cycles.models import Cycle, Envelope
from proposals.models import Proposal, Stage
from realisation.models import (
    DONE,
    Delivery,
    DeliveryState,
    Destination,
    EnvelopeTransfer,
    LedgerEntry,
    MoneyPaper,
    Reallocation,
    ReallocationState,
)
from realisation.selectors.accounts import Account, Balance, accounts
from realisation.selectors.money import money_page
from realisation.selectors.papers import PaperLink, paper_links
from voting import policies as voting_policies
from voting import selectors as voting_selectors

SHOWN_NEXT = 5


@dataclass(frozen=True, slots=True)
class Source:
    """Where a part of a leftover comes from, in euros; negative for what has gone already."""

    label: str
    amount_eur: Decimal
    url: str = ""


@dataclass(frozen=True, slots=True)
class Leftover:
    """An envelope's leftover and its sources, whose sum it is."""

    envelope: Envelope
    balance: Balance
    sources: Sequence[Source]
    to_give_back: Sequence[Source]

    @property
    def left_eur(self) -> Decimal:
        return self.balance.left_eur

    @property
    def to_give_back_eur(self) -> Decimal:
        return sum((source.amount_eur for source in self.to_give_back), ZERO)


@dataclass(frozen=True, slots=True)
class NextProject:
    """A project that the vote did not take, in the order of the result."""

    proposal: Proposal
    rank: int
    scope: str
    reason: str
    price_eur: Decimal


def leftovers(cycle: Cycle) -> list[Leftover]:
    """Each envelope with what is left on it."""
    page = money_page(cycle)
    rows = Delivery.objects.filter(proposal__cycle=cycle).select_related("proposal").order_by("proposal__number", "pk")
    sums = accounts(LedgerEntry.objects.filter(envelope__cycle=cycle))
    by_envelope: dict[int, list[tuple[Delivery, Account]]] = {}
    for row in rows:
        by_envelope.setdefault(row.envelope_id, []).append((row, sums.get(row.pk, Account())))
    return [
        Leftover(
            line.envelope,
            line.balance,
            _sources(line.balance, by_envelope.get(line.envelope.pk, [])),
            _to_give_back(by_envelope.get(line.envelope.pk, [])),
        )
        for line in page.envelopes
    ]


def _sources(balance: Balance, own: Sequence[tuple[Delivery, Account]]) -> list[Source]:
    never = balance.voted_eur - sum((account.budgeted_eur for _row, account in own), ZERO)
    found = [Source(_("Jamais affecté à un projet") if never >= 0 else _("Compléments donnés à des projets"), never)]
    for row, account in own:
        if account.released_eur:
            said = _("%(title)s : abandonné") if row.state == DeliveryState.ABANDONED else _("%(title)s : moins cher")
            found.append(Source(said % {"title": row.proposal.title}, account.released_eur, _project(row)))
    if balance.received_eur:
        found.append(Source(_("Reçu d’une autre enveloppe"), balance.received_eur))
    if balance.given_eur:
        found.append(Source(_("Déjà transféré"), -balance.given_eur))
    return [source for source in found if source.amount_eur]


def _to_give_back(own: Sequence[tuple[Delivery, Account]]) -> list[Source]:
    """What finished or abandoned projects still hold and will not commit."""
    return [
        Source(row.proposal.title, account.to_commit_eur, _project(row))
        for row, account in own
        if row.state in (*DONE, DeliveryState.ABANDONED) and account.to_commit_eur > 0
    ]


def _project(row: Delivery) -> str:
    return reverse("pages:project", args=[row.proposal.cycle.slug, row.proposal.number])


def next_projects(cycle: Cycle) -> list[NextProject]:
    """The first projects that the proclaimed vote did not take, in its order."""
    poll = voting_policies.result_of(cycle)
    if poll is None:
        return []
    view = voting_selectors.results(poll)
    lines = [
        (scope.name, line)
        for scope in view.scopes
        if not scope.are_scores_hidden
        for line in scope.lines
        if not line.is_winner
    ]
    rows = Proposal.objects.public().filter(
        cycle=cycle, number__in=[line.number for _name, line in lines], stage=Stage.NOT_SELECTED, delivery=None
    )
    known = {row.number: row for row in rows.order_by("pk")}
    found = [
        NextProject(known[line.number], line.rank, name, str(line.reason), line.price_eur)
        for name, line in lines
        if line.number in known and line.price_eur
    ]
    return found[:SHOWN_NEXT]


REALLOCATION = (
    "amount_eur", "destination", "elsewhere", "reason", "refusal", "state", "proposed_at", "decided_on", "decided_by",
    "decision", "envelope__name", "target__name", "target__cycle__title", "proposal__title", "proposal__number",
    "proposal__cycle__slug", "delivery__proposal__title", "delivery__proposal__number",
    "delivery__proposal__cycle__slug",
)  # fmt: skip
"""What a reallocation's line says: no more of eight tables is read."""


@dataclass(frozen=True, slots=True)
class ReallocationLine:
    """A reallocation in words, for the desk and for everybody."""

    row: Reallocation
    where: str
    url: str
    state: str
    tone: Tone
    said: str
    papers: Sequence[PaperLink]

    @property
    def is_open(self) -> bool:
        return self.row.state == ReallocationState.PROPOSED


def reallocation_lines(cycle: Cycle, *, is_desk: bool = False) -> list[ReallocationLine]:
    """What was proposed and decided of an edition's leftovers, the oldest first; two queries."""
    undone = Exists(LedgerEntry.objects.filter(reverses=OuterRef("entry"))) | Exists(
        EnvelopeTransfer.objects.filter(reverses=OuterRef("transfer"))
    )
    papers = Prefetch("papers", MoneyPaper.objects.select_related("file").order_by("added_at", "pk"))
    rows = (
        Reallocation.objects.filter(envelope__cycle=cycle)
        .select_related("envelope", "delivery__proposal__cycle", "proposal__cycle", "target__cycle")
        .only(*REALLOCATION)
        .annotate(is_undone=undone)
        .prefetch_related(papers)
        .order_by("proposed_at", "pk")
    )
    return [_line(row, is_undone=row.is_undone, is_desk=is_desk) for row in rows]


def _line(row: Reallocation, *, is_undone: bool, is_desk: bool) -> ReallocationLine:
    where, url = destination_words(row)
    tones: dict[str, Tone] = {ReallocationState.DECIDED: "success", ReallocationState.REFUSED: "error"}
    state, tone = str(row.get_state_display()).capitalize(), tones.get(row.state, "accent")
    if is_undone:
        state, tone = _("Annulée depuis"), "warning"
    return ReallocationLine(row, where, url, state, tone, row.refusal, paper_links(row.papers.all(), is_desk=is_desk))


def destination_words(row: Reallocation) -> tuple[str, str]:
    """Where the money goes, and the page of it when there is one."""
    project = row.delivery.proposal if row.delivery else row.proposal
    if project is not None:
        url = reverse("pages:project", args=[project.cycle.slug, project.number])
        said = _("Pour « %(title)s »") if row.destination == Destination.PROJECT else _("Réaliser « %(title)s »")
        return said % {"title": project.title}, url
    if row.target is not None:
        names = {"name": row.target.name, "cycle": row.target.cycle.title}
        return _("Vers « %(name)s » (%(cycle)s)") % names, ""
    return _("Vers %(where)s") % {"where": row.elsewhere}, ""


def leftover_article(cycle: Cycle) -> str:
    """What the règlement says of the leftover, « » when it says nothing."""
    rules = cycle_selectors.rules_of(cycle)
    if rules.leftovers.unspent == "unstated":
        return ""
    found = next((a for a in articles(rules) if a.section == "leftovers"), None)
    return f"{_('Règlement, article %(n)s') % {'n': found.number}} : {found.paragraphs[-1]}" if found else ""
