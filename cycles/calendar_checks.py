"""What deserves a look in a calendar: short phases, awkward days, the budget, the printer, elections. Pure.

Figures come from what French editions do: a call of a month at least, two months of study, two weeks of vote, costings
closed two weeks before the vote opens, results known sixteen weeks before the budget is voted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.core import calendar
from cycles import retroplan
from cycles.daysoff import Span
from cycles.reserve import Reserve

SHORTEST: Mapping[str, int] = {"call": 28, "instruction": 56, "preselection": 7, "campaign": 10, "vote": 14}
OPEN_TO_ALL = ("call", "preselection", "vote")
SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Stage:
    """A phase by its days, both included, and its name as people read it."""

    kind: str
    name: str
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Facts:
    """What the calendar is checked against."""

    holidays: Mapping[date, str] = field(default_factory=dict)
    school: Sequence[Span] = ()
    closures: Sequence[Span] = ()
    councils: Sequence[date] = ()
    reserves: Sequence[Reserve] = ()
    budget_vote_on: date | None = None
    printing_days: int = 21
    election_names: Mapping[str, str] = field(default_factory=dict)
    is_one_day_vote: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about a phase; `is_grave` when the plan does not hold as it is."""

    kind: str
    sentence: str
    is_grave: bool = False


def remarks(stages: Sequence[Stage], facts: Facts) -> list[Remark]:
    """Everything to look at, the grave first, then in the order of the calendar."""
    rules: tuple[Callable[[Sequence[Stage], Facts], Iterator[Remark]], ...] = (
        _order, _budget, _printing, _council, _lengths, _days, _holidays, _elections,
    )  # fmt: skip
    found = [remark for rule in rules for remark in rule(stages, facts)]
    place = {stage.kind: index for index, stage in enumerate(sorted(stages, key=lambda stage: stage.first))}
    return sorted(found, key=lambda remark: (not remark.is_grave, place.get(remark.kind, -1)))


def _one(stages: Sequence[Stage], kind: str) -> Stage | None:
    return max((stage for stage in stages if stage.kind == kind), key=lambda stage: stage.first, default=None)


def _order(stages: Sequence[Stage], facts: Facts) -> Iterator[Remark]:
    study, vote, call = _one(stages, "instruction"), _one(stages, "vote"), _one(stages, "call")
    if study and vote:
        wait = (vote.first - study.last).days - 1
        if wait < 0:
            yield Remark("vote", _("Le vote ouvre avant la fin de l’étude : on ne saurait pas sur quoi voter."), True)
        elif wait < retroplan.COSTS_BEFORE_VOTE.days:
            yield Remark(
                "vote",
                ngettext(
                    "Il ne reste que %(n)d jour entre la fin de l’étude et le vote : comptez deux semaines pour "
                    "relire les coûts.",
                    "Il ne reste que %(n)d jours entre la fin de l’étude et le vote : comptez deux semaines pour "
                    "relire les coûts.",
                    wait,
                )
                % {"n": wait},
            )
    results = _one(stages, "proclamation")
    if vote and results and results.first < vote.last:
        yield Remark("proclamation", _("Les résultats ouvrent avant la fin du vote : déplacez-les après lui."), True)
    if call and study and study.first < call.first:
        yield Remark("instruction", _("L’étude ouvre avant l’appel à idées : inversez-les."), True)


def _budget(stages: Sequence[Stage], facts: Facts) -> Iterator[Remark]:
    budget, vote = facts.budget_vote_on, _one(stages, "vote")
    known = _one(stages, "proclamation") or vote
    if budget is None or known is None:
        return
    results = known.first if known.kind == "proclamation" else known.last + timedelta(days=1)
    latest = budget - retroplan.RESULTS_BEFORE_BUDGET
    words = {"budget": calendar.day_words(budget), "latest": calendar.day_words(latest)}
    if results > budget:
        yield Remark(
            known.kind,
            _("Les résultats viennent après le vote du budget du %(budget)s : il faudra une décision modificative.")
            % words,
            True,
        )
    elif results > latest:
        yield Remark(
            known.kind,
            _("Pour entrer dans le budget voté le %(budget)s, les résultats doivent être connus le %(latest)s au plus "
              "tard : seize semaines avant.") % words,
        )  # fmt: skip


def _printing(stages: Sequence[Stage], facts: Facts) -> Iterator[Remark]:
    study, vote = _one(stages, "instruction"), _one(stages, "vote")
    if not (study and vote and facts.printing_days and study.last < vote.first):
        return
    ready = vote.first - timedelta(days=facts.printing_days)
    if study.last >= ready:
        yield Remark(
            "vote",
            _("Le livret demande %(days)d jours d’impression : il part chez l’imprimeur le %(ready)s, avant la fin de "
              "l’étude.") % {"days": facts.printing_days, "ready": calendar.day_words(ready)},
        )  # fmt: skip


