"""The preselection as its desk, its public page and its file show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bp_platform.core import calendar
from bp_platform.core.components import Cell, Event, Row, Tone
from cycles import selectors as cycle_selectors
from cycles.articles.study import preselection as article_of
from cycles.models import Cycle, CycleState, PhaseKind
from cycles.rules import BodyRule
from cycles.rules import Preselection as PreselectionRules
from instruction.models import (
    KEPT,
    Preselection,
    PreselectionLine,
    PreselectionOutcome,
    PreselectionReopening,
    PreselectionState,
)
from instruction.selectors import preselection as reads
from instruction.selectors.preselection import Places
from instruction.shortlist import Shortlist, ranks
from proposals.models import Proposal, ProposalState

MOST = 6  # editions that are not closed: a town has one or two
HEADINGS = (
    gettext_lazy("rang"),
    gettext_lazy("numéro"),
    gettext_lazy("idée"),
    gettext_lazy("lieu"),
    gettext_lazy("voix"),
    gettext_lazy("résultat"),
    gettext_lazy("pourquoi"),
)


@dataclass(frozen=True, slots=True)
class Board:
    """The whole preselection of an edition: its candidates with what is known of each, by number."""

    cycle: Cycle
    rules: PreselectionRules
    article: tuple[str, ...]
    preselection: Preselection | None
    lines: Sequence[PreselectionLine]
    places: Places
    computed: Shortlist
    precedes_study: bool
    holders: tuple[BodyRule, ...] = ()

    @property
    def holder(self) -> BodyRule | None:
        """The body whose name it is decided under, if the règlement gives it to one."""
        return next(iter(self.holders), None)

    @property
    def is_decided(self) -> bool:
        return self.preselection is not None and self.preselection.is_decided

    @property
    def has_voices(self) -> bool:
        return self.rules.mode in reads.COUNTED

    @property
    def is_opinion(self) -> bool:
        return self.rules.is_opinion_only

    @property
    def people(self) -> int | None:
        return self.preselection.people if self.preselection else None

    @property
    def revision(self) -> int:
        return self.preselection.revision if self.preselection else 0

    @property
    def total(self) -> int:
        """All the voices, in the lines that are shown."""
        return sum(line.voices or 0 for line in self.lines)

    @property
    def without_voices(self) -> int:
        return sum(1 for line in self.lines if line.voices is None)

    @property
    def kept(self) -> list[PreselectionLine]:
        return [line for line in self.lines if line.is_kept]

    @property
    def rescued(self) -> int:
        return sum(1 for line in self.lines if line.outcome == PreselectionOutcome.PLACE)

    @property
    def is_listed(self) -> bool:
        """Somebody has saved a list, up to date or not."""
        return self.preselection is not None and self.preselection.list_revision > 0

    @property
    def is_list_ready(self) -> bool:
        """A list that is up to date with the voices and the ideas."""
        return (
            self.preselection is not None
            and self.preselection.is_list_current
            and all(line.outcome for line in self.lines)
        )


def board_of(cycle: Cycle) -> Board:
    """Decided: what was decided; before: the candidates of today, with what is already known. Five queries at most."""
    rules, preselection = cycle_selectors.rules_of(cycle), reads.preselection_of(cycle)
    places = reads.places_of(cycle)
    if preselection is not None and preselection.is_decided:
        lines = [line for line in reads.lines_of(preselection) if line.outcome]
        before = preselection.precedes_study
    else:
        prefetch_related_objects([cycle], "phases")
        before = reads.precedes_study(cycle)
        ideas = reads.candidates_of(cycle, before_study=before)
        lines = [_line_of(idea) for idea in ideas.select_related("area", "theme", "preselection_line")]
    entries = reads.entries_of(lines, places)
    return Board(
        cycle=cycle,
        rules=rules.preselection,
        article=article_of(rules).paragraphs,
        preselection=preselection,
        lines=lines,
        places=places,
        computed=reads.shortlist_of(entries, rules.preselection),
        precedes_study=before,
        holders=reads.holders_in(rules),
    )


def _line_of(idea: Proposal) -> PreselectionLine:
    """Its line, or the one that the first act will write."""
    line: PreselectionLine = getattr(idea, "preselection_line", None) or PreselectionLine(proposal=idea)
    line.proposal = idea
    return line


# Words


def outcome_words(line: PreselectionLine, *, is_opinion: bool) -> str:
    """« Gardée par ses voix », « Repêchée pour son lieu »; of an opinion, « Mise en avant »."""
    if is_opinion and line.outcome:
        return _("Mise en avant") if line.is_kept else _("Non mise en avant")
    return line.get_outcome_display()


def outcome_tone(line: PreselectionLine) -> Tone:
    return "success" if line.is_kept else ""


# The desk


def preselected_editions() -> list[Cycle]:
    """The editions that are not closed and whose règlement has a preselection, the latest first."""
    cycles = Cycle.objects.exclude(state=CycleState.CLOSED).prefetch_related("phases").order_by("-pk")[:MOST]
    return [cycle for cycle in cycles if cycle_selectors.rules_of(cycle).preselection.mode != "none"]


def editions_to_preselect(at: datetime) -> list[Cycle]:
    """Those whose phase has come, that nobody has decided, and whose vote has not opened."""
    begun = Cycle.objects.filter(
        state=CycleState.PUBLIC, phases__kind=PhaseKind.PRESELECTION, phases__opens_at__lte=at
    ).distinct()
    voting = Cycle.objects.filter(phases__kind=PhaseKind.VOTE, phases__opens_at__lte=at)
    waiting = begun.exclude(preselection__state=PreselectionState.DECIDED).exclude(pk__in=voting.values("pk"))
    found = waiting.order_by("-pk")[:MOST]
    return [cycle for cycle in found if cycle_selectors.rules_of(cycle).preselection.mode != "none"]


def edition_rows(cycles: Sequence[Cycle], at: datetime) -> list[Row]:
    """One line for each edition: when, and where it stands."""
    states = dict(Preselection.objects.filter(cycle__in=cycles).order_by().values_list("cycle", "state"))
    rows = []
    for cycle in cycles:
        phase = cycle_selectors.phase_of(cycle, PhaseKind.PRESELECTION)
        when = _("sans dates")
        if phase is not None:
            last = calendar.local_day(calendar.last_instant(phase.closes_at))
            when = calendar.span_words(calendar.local_day(phase.opens_at), last)
        decided = states.get(cycle.pk) == PreselectionState.DECIDED
        is_early = phase is None or at < phase.opens_at
        said = _("décidée") if decided else _("à venir") if is_early else _("à décider")
        url = reverse("instruction:preselection_desk", args=[cycle.slug])
        tone: Tone = "success" if decided else "" if is_early else "signal"
        rows.append(Row([Cell(cycle.title, url=url), Cell(when), Cell("", tag=said, tone=tone)]))
    return rows


def desk_rows(board: Board, lines: Sequence[PreselectionLine]) -> list[Row]:
    """The candidates at the desk: voices as typed, and what the list says."""
    rows = []
    for line in lines:
        idea = line.proposal
        url = reverse("pages:project", args=[board.cycle.slug, idea.number])
        cells = [Cell(idea.title, note=f"{idea.number} · {idea.area.name}", url=url)]
        if board.has_voices:
            cells.append(Cell("—" if line.voices is None else str(line.voices), is_number=True))
        if board.is_listed:
            said = outcome_words(line, is_opinion=board.is_opinion)
            cells.append(Cell("", tag=said, tone=outcome_tone(line), note=line.reason) if said else Cell(_("à dire")))
        rows.append(Row(cells))
    return rows


# The public page, and its file


@dataclass(frozen=True, slots=True)
class Result:
    """An idea in the published result. `rank` and `voices` are None where no voice was counted."""

    rank: int | None
    number: str
    title: str
    url: str
    lang: str
    place: str
    voices: int | None
    outcome: str
    tone: Tone
    reason: str
    is_kept: bool


def results_of(board: Board) -> list[Result]:
    """What was decided of each idea that is still public: kept first, then by voices, then by number."""
    counted = reads.entries_of(board.lines, board.places)
    rank = ranks(counted) if board.has_voices else {}
    shown = [line for line in board.lines if line.proposal.state == ProposalState.PUBLISHED]
    ordered = sorted(shown, key=lambda row: (not row.is_kept, -(row.voices or 0), row.proposal.number))
    return [_result(board, line, rank.get(line.proposal_id)) for line in ordered]


def _result(board: Board, line: PreselectionLine, rank: int | None) -> Result:
    idea = line.proposal
    return Result(
        rank=rank,
        number=idea.number,
        title=idea.title,
        url=reverse("pages:project", args=[board.cycle.slug, idea.number]),
        lang=idea.language if idea.language != "fr" else "",
        place=idea.area.name,
        voices=line.voices if board.has_voices else None,
        outcome=outcome_words(line, is_opinion=not (board.preselection and board.preselection.is_binding)),
        tone=outcome_tone(line),
        reason=line.reason,
        is_kept=line.is_kept,
    )


def csv_rows(results: Sequence[Result]) -> list[list[str]]:
    """The same, for a spreadsheet."""
    return [
        [
            "" if row.rank is None else str(row.rank), row.number, row.title, row.place,
            "" if row.voices is None else str(row.voices), row.outcome, row.reason,
        ]
        for row in results
    ]  # fmt: skip


def reopenings_of(preselection: Preselection | None) -> list[PreselectionReopening]:
    """Why it was opened again, the last first."""
    return list(preselection.reopenings.order_by("-reopened_at", "-pk")) if preselection else []


# The idea's own page


@dataclass(frozen=True, slots=True)
class PreselectionSummary:
    """What the preselection said of an idea, in words; and its line in the idea's history."""

    heading: str
    tone: Tone
    voices: int | None
    reason: str
    is_opinion: bool
    event: Event


