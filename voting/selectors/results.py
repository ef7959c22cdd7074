"""Reads of a result. Nothing here answers before the proclamation, except for the official record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models.functions import Length
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.core import components, text
from bp_platform.core.decisions import Refused, no
from bp_platform.core.money import from_cents
from bp_platform.documents import selectors as documents_selectors
from voting import bundle, canonical, trace, wording
from voting.disclosure import tells_scores
from voting.models import RESULT_IS_PUBLIC, MarkChannel, Poll, PollKind, Proof, PublishedBundle
from voting.sealed import SealedPoll, SealedProject
from voting.selectors.destruction import RollFigures, destruction_words, roll_figures
from voting.selectors.names import KeyNames
from voting.selectors.polls import rule_words, sealed_of
from voting.tally.results import (
    CapReached,
    Conflict,
    Line,
    OwnerHasLaureate,
    Reason,
    Result,
    ScopeResult,
    Stopped,
    TakenByFloor,
    Tie,
)
from voting.tally.values import BallotKind, Scope

FEWEST_FOR_CHANNELS = 50


@dataclass(frozen=True, slots=True)
class ScopeView:
    """A scope's result as its page shows it."""

    name: str
    rule: str
    unit: str
    lines: Sequence[components.ResultLine]
    slices: Sequence[components.Slice]
    total_eur: Decimal | None
    bar: str
    spent: str
    budget: str
    winners: int
    projects: int
    ballots: Sequence[components.Count]
    ties: Sequence[str]
    are_scores_hidden: bool


@dataclass(frozen=True, slots=True)
class PublishedFiles:
    """The published bundle: its digest, its size in words, its Pabulib files (name of the scope, its id)."""

    digest: str
    size: str
    elections: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ResultView:
    """The results page."""

    title: str
    headline: str
    subject: str
    is_practice: bool
    is_replay: bool
    turnout: Sequence[components.Count]
    proof: str
    scopes: Sequence[ScopeView]
    sealed_digest: str
    result_digest: str
    bundle: PublishedFiles | None = None
    destruction: str = ""

    @property
    def is_reduced(self) -> bool:
        """Whether a scope is too small for its whole result to be published."""
        return any(scope.are_scores_hidden for scope in self.scopes)


def result_of(poll: Poll) -> Result:
    """The kept result, typed again, once it matches its digest."""
    return trace.result_of(_kept(poll)["result"])


def _kept(poll: Poll) -> Any:  # Any: JSON, read by whoever asks
    data = bytes(poll.result.content)
    if canonical.digest(data) != poll.result.digest:
        raise Refused(no(_("Le résultat de ce vote ne correspond plus à son empreinte.")))
    return canonical.load(data)


def results(poll: Poll) -> ResultView:
    """The public results. Asked before the proclamation, it refuses: there is no count to see."""
    if poll.state not in RESULT_IS_PUBLIC:
        raise Refused(no(_("Les résultats paraîtront à leur proclamation.")))
    text_, result = sealed_of(poll), result_of(poll)
    return replace(_view(poll, text_, result), bundle=_published(poll, text_, result))


def _published(poll: Poll, text_: SealedPoll, result: Result) -> PublishedFiles | None:
    """None for a vote proclaimed before bundles were made."""
    sized = PublishedBundle.objects.filter(poll=poll).annotate(size=Length("content"))
    found = sized.order_by("pk").values_list("digest", "size").first()
    if found is None:
        return None
    is_replay = poll.kind == PollKind.REPLAY
    scopes = [
        (text_.scope_names[scope.scope_id], scope.scope_id)
        for scope in result.scopes
        if bundle.has_election(text_.scopes[scope.scope_id], scope.ballots.cast, is_replay=is_replay)
    ]
    digest, size = found
    return PublishedFiles(digest, documents_selectors.weight(size), scopes)


def bundle_bytes(poll: Poll) -> bytes | None:
    """The archive published at the proclamation, once it matches its digest."""
    kept = PublishedBundle.objects.filter(poll=poll).first()
    if kept is None:
        return None
    content = bytes(kept.content)
    if canonical.digest(content) != kept.digest:
        raise Refused(no(_("Le dossier publié de ce vote ne correspond plus à son empreinte.")))
    return content


def few_ballots_words() -> str:
    """Why a scope's scores are not told."""
    return _("Moins de dix bulletins : seuls les projets arrivés en tête et leur ordre sont publiés.")