def _council(stages: Sequence[Stage], facts: Facts) -> Iterator[Remark]:
    results, works = _one(stages, "proclamation") or _one(stages, "vote"), _one(stages, "realisation")
    if not (results and works):
        return
    if not any(results.first <= day <= works.first for day in facts.councils):
        yield Remark(
            "realisation",
            _("Aucune séance du conseil n’est notée entre les résultats et la réalisation : c’est lui qui décide de "
              "réaliser les projets.") if facts.councils else
            _("Notez les séances du conseil : l’une d’elles doit suivre les résultats, car c’est lui qui décide."),
        )  # fmt: skip


def _lengths(stages: Sequence[Stage], facts: Facts) -> Iterator[Remark]:
    for stage in stages:
        least = SHORTEST.get(stage.kind, 0)
        if stage.kind == "vote" and facts.is_one_day_vote:
            continue
        if stage.days < least:
            yield Remark(
                stage.kind,
                ngettext(
                    "« %(name)s » dure %(days)d jour : les éditions qui réussissent en comptent %(least)d au moins.",
                    "« %(name)s » dure %(days)d jours : les éditions qui réussissent en comptent %(least)d au moins.",
                    stage.days,
                )
                % {"name": stage.name, "days": stage.days, "least": least},
            )


def _days(stages: Sequence[Stage], facts: Facts) -> Iterator[Remark]:
    for stage in (stage for stage in stages if stage.kind in OPEN_TO_ALL):
        for day, is_end in ((stage.first, False), (stage.last, True)):
            name = facts.holidays.get(day, "")
            if not name and (day.weekday() != SUNDAY or not is_end or stage.days == 1):
                continue
            words = {"name": stage.name, "day": calendar.day_words(day), "why": name or _("un dimanche")}
            yield Remark(
                stage.kind,
                (
                    _("« %(name)s » se termine le %(day)s (%(why)s) : personne ne répondra le dernier jour.")
                    if is_end
                    else _("« %(name)s » ouvre le %(day)s (%(why)s) : personne ne répondra le premier jour.")
                )
                % words,
            )


def _holidays(stages: Sequence[Stage], facts: Facts) -> Iterator[Remark]:
    for stage in (stage for stage in stages if stage.kind in (*OPEN_TO_ALL, "campaign")):
        for span in facts.school:
            share = _common(stage, span) / stage.days
            if share > 0.5:
                yield Remark(
                    stage.kind,
                    _("« %(name)s » tombe pour %(share)d %% pendant les vacances scolaires (%(span)s).")
                    % {"name": stage.name, "share": round(share * 100), "span": span.name},
                )
        for span in facts.closures:
            if _common(stage, span):
                yield Remark(
                    stage.kind,
                    _("« %(name)s » : services fermés %(span)s (%(why)s).")
                    % {"name": stage.name, "span": calendar.span_words(span.first, span.last), "why": span.name},
                )
        if stage.kind == "vote":
            for day, name in facts.holidays.items():
                if stage.first < day < stage.last:
                    yield Remark(
                        "vote",
                        _("Pendant le vote, le %(day)s est férié (%(name)s) : n’ouvrez pas de lieu de vote ce jour-là.")
                        % {"day": calendar.day_words(day, year=False), "name": name},
                    )


def _common(stage: Stage, span: Span) -> int:
    return max(0, (min(stage.last, span.last) - max(stage.first, span.first)).days + 1)


def _elections(stages: Sequence[Stage], facts: Facts) -> Iterator[Remark]:
    """One sentence for each reserve, with the phases it meets; one for each round in the middle of the vote."""
    public = [stage for stage in stages if stage.kind in (*OPEN_TO_ALL, "campaign", "proclamation")]
    for reserve in facts.reserves:
        met = [stage for stage in public if reserve.meets(stage.first, stage.last)]
        election = facts.election_names.get(reserve.vote.kind, reserve.vote.kind)
        if not met:
            continue
        words = {
            "names": ", ".join(stage.name for stage in met),
            "election": election,
            "span": calendar.span_words(reserve.first, reserve.last),
        }
        yield Remark(
            met[0].kind,
            _("Période de réserve %(span)s (%(election)s), pendant : %(names)s. Des faits, sans valoriser la "
              "collectivité.") % words,
        )  # fmt: skip
        vote = _one(stages, "vote")
        rounds = set() if reserve.vote.is_estimated else {reserve.vote.first_round_on, reserve.vote.last_round_on}
        for day in sorted(day for day in rounds if vote and vote.first <= day <= vote.last):
            yield Remark(
                "vote",
                _("Le %(day)s, on vote aussi pour une autre élection (%(election)s) : séparez bien les lieux.")
                % {"day": calendar.day_words(day), "election": election},
            )
