"""The preselection as acts and policies read it: who is a candidate, what the voices make, what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from cycles import districts, powers
from cycles import selectors as cycle_selectors
from cycles.models import Area, BodyDecision, BodyPower, Cycle, PhaseKind
from cycles.rules import BodyRule, Rules
from cycles.rules import Preselection as PreselectionRules
from instruction import shortlist
from instruction.models import KEPT, Preselection, PreselectionLine, PreselectionState
from instruction.shortlist import Entry, Shortlist
from proposals.models import Proposal, ProposalQuerySet, Stage

COUNTED = ("forum", "supports")  # the ways that have voices


def preselection_of(cycle: Cycle) -> Preselection | None:
    """The preselection of an edition, once its first count or list was saved."""
    return Preselection.objects.select_related("cycle", "decision__body").filter(cycle=cycle).first()


def has_preselection(cycle: Cycle) -> bool:
    """Whether the règlement has one."""
    return cycle_selectors.rules_of(cycle).preselection.mode != "none"


def precedes_study(cycle: Cycle) -> bool:
    """Whether ideas are preselected before they are studied: as the calendar puts the two phases. One query."""
    phases = cycle_selectors.last_phases(cycle)
    chosen, study = phases.get(PhaseKind.PRESELECTION), phases.get(PhaseKind.INSTRUCTION)
    return chosen is None or study is None or chosen.opens_at < study.opens_at


def candidates_of(cycle: Cycle, *, before_study: bool) -> ProposalQuerySet:
    """The ideas to choose from: those published, or, after the study, those found feasible; by number."""
    stage = Stage.IDEA if before_study else Stage.FEASIBLE
    return Proposal.objects.filter(cycle=cycle, stage=stage).public().order_by("number", "pk")


def latecomers(preselection: Preselection) -> ProposalQuerySet:
    """What would have been a candidate, and was published or found feasible after the decision."""
    found = candidates_of(preselection.cycle, before_study=preselection.precedes_study)
    return found.filter(preselection_line=None) if preselection.is_decided else found.none()


def that_go_on(found: ProposalQuerySet) -> ProposalQuerySet:
    """Of these, what a binding preselection has kept; all of them where there is none, or none is decided yet."""
    decided, kept = _decided_and_kept()
    return found.filter(~Q(cycle__in=decided.values("cycle")) | Q(pk__in=kept.values("proposal")))


def set_aside(found: ProposalQuerySet) -> ProposalQuerySet:
    """Of these, what a binding preselection, decided, has not kept: the others of `that_go_on`."""
    decided, kept = _decided_and_kept()
    return found.filter(~Q(pk__in=kept.values("proposal")), cycle__in=decided.values("cycle"))


def _decided_and_kept() -> tuple[QuerySet[Preselection], QuerySet[PreselectionLine]]:
    """The binding preselections that are decided, and the lines they kept: two short lists, read once."""
    decided = Preselection.objects.filter(state=PreselectionState.DECIDED, is_binding=True)
    return decided, PreselectionLine.objects.filter(preselection__in=decided, outcome__in=KEPT)


def lines_of(preselection: Preselection) -> list[PreselectionLine]:
    """Every line with its idea, whatever became of it since; by number."""
    found = preselection.lines.select_related("proposal__area", "proposal__theme")
    return list(found.order_by("proposal__number", "pk"))


def holders_in(rules: Rules) -> tuple[BodyRule, ...]:
    """The bodies of article 13 through which the preselection goes; none where the règlement names nobody."""
    return tuple(powers.holders(rules, BodyPower.PRESELECTION))


def body_decision_of(preselection: Preselection, holders: Sequence[BodyRule]) -> BodyDecision | None:
    """What these bodies carried, the last time; after a reopening, only what was recorded since. Two queries."""
    found = BodyDecision.objects.filter(
        body__cycle=preselection.cycle, body__rule_code__in=[rule.code for rule in holders],
        matter=BodyPower.PRESELECTION, votes_for__gt=F("votes_against"),
    )  # fmt: skip
    last = preselection.reopenings.order_by("-reopened_at", "-pk").first()
    if last is not None:
        found = found.filter(recorded_at__gte=last.reopened_at)
    return found.select_related("body").order_by("-recorded_at", "-pk").first()


@dataclass(frozen=True, slots=True)
class Places:
    """The places of « each place »; `of` tells which one an idea counts for."""

    by_pk: dict[int, Area]
    holding: dict[int, int]

    def of(self, area_id: int) -> int | None:
        return self.holding.get(area_id)

    def name(self, place: int) -> str:
        return self.by_pk[place].name


def places_of(cycle: Cycle) -> Places:
    """One query."""
    areas = list(cycle.areas.select_related("parent").order_by("rank", "name", "pk"))
    held = {area.pk: found.pk for area in areas if (found := districts.holding(areas, area.code))}
    return Places({area.pk: area for area in areas}, held)


def entries_of(lines: Sequence[PreselectionLine], places: Places) -> list[Entry]:
    """What the computation reads; an idea without voices yet counts none."""
    return [Entry(row.proposal_id, places.of(row.proposal.area_id), row.voices or 0) for row in lines]


def shortlist_of(entries: Sequence[Entry], rules: PreselectionRules) -> Shortlist:
    """The list that the voices make under the règlement."""
    return shortlist.compute(entries, at_most=rules.keeps_at_most, per_place=rules.minimum_per_area)