def result_rows(view: ResultView) -> list[list[str | int]]:
    """The results as a table, its heading first: what a spreadsheet opens."""
    heading: list[str | int] = [
        _("périmètre"), _("rang"), _("numéro"), _("projet"), _("score"), _("coût"), _("arrivé en tête"), _("motif"),
    ]  # fmt: skip
    return [
        heading,
        *(
            [
                scope.name,
                line.rank,
                line.number,
                str(line.title),
                "" if scope.are_scores_hidden else line.score,
                "" if line.price_eur is None else str(line.price_eur),
                _("oui") if line.is_winner else _("non"),
                str(line.reason),
            ]
            for scope in view.scopes
            for line in scope.lines
        ),
    ]


def record_view(poll: Poll) -> ResultView:
    """The same facts for the official record, which count officers sign before the proclamation."""
    return _view(poll, sealed_of(poll), result_of(poll))


def _view(poll: Poll, text_: SealedPoll, result: Result) -> ResultView:
    urls, nulls, names = _sheets(poll, text_), _kept(poll)["unreadable"], KeyNames(poll.cycle)
    figures = roll_figures(poll)
    roll, by_channel = figures.roll, voters_by_channel(figures)
    voters, paper = sum(by_channel.values()), by_channel.get(MarkChannel.PAPER, 0)
    won, listed = len(result.winners), len(text_.projects)
    share = _("%(share)s %% des %(roll)s personnes inscrites") % {
        "share": _percent(voters, roll),
        "roll": number_format(roll, force_grouping=True),
    }
    return ResultView(
        title=text_.title,
        headline=ngettext(
            "%(won)d projet arrivé en tête sur %(listed)d", "%(won)d projets arrivés en tête sur %(listed)d", won
        )
        % {"won": won, "listed": listed},
        subject=_("Sous réserve de la délibération du conseil municipal : c’est lui qui décide."),
        is_practice=poll.kind == PollKind.PRACTICE,
        is_replay=poll.kind == PollKind.REPLAY,
        turnout=[
            components.Count(_("ont voté"), number_format(voters, force_grouping=True), note=share),
            *([components.Count(_("sur papier"), number_format(paper, force_grouping=True))] if paper else []),
            components.Count(_("projets au vote"), listed),
            components.Count(_("projets arrivés en tête"), won),
        ],
        proof=text.enumerate_fr([str(Proof(code).label) for code in text_.proofs], _("ou")),
        scopes=[
            _scope_view(text_, scope, urls, names, nulls.get(scope.scope_id, 0), is_told=_is_told(poll, scope))
            for scope in result.scopes
        ],
        sealed_digest=poll.digest,
        result_digest=poll.result.digest,
        destruction=destruction_words(poll),
    )


def voters_by_channel(figures: RollFigures) -> dict[str, int]:
    """Marks by channel; one figure alone where a channel that was used has under fifty (PROTOCOL §6.5.21)."""
    found = dict(figures.by_channel)
    return found if all(n >= FEWEST_FOR_CHANNELS for n in found.values()) else {"": sum(found.values())}


def _percent(part: int, whole: int) -> str:
    tenths = round(1000 * part / whole) if whole else 0
    return number_format(Decimal(tenths) / 10, 1 if tenths % 10 else 0)


def _sheets(poll: Poll, text_: SealedPoll) -> dict[str, str]:
    """Count name → address of the sheet."""
    slug = poll.cycle.slug
    return {p.id: reverse("pages:project", args=[slug, p.number]) for p in text_.projects}


def _is_told(poll: Poll, scope: ScopeResult) -> bool:
    return tells_scores(scope.ballots.cast, is_replay=poll.kind == PollKind.REPLAY)


def _scope_view(
    text_: SealedPoll, result: ScopeResult, urls: dict[str, str], names: KeyNames, nulls: int, *, is_told: bool
) -> ScopeView:
    scope = text_.scopes[result.scope_id]
    projects = {p.id: p for p in text_.by_scope[scope.id]}
    budget = None if result.budget_cents is None else result.budget_cents + result.received_cents
    return ScopeView(
        name=text_.scope_names[scope.id],
        rule=rule_words(scope),
        unit=_unit(scope.ballot.kind),
        lines=_lines(text_, projects, result, urls, names) if is_told else _laureates(text_, projects, result, urls),
        slices=_slices(projects, result, budget) if text_.currency == "EUR" else [],
        total_eur=None if budget is None or text_.currency != "EUR" else from_cents(budget),
        bar=f"argent-{scope.id}",
        spent=wording.money(result.spent_cents, text_.currency, whole=True),
        budget="" if budget is None else wording.money(budget, text_.currency, whole=True),
        winners=len(result.winners),
        projects=len(result.lines),
        ballots=_ballot_counts(result, nulls) if is_told else [],
        ties=[wording.tie_sentence(_numbered(text_, tie)) for tie in result.ties] if is_told else [],
        are_scores_hidden=not is_told,
    )


