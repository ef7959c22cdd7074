"""What deserves a look in a calendar: short phases, awkward days, the budget, the printer, elections. Pure.

Figures come from what French editions do: a call of a month at least, two months of study, two weeks of vote, costings
closed two weeks before the vote opens, results known sixteen weeks before the budget is voted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from zlib import crc32

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bp_platform.core import calendar
from cycles import retroplan
from cycles.daysoff import Span
from cycles.reserve import Reserve

SHORTEST: Mapping[str, int] = {"call": 28, "instruction": 56, "preselection": 7, "campaign": 10, "vote": 14}
OPEN_TO_ALL = ("call", "preselection", "vote")
PRINTING_DAYS = 21  # booklets laid out, printed, delivered
IN_ORDER = tuple(
    kind for kind in retroplan.ORDER if kind not in ("preselection", "review")
)  # where each town puts them
CHOSEN = (("call", "preselection"), ("preselection", "campaign"), ("preselection", "vote"))  # before or after the study
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
    printing_days: int = PRINTING_DAYS
    election_names: Mapping[str, str] = field(default_factory=dict)
    is_one_day_vote: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about a phase; `is_grave` when the plan does not hold as it is, `blocks` when it cannot be adopted.

    `is_hint`: for who draws the calendar, not asked again at the adoption. `code` names it from one look to the next.
    """

    kind: str
    sentence: str
    is_grave: bool = False
    blocks: bool = False
    is_hint: bool = False
    name: str = ""

    @property
    def code(self) -> str:
        return self.name or f"{self.kind}-{crc32(self.sentence.encode()):08x}"


def remarks(stages: Sequence[Stage], facts: Facts) -> list[Remark]:
    """Everything to look at, the grave first, then in the order of the calendar."""
    rules: tuple[Callable[[Sequence[Stage], Facts], Iterator[Remark]], ...] = (
        _order, _budget, _printing, _council, _lengths, _days, _holidays, _seasons, _elections,
    )  # fmt: skip
    found = [remark for rule in rules for remark in rule(stages, facts)]
    place = {stage.kind: index for index, stage in enumerate(sorted(stages, key=lambda stage: stage.first))}
    return sorted(found, key=lambda remark: (not remark.is_grave, place.get(remark.kind, -1)))


def _one(stages: Sequence[Stage], kind: str) -> Stage | None:
    return max((stage for stage in stages if stage.kind == kind), key=lambda stage: stage.first, default=None)


def _order(stages: Sequence[Stage], facts: Facts) -> Iterator[Remark]:
    found = [stage for kind in IN_ORDER if (stage := _one(stages, kind))]
    chosen = [(one, other) for pair in CHOSEN if (one := _one(stages, pair[0])) and (other := _one(stages, pair[1]))]
    for before, after in [*pairwise(found), *chosen]:
        if after.first < before.first:
            words = {
                "after": after.name,
                "day": calendar.day_words(after.first),
                "before": before.name,
                "start": calendar.day_words(before.first),
            }
            sentence = _("« %(after)s » commence le %(day)s, avant « %(before)s » (%(start)s).") % words
            yield _impossible(after.kind, sentence, f"order_{after.kind}")
    study, vote, results = _one(stages, "instruction"), _one(stages, "vote"), _one(stages, "proclamation")
    if study and vote and study.first < vote.first <= study.last:
        sentence = _("Le vote s’ouvre le %(vote)s, avant la fin de l’étude (%(study)s).") % {
            "vote": calendar.day_words(vote.first),
            "study": calendar.day_words(study.last),
        }
        yield _impossible("vote", sentence, "vote_during_study")
    if vote and results and vote.first <= results.first < vote.last:
        sentence = _("Les résultats ouvrent avant la fin du vote : déplacez-les après lui.")
        yield _impossible("proclamation", sentence, "results_during_vote")


def _impossible(kind: str, sentence: str, name: str) -> Remark:
    return Remark(kind, sentence, is_grave=True, blocks=True, name=name)


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
    """Time to print the booklets; else, time to read the costs again."""
    study, vote = _one(stages, "instruction"), _one(stages, "vote")
    if not (study and vote and study.last < vote.first):
        return
    days = (vote.first - study.last).days
    if days <= facts.printing_days:
        sentence = ngettext(
            "Le vote s’ouvre %(days)d jour après la fin de l’étude : les livrets ne seront pas imprimés, "
            "il y faut %(printing)d jours.",
            "Le vote s’ouvre %(days)d jours après la fin de l’étude : les livrets ne seront pas imprimés, "
            "il y faut %(printing)d jours.",
            days,
        ) % {"days": days, "printing": facts.printing_days}
        yield Remark("vote", sentence, name="no_time_to_print")
    elif days <= retroplan.COSTS_BEFORE_VOTE.days:
        sentence = ngettext(
            "Il ne reste que %(n)d jour entre la fin de l’étude et le vote : comptez deux semaines pour "
            "relire les coûts.",
            "Il ne reste que %(n)d jours entre la fin de l’étude et le vote : comptez deux semaines pour "
            "relire les coûts.",
            days - 1,
        ) % {"n": days - 1}
        yield Remark("vote", sentence)


def _council(stages: Sequence[Stage], facts: Facts) -> Iterator[Remark]:
    results, works = _one(stages, "proclamation") or _one(stages, "vote"), _one(stages, "realisation")
    if not (results and works):
        return
    if not facts.councils:
        sentence = _(
            "Notez les séances du conseil : l’une d’elles doit suivre les résultats, car c’est lui qui décide."
        )
        yield Remark("realisation", sentence, is_hint=True)
    elif not any(results.first <= day <= works.first for day in facts.councils):
        sentence = _(
            "Aucune séance du conseil n’est notée entre les résultats et la réalisation : c’est lui qui décide de "
            "réaliser les projets."
        )
        yield Remark("realisation", sentence)


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
                name=f"short_{stage.kind}",
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
                is_hint=stage.days > 1 and day not in facts.holidays,
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
                        is_hint=True,
                    )


def _seasons(stages: Sequence[Stage], facts: Facts) -> Iterator[Remark]:
    """August and the end of the year, where the school zone is not known: when a town is away."""
    for stage in (stage for stage in stages if stage.kind in ("call", "vote") and not facts.school):
        away = sum(1 for n in range(stage.days) if _is_away(stage.first + timedelta(days=n)))
        if away * 2 >= stage.days:
            sentence = ngettext(
                "%(phase)s : %(away)d jour sur %(days)d tombe en août ou pendant les fêtes de fin d’année.",
                "%(phase)s : %(away)d jours sur %(days)d tombent en août ou pendant les fêtes de fin d’année.",
                away,
            ) % {"phase": stage.name, "away": away, "days": stage.days}
            yield Remark(stage.kind, sentence, name=f"away_{stage.kind}")


def _is_away(day: date) -> bool:
    return day.month == 8 or (day.month, day.day) >= (12, 20) or (day.month, day.day) <= (1, 3)


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
