"""The study played: triage, opinions, costings, decisions, then all the answers at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.core import calendar
from bp_platform.pages.rehearsal.people import Scenario, price_of
from cycles.models import Phase, PhaseKind
from instruction import policies
from instruction import services as instruction
from instruction.models import Case, Complexity, CostKind, Verdict
from proposals.models import Proposal, ProposalState

SEALED_BEFORE = timedelta(days=2)
TRIAGE_DAYS, DECISION_DAYS, ONE_REFUSED_IN = 2, 2, 6
POLITICAL = "contrary_to_deliberated_policy"


class Study:
    """The study of what came before it opened, and of what came after, when the call goes on meanwhile."""

    def __init__(self, scenario: Scenario) -> None:
        self.s = scenario
        self.rounds: list[Round] = []

    def plan(self) -> None:
        agenda, phase, call = self.s.agenda, self.s.phase(PhaseKind.INSTRUCTION), self.s.phase(PhaseKind.CALL)
        if phase is None:
            first = call.closes_at if call else self.s.copy.phases.earliest("opens_at", "pk").opens_at
            agenda.plan(first, lambda at: agenda.look(at, _("L’édition n’a pas de phase d’étude.")))
            return
        starts = [phase.opens_at]
        if call and call.closes_at > phase.opens_at:
            starts.append(call.closes_at)
        decided = [self._plan_round(start, phase) for start in starts]
        agenda.plan(max(*decided, phase.closes_at - timedelta(hours=9)) + timedelta(hours=1), self.publish)

    def _plan_round(self, start: datetime, phase: Phase) -> datetime:
        agenda, one = self.s.agenda, Round(self.s)
        self.rounds.append(one)
        agenda.plan(start + timedelta(hours=9), one.open)
        agenda.plan(start + timedelta(days=TRIAGE_DAYS, hours=9), one.triage)
        studied_at = start + timedelta(days=TRIAGE_DAYS + self.s.rules.study.opinion_days, hours=9)
        agenda.plan(studied_at, partial(one.opinions, phase=phase))
        agenda.plan(studied_at + timedelta(days=DECISION_DAYS), one.decide)
        return studied_at + timedelta(days=DECISION_DAYS)

    def publish(self, at: datetime) -> None:
        act = partial(instruction.publish_answers, self.s.copy, by=self.s.company.team, at=at)
        said = _("Toutes les réponses sont publiées.")
        if any(one.cases for one in self.rounds) and self.s.agenda.tried(at, _("Équipe participation"), said, act):
            self._late(at)

    def _late(self, at: datetime) -> None:
        """Answers that come once the vote is sealed, too late to be put to it."""
        vote = self.s.phase(PhaseKind.VOTE)
        if vote and at >= vote.opens_at - SEALED_BEFORE:
            day = calendar.day_words(calendar.local_day(at))
            self.s.agenda.look(
                at, _("Les réponses paraissent le %(day)s, trop tard pour la liste du vote.") % {"day": day}
            )


class Round:
    """Each case takes the days that the règlement gives; one in six is refused, so that a refusal is rehearsed too."""

    def __init__(self, scenario: Scenario) -> None:
        self.s = scenario
        self.cases: list[Case] = []

    def open(self, at: datetime) -> None:
        def act() -> None:
            self.cases = instruction.open_cases(self.s.copy, by=self.s.company.team, at=at)

        if Proposal.objects.filter(cycle=self.s.copy, state=ProposalState.PUBLISHED, case=None).exists():
            self.s.agenda.tried(at, _("Équipe participation"), _("Les dossiers s’ouvrent."), act)

    def triage(self, at: datetime) -> None:
        """Every case to the department, for the day that the règlement gives."""
        due_on = calendar.local_day(at) + timedelta(days=self.s.rules.study.opinion_days)
        self._each(
            at, _("Équipe participation"), _("%(n)d dossier attribué."), _("%(n)d dossiers attribués."),
            lambda case, _place: self._assign(case, at, due_on),
        )  # fmt: skip

    def _assign(self, case: Case, at: datetime, due_on: date) -> None:
        instruction.assign(
            case, by=self.s.company.team, at=at, lead=self.s.company.department, due_on=due_on,
            person=self.s.company.agent, complexity=Complexity.MEDIUM,
        )  # fmt: skip

    def opinions(self, at: datetime, *, phase: Phase) -> None:
        """The departments answer on the last day they have."""
        done = self._each(
            at, _("Direction"), _("%(n)d étude rendue : avis, validation, chiffrage."),
            _("%(n)d études rendues : avis, validation, chiffrage."), partial(self._study, at=at),
        )  # fmt: skip
        last = calendar.local_day(calendar.last_instant(phase.closes_at))
        if done and calendar.local_day(at) > last:
            said = ngettext(
                "%(n)d étude finit le %(day)s, après la fin de l’étude (%(last)s) : raccourcissez le délai des avis "
                "ou allongez la phase.",
                "%(n)d études finissent le %(day)s, après la fin de l’étude (%(last)s) : raccourcissez le délai des "
                "avis ou allongez la phase.",
                done,
            ) % {"n": done, "day": calendar.day_words(calendar.local_day(at)), "last": calendar.day_words(last)}
            self.s.agenda.look(at, said)

    def _study(self, case: Case, place: int, *, at: datetime) -> None:
        people = self.s.company
        opinion = instruction.give_opinion(
            case, by=people.agent, at=at, department=people.department,
            verdict=Verdict.UNFAVOURABLE if self._is_refused(place) else Verdict.FAVOURABLE,
            public_text=_("Avis d’essai : ce texte n’est gardé nulle part."),
        )  # fmt: skip
        instruction.validate_opinion(opinion, by=people.head, at=at)
        line = instruction.CostLine(
            CostKind.WORKS, _("Travaux d’essai"), Decimal(1), price_of(self.s, case.proposal, place), Decimal(0)
        )
        instruction.set_costing(
            case, by=people.agent, at=at, lines=[line], confidence_percent=10, price_on=calendar.local_day(at),
            department=people.department,
        )  # fmt: skip
        instruction.complete_review(self._fresh(case), by=people.head, at=at)

    def decide(self, at: datetime) -> None:
        self._each(
            at, _("Élu·es"), _("%(n)d réponse décidée."), _("%(n)d réponses décidées."), partial(self._decide, at=at)
        )

    def _decide(self, case: Case, place: int, *, at: datetime) -> None:
        elected, fresh = self.s.company.elected, self._fresh(case)
        reasons = [code for code in policies.citable(fresh) if code != POLITICAL]
        if not (self._is_refused(place) and reasons):
            instruction.declare_feasible(fresh, by=elected, at=at)
            return
        instruction.reject(
            fresh,
            by=elected,
            at=at,
            reason=reasons[0],
            explanation=_("Refus d’essai."),
            next_step=_("Rien : un essai."),
        )

    def _is_refused(self, place: int) -> bool:
        return place % ONE_REFUSED_IN == ONE_REFUSED_IN - 1

    def _fresh(self, case: Case) -> Case:
        return Case.objects.select_related("proposal__cycle", "proposal__theme").get(pk=case.pk)

    def _each(self, at: datetime, who: str, one: str, many: str, act: Callable[[Case, int], object]) -> int:
        """The same act on every case; what went through is told in one line, each refusal once."""
        acts = [partial(act, self._fresh(case), place) for place, case in enumerate(self.cases)]
        return self.s.agenda.told_together(at, who, acts, one, many)
