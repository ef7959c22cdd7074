"""A new edition: from a former one, from a card, from almost nothing, or all at once on one screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from bp_platform.accounts.selectors import public_body
from bp_platform.core import calendar, journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import demand
from cycles import policies, selectors
from cycles.models import Area, AreaKind, Cycle, Theme
from cycles.rules import Rules
from cycles.services.editions import create_cycle, set_phase
from cycles.services.frame import add_area, add_envelope, add_theme
from cycles.services.launch import acknowledge_warnings
from cycles.services.presets import load_preset
from cycles.services.rulebooks import adopt_rulebook, draft_rulebook

WEEK = timedelta(days=7)


def years_in_weeks(years: int) -> timedelta:
    """The whole number of weeks nearest to so many years: every date keeps its weekday, every gap its length."""
    return round(Decimal("365.25") * years / 7) * WEEK


def clone_cycle(
    source: Cycle, *, by: Actor, at: datetime, title: str, slug: str, number_prefix: str, years: int = 1
) -> Cycle:
    """A new edition in preparation from a former one: frame, places, themes, money, rules (a draft), phases.

    Phases move by the weeks nearest to `years` years, in local time: 8 h stays 8 h.
    What happened (numbers, ideas, resolutions) stays where it was.
    """
    demand(policies.can_prepare(by, source, at))
    with journal.transaction_with_journal():
        cycle = create_cycle(
            by=by, at=at, title=title, slug=slug, number_prefix=number_prefix, kind=source.kind, promise=source.promise,
            total_eur=source.total_eur, contact=source.contact, prior=source,
        )  # fmt: skip
        areas = _clone_areas(source, cycle, by=by, at=at)
        themes = _clone_themes(source, cycle, by=by, at=at)
        for envelope in source.envelopes.order_by("pk"):
            add_envelope(
                cycle, by=by, at=at, name=envelope.name, amount_eur=envelope.amount_eur, section=envelope.section,
                area=areas.get(envelope.area_id or 0), theme=themes.get(envelope.theme_id or 0),
                owner_department=envelope.owner_department,
            )  # fmt: skip
        shift = years_in_weeks(years)
        for phase in source.phases.order_by("opens_at", "pk"):
            opens_at, closes_at = (_moved(day, shift) for day in (phase.opens_at, phase.closes_at))
            set_phase(cycle, by=by, at=at, kind=phase.kind, opens_at=opens_at, closes_at=closes_at)
        draft_rulebook(cycle, by=by, at=at, values=selectors.rules_of(source).model_dump(mode="json"))
        journal.record(journal.Line(cycle.journal_chain, at, by, f"clone_cycle:{source.slug}", cycle))
    return cycle


def _moved(moment: datetime, shift: timedelta) -> datetime:
    local = moment.astimezone(public_body().zone)
    return (local.replace(tzinfo=None) + shift).replace(tzinfo=public_body().zone)


def _clone_areas(source: Cycle, cycle: Cycle, *, by: Actor, at: datetime) -> dict[int, Area]:
    """Parents before children, whatever their order."""
    made: dict[int, Area] = {}
    waiting = list(source.areas.order_by("pk"))
    while waiting:
        ready = [area for area in waiting if area.parent_id is None or area.parent_id in made]
        for area in ready:
            made[area.pk] = add_area(
                cycle, by=by, at=at, kind=area.kind, name=area.name, code=area.code, population=area.population,
                outline=area.outline, parent=made.get(area.parent_id or 0),
            )  # fmt: skip
        waiting = [area for area in waiting if area.pk not in made]
        if not ready:
            break
    return made


def _clone_themes(source: Cycle, cycle: Cycle, *, by: Actor, at: datetime) -> dict[int, Theme]:
    return {
        theme.pk: add_theme(cycle, by=by, at=at, name=theme.name, code=theme.code, drawing=theme.drawing)
        for theme in source.themes.order_by("pk")
    }


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
    call_weeks: int = 9
    study_weeks: int = 9
    vote_weeks: int = 3
    minimum_age: int = 0
    maximum_choices: int = 3
    maximum_cost_eur: Decimal | None = None
    deadline_months: int = 18
    resolution: str = ""
    resolution_on: date | None = None


class Warned(Exception):  # noqa: N818 -- it reads as what happened
    """The edition holds together, but for these warnings, which somebody must read first."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def create_micro(plan: MicroPlan, *, by: Actor, at: datetime, has_read_warnings: bool = False) -> Cycle:
    """The whole edition from one screen: dates, one place, one envelope, the règlement; adopted if it was voted."""
    with journal.transaction_with_journal():
        cycle = create_cycle(
            by=by, at=at, title=plan.title, slug=plan.slug, number_prefix=plan.number_prefix,
            total_eur=plan.amount_eur, contact=plan.contact, promise=_("Vous proposez, vous votez, la commune réalise"),
            setup_done=["cadre", "proposer", "etude", "vote", "depouillement", "suites"],
        )  # fmt: skip
        town = add_area(cycle, by=by, at=at, kind=AreaKind.COMMUNE, name=_("Toute la commune"), code="commune")
        for name, code, drawing in (
            (_("Cadre de vie"), "cadre-de-vie", "nature"),
            (_("Sport, culture et loisirs"), "loisirs", "culture"),
            (_("Solidarités"), "solidarites", "solidarity"),
        ):
            add_theme(cycle, by=by, at=at, name=name, code=code, drawing=drawing)
        add_envelope(cycle, by=by, at=at, name=_("Enveloppe de la commune"), amount_eur=plan.amount_eur, area=town)
        for kind, first, last in micro_phases(plan):
            opens_at = calendar.at_midnight(first, public_body().zone)
            closes_at = calendar.at_midnight(last + timedelta(days=1), public_body().zone)
            set_phase(cycle, by=by, at=at, kind=kind, opens_at=opens_at, closes_at=closes_at)
        version = draft_rulebook(cycle, by=by, at=at, values=micro_rules(plan).model_dump(mode="json"))
        journal.record(journal.Line(cycle.journal_chain, at, by, "create_micro", cycle))
        if plan.resolution.strip():
            _read_warnings(cycle, by=by, at=at, has_read=has_read_warnings)
            adopt_rulebook(version, by=by, at=at, resolution=plan.resolution, resolution_on=plan.resolution_on)
    return cycle