def preselection_summary(proposal: Proposal) -> PreselectionSummary | None:
    """Once decided; no query on a row joined to `JOINED`."""
    line: PreselectionLine | None = getattr(proposal, "preselection_line", None)
    if line is None or not line.outcome or line.preselection.decided_at is None:
        return None
    given = line.preselection
    said = outcome_words(line, is_opinion=not given.is_binding)
    day = calendar.local_day(given.decided_at) if given.decided_at else calendar.local_day(given.opened_at)
    by = _("Décidé par %(who)s") % {"who": given.decided_by_label}
    return PreselectionSummary(
        heading=_("Présélection : %(said)s") % {"said": said[:1].lower() + said[1:]},
        tone="success" if line.is_kept else "warning" if given.is_binding else "",
        voices=line.voices,
        reason=line.reason,
        is_opinion=not given.is_binding,
        event=Event(day, _("Présélection : %(said)s") % {"said": said[:1].lower() + said[1:]}, by=by),
    )


def preselection_figures(cycle: Cycle, _at: datetime) -> list[tuple[str, str]]:
    """What a preselection did, for its checkpoint; nothing before its decision. Two queries."""
    preselection = reads.preselection_of(cycle)
    if preselection is None or not preselection.is_decided:
        return []
    lines = [line for line in preselection.lines.order_by("pk") if line.outcome]
    kept = [line for line in lines if line.outcome in KEPT]
    said = [(_("Idées candidates"), str(len(lines)))]
    if preselection.people:
        said.append((_("Personnes présentes"), str(preselection.people)))
    if any(line.voices is not None for line in lines):
        said.append((_("Voix données"), str(sum(line.voices or 0 for line in lines))))
    said.append((_("Idées gardées"), str(len(kept))))
    rescued = sum(1 for line in kept if line.outcome == PreselectionOutcome.PLACE)
    return [*said, (_("dont repêchées pour leur lieu"), str(rescued))] if rescued else said
