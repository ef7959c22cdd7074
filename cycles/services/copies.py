"""A new edition: from a card, from almost nothing, or all at once on one screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from bp_platform.core import journal
from bp_platform.core.actors import Actor
from cycles import calendar_checks, presets, selectors
from cycles.models import AreaKind, Cycle, PhaseKind
from cycles.rules import Rules
from cycles.services.clones import years_in_weeks
from cycles.services.editions import create_cycle
from cycles.services.frame import add_area
from cycles.services.launch import acknowledge_warnings
from cycles.services.presets import fill, load_preset
from cycles.services.rulebooks import adopt_rulebook, draft_rulebook

MICRO = "P18"  # the card that the one screen starts from


def create_empty(*, by: Actor, at: datetime, title: str, slug: str, number_prefix: str) -> Cycle:
    """An edition with the town as its only place and the usual règlement as a draft: the rest is set step by step."""
    with journal.transaction_with_journal():
        cycle = create_cycle(by=by, at=at, title=title, slug=slug, number_prefix=number_prefix)
        add_area(cycle, by=by, at=at, kind=AreaKind.COMMUNE, name=_("Toute la commune"), code="commune")
        draft_rulebook(cycle, by=by, at=at, values=Rules().model_dump(mode="json"))
    return cycle


@dataclass(frozen=True, slots=True)
class MicroPlan:
    """A small commune's whole edition, on one screen. Lengths in weeks."""

    title: str
    slug: str
    number_prefix: str
    amount_eur: Decimal
    starts_on: date
    contact: str
    call_weeks: int
    study_weeks: int
    vote_weeks: int
    minimum_age: int
    maximum_choices: int
    deadline_months: int
    maximum_cost_eur: Decimal | None = None
    resolution: str = ""
    resolution_on: date | None = None


class Warned(Exception):  # noqa: N818 -- it reads as what happened
    """The edition holds together, but for these warnings, which somebody must read first."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def create_micro(plan: MicroPlan, *, by: Actor, at: datetime, has_read_warnings: bool = False) -> Cycle:
    """The whole edition from one screen: dates, one place, one envelope, the règlement; adopted if it was voted."""
    preset = micro_preset(plan)
    with journal.transaction_with_journal():
        cycle = create_cycle(
            by=by, at=at, title=plan.title, slug=plan.slug, number_prefix=plan.number_prefix,
            total_eur=plan.amount_eur, contact=plan.contact, promise=_("Vous proposez, vous votez, la commune réalise"),
            setup_done=["cadre", "proposer", "etude", "vote", "depouillement", "suites"],
        )  # fmt: skip
        version = draft_rulebook(cycle, by=by, at=at, values=preset.rules.model_dump(mode="json"))
        fill(cycle, preset, by=by, at=at, starts_on=plan.starts_on)
        journal.record(journal.Line(cycle.journal_chain, at, by, "create_micro", cycle))
        if plan.resolution.strip():
            _read_warnings(cycle, by=by, at=at, has_read=has_read_warnings)
            adopt_rulebook(version, by=by, at=at, resolution=plan.resolution, resolution_on=plan.resolution_on)
    return cycle


def _read_warnings(cycle: Cycle, *, by: Actor, at: datetime, has_read: bool) -> None:
    unread = [read.finding for read in selectors.findings(cycle, at) if not read.is_error]
    if unread and not has_read:
        raise Warned([finding.sentence for finding in unread])
    acknowledge_warnings(cycle, by=by, at=at, codes=frozenset(finding.code for finding in unread))


def micro_preset(plan: MicroPlan) -> presets.Preset:
    """The card of small communes with what the screen says: its money, its lengths, its ages, its figures."""
    card = presets.read(MICRO)
    envelope = card.envelopes[0].model_copy(update={"amount_eur": plan.amount_eur})
    rules = card.rules.model_dump()
    for section, values in {
        "proposers": {"minimum_age": plan.minimum_age},
        "caps": {"maximum_cost_eur": plan.maximum_cost_eur or plan.amount_eur},
        "electorate": {"minimum_age": plan.minimum_age},
        "ballot": {"maximum_choices": plan.maximum_choices},
        "delivery": {"deadline_months": plan.deadline_months},
    }.items():
        rules[section] |= values
    return card.model_copy(
        update={"rules": Rules.model_validate(rules), "envelopes": (envelope,), "phases": _micro_phases(plan)}
    )


def micro_usual() -> dict[str, int]:
    """What the one screen proposes, from the card: lengths in weeks, ages, figures."""
    card = presets.read(MICRO)
    weeks = {kind: round((plan.last_day + 1 - plan.first_day) / 7) for kind, plan in card.phases.items()}
    return {
        "call_weeks": weeks[PhaseKind.CALL],
        "study_weeks": weeks[PhaseKind.INSTRUCTION],
        "vote_weeks": weeks[PhaseKind.VOTE],
        "minimum_age": card.rules.proposers.minimum_age,
        "maximum_choices": card.rules.ballot.maximum_choices,
        "deadline_months": card.rules.delivery.deadline_months,
    }


def _micro_phases(plan: MicroPlan) -> dict[PhaseKind, presets.PhasePlan]:
    """The phases one after the other, in days after the first; booklets are printed before the vote."""
    lengths = (
        (PhaseKind.CALL, plan.call_weeks * 7),
        (PhaseKind.INSTRUCTION, plan.study_weeks * 7),
        (PhaseKind.CAMPAIGN, calendar_checks.PRINTING_DAYS),
        (PhaseKind.VOTE, plan.vote_weeks * 7),
        (PhaseKind.PROCLAMATION, 7),
        (PhaseKind.REALISATION, round(plan.deadline_months * presets.DAYS_IN_A_MONTH)),
    )
    found, first = {}, 0
    for kind, days in lengths:
        found[kind] = presets.PhasePlan(first_day=first, last_day=first + days - 1)
        first += days
    review = found[PhaseKind.VOTE].last_day + years_in_weeks(1).days
    return found | {PhaseKind.REVIEW: presets.PhasePlan(first_day=review, last_day=review + 28)}


def create_from_preset(
    key: str, *, by: Actor, at: datetime, title: str, slug: str, number_prefix: str, starts_on: date
) -> Cycle:
    """An edition in preparation from a card, under its own title; the promise of the card's town is not its own."""
    with journal.transaction_with_journal():
        cycle = load_preset(key, slug=slug, by=by, at=at, starts_on=starts_on, prefix=number_prefix)
        cycle.title, cycle.promise = title, ""
        cycle.full_clean()
        cycle.save(update_fields=["title", "promise"])
    return cycle