def _lines(
    text_: SealedPoll, projects: dict[str, SealedProject], result: ScopeResult, urls: dict[str, str], names: KeyNames
) -> list[components.ResultLine]:
    """Every project, with its score and its reason."""
    best = max((line.score.score for line in result.lines), default=0) or 1
    return [
        components.ResultLine(
            rank=line.rank,
            title=projects[line.project_id].title,
            number=_number(text_, projects[line.project_id]),
            score=line.score.score,
            is_winner=line.is_taken,
            reason=reason_words(text_, text_.scopes[result.scope_id], line, names),
            price_eur=_price(text_, line),
            url=urls[line.project_id],
            share=round(100 * line.score.score / best),
        )
        for line in result.lines
    ]


def _laureates(
    text_: SealedPoll, projects: dict[str, SealedProject], result: ScopeResult, urls: dict[str, str]
) -> list[components.ResultLine]:
    """The laureates in their order and nothing else: with few ballots, a rank or a reason would tell votes."""
    taken = sorted((line.order, line) for line in result.lines if line.order is not None)
    return [
        components.ResultLine(
            rank=order,
            title=projects[line.project_id].title,
            number=_number(text_, projects[line.project_id]),
            score=0,
            is_winner=True,
            reason="",
            price_eur=_price(text_, line),
            url=urls[line.project_id],
        )
        for order, line in taken
    ]


def _price(text_: SealedPoll, line: Line) -> Decimal | None:
    return from_cents(line.cost_cents) if text_.currency == "EUR" else None


def _number(text_: SealedPoll, project: SealedProject) -> str:
    """The project's number; with its cost when the file counts in another money than euros."""
    if text_.currency == "EUR":
        return project.number
    return f"{project.number} · {wording.money(project.cost_cents, text_.currency, whole=True)}"


def _slices(projects: dict[str, SealedProject], result: ScopeResult, budget: int | None) -> list[components.Slice]:
    """The money drawn: what the laureates cost, and what is left."""
    if not budget:
        return []
    laureates = components.Slice("committed", _("Projets arrivés en tête"), from_cents(result.spent_cents))
    left = budget - result.spent_cents
    return [laureates, components.Slice("left", _("Reste"), from_cents(left))] if left > 0 else [laureates]


def _ballot_counts(result: ScopeResult, nulls: int) -> list[components.Count]:
    """`nulls`: ballots that were null before they were counted, sealed ones that do not open and paper ones."""
    ballots = result.ballots
    return [
        components.Count(_("bulletins"), number_format(ballots.cast + nulls, force_grouping=True)),
        components.Count(_("valables"), number_format(ballots.valid, force_grouping=True)),
        components.Count(_("blancs ou non utilisés"), ballots.blank),
        components.Count(_("nuls"), ballots.null + nulls),
    ]


def _unit(kind: BallotKind) -> str:
    return _("Points") if kind in (BallotKind.POINTS, BallotKind.RANKING) else _("Voix")


def reason_words(text_: SealedPoll, scope: Scope, line: Line, names: KeyNames) -> str:
    """Why, in one sentence that names projects by their number, and places, themes and tranches by `names`."""
    named = _named_reason(text_, line.reason)
    cited = names.known if isinstance(named, TakenByFloor | CapReached) else None
    return wording.reason_sentence(named, kind=scope.ballot.kind, currency=text_.currency, names=cited)


def _named_reason(text_: SealedPoll, reason: Reason) -> Reason:
    numbers = {p.id: p.number for p in text_.projects}
    if isinstance(reason, Conflict):
        return replace(reason, with_id=numbers[reason.with_id])
    if isinstance(reason, OwnerHasLaureate):
        return replace(reason, laureate_id=numbers[reason.laureate_id])
    if isinstance(reason, Stopped):
        return replace(reason, after_id=numbers[reason.after_id])
    return reason


def _numbered(text_: SealedPoll, tie: Tie) -> Tie:
    numbers = {p.id: p.number for p in text_.projects}
    return replace(tie, taken_id=numbers[tie.taken_id], left_id=numbers[tie.left_id])