def _read_warnings(cycle: Cycle, *, by: Actor, at: datetime, has_read: bool) -> None:
    unread = [read.finding for read in selectors.findings(cycle) if not read.is_error]
    if unread and not has_read:
        raise Warned([finding.sentence for finding in unread])
    acknowledge_warnings(cycle, by=by, at=at, codes=frozenset(finding.code for finding in unread))


def micro_rules(plan: MicroPlan) -> Rules:
    """The règlement of a small commune: one ballot paper, a sworn statement checked by an agent, or the desk."""
    cap = plan.maximum_cost_eur or plan.amount_eur
    return Rules.model_validate(
        {
            "proposers": {"minimum_age": plan.minimum_age},
            "caps": {"maximum_cost_eur": cap},
            "electorate": {"minimum_age": plan.minimum_age, "proofs": ["desk", "email_phone"]},
            "ballot": {"maximum_choices": plan.maximum_choices},
            "delivery": {"deadline_months": plan.deadline_months},
        }
    )


def micro_phases(plan: MicroPlan) -> list[tuple[str, date, date]]:
    """The phases one after the other from the first day: kind, first and last day. The review comes a year after."""
    lengths = (
        ("call", plan.call_weeks),
        ("instruction", plan.study_weeks),
        ("campaign", 4),
        ("vote", plan.vote_weeks),
        ("proclamation", 2),
        ("realisation", round(plan.deadline_months * 4.35)),
    )
    found, first = [], plan.starts_on
    for kind, weeks in lengths:
        last = first + weeks * WEEK - timedelta(days=1)
        found.append((kind, first, last))
        first = last + timedelta(days=1)
    vote_ends = next(last for kind, _first, last in found if kind == "vote")
    review = vote_ends + years_in_weeks(1)
    return [*found, ("review", review, review + 4 * WEEK)]


def create_from_preset(
    key: str, *, by: Actor, at: datetime, title: str, slug: str, number_prefix: str, starts_on: date
) -> Cycle:
    """An edition in preparation from a card, under its own title."""
    with journal.transaction_with_journal():
        cycle = load_preset(key, slug=slug, by=by, at=at, starts_on=starts_on, prefix=number_prefix)
        cycle.title = title
        cycle.full_clean()
        cycle.save(update_fields=["title"])
    return cycle
