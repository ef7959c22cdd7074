"""The demo's five editions, each made by the services at past dates, around the moment of loading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bp_platform.accounts.models import Department
from bp_platform.accounts.selectors import public_body
from bp_platform.core import calendar
from bp_platform.core.actors import importing
from bp_platform.demo import ballots, deliveries, forum, polls, reviews, studies, town, works
from bp_platform.demo.polls import Running
from bp_platform.demo.town import DEMO
from cycles import services as cycles
from cycles.models import Area, Cycle, PhaseKind, Theme
from cycles.rules import Rules
from instruction import services as instruction
from proposals import services as proposals
from proposals.models import OwnerKind, Proposal

CAP = Decimal("100000")
FORM = importing("demo")


@dataclass(frozen=True, slots=True)
class Ground:
    """A cycle and what its ideas refer to."""

    cycle: Cycle
    areas: Mapping[str, Area]
    themes: Mapping[str, Theme]
    departments: Mapping[str, Department]


Dates = dict[str, tuple[datetime, datetime]]


def days(at: datetime, spans: Mapping[str, list[int]]) -> Dates:
    """Phases as days before (negative) or after the moment of loading."""
    today, zone = calendar.local_day(at), public_body().zone

    def moment(day: int, hour: int) -> datetime:
        return calendar.at_midnight(today + timedelta(days=day), zone) + timedelta(hours=hour)

    return {kind: (moment(first, 9), moment(last, 20)) for kind, (first, last) in spans.items()}


def ground(
    told: Mapping[str, Any], dates: Dates, departments: Mapping[str, Department], *, is_hidden: bool = False
) -> Ground:
    """The cycle of an edition with its areas, themes, envelope, rulebook and phases; published before its call."""
    facts, before = told["cycle"], dates[PhaseKind.CALL][0] - timedelta(days=30)
    cycle = cycles.create_cycle(
        by=DEMO,
        at=before,
        title=facts["title"],
        slug=facts["slug"],
        number_prefix=facts["prefix"],
        promise=facts["promise"],
        council_resolution=facts["resolution"],
        is_hidden=is_hidden,
    )
    described = town.data("town")
    areas: dict[str, Area] = {}
    for row in described["areas"]:
        areas[row["code"]] = cycles.add_area(cycle, by=DEMO, at=before, parent=areas.get("ville"), **row)
    themes = {row["code"]: cycles.add_theme(cycle, by=DEMO, at=before, **row) for row in described["themes"]}
    cycles.add_envelope(
        cycle, by=DEMO, at=before, name="Enveloppe de la ville", amount_eur=Decimal(facts["envelope_eur"])
    )
    rules = rulebook(told.get("rules", {}))
    version = cycles.draft_rulebook(cycle, by=DEMO, at=before, values=rules.model_dump(mode="json"))
    cycles.adopt_rulebook(version, by=DEMO, at=before, resolution=facts["resolution"])
    for kind, (opens_at, closes_at) in dates.items():
        cycles.set_phase(cycle, by=DEMO, at=before, kind=kind, opens_at=opens_at, closes_at=closes_at)
    cycle = cycles.publish_cycle(cycle, by=DEMO, at=before)
    return Ground(cycle, areas, themes, departments)


def rulebook(told: Mapping[str, Mapping[str, Any]]) -> Rules:
    """The town's usual rulebook, with what the edition's file says otherwise, section by section."""
    own: dict[str, dict[str, Any]] = {
        "proposers": {"kinds": OwnerKind.values},  # the town's agents too
        "caps": {"maximum_cost_eur": CAP},
    }
    return Rules.model_validate({name: own.get(name, {}) | dict(told.get(name, {})) for name in {*own, *told}})


def file(place: Ground, ideas: list[dict[str, Any]], *, opens_at: datetime, over_days: int) -> list[Proposal]:
    """File each idea at its turn in the call, then moderate it the next day."""
    filed = []
    for position, idea in enumerate(ideas):
        when = opens_at + timedelta(days=over_days * position / max(1, len(ideas)), hours=position % 9)
        filed.append(_file(place, idea, when))
    return filed


def _file(place: Ground, idea: Mapping[str, Any], when: datetime) -> Proposal:
    received = proposals.submit(
        place.cycle,
        proposals.Idea(
            title=idea["title"],
            summary=idea["summary"],
            text=idea.get("text", ""),
            area=place.areas[idea["area"]],
            theme=place.themes[idea["theme"]],
            place=idea.get("place", ""),
            owner_name=idea["owner"] or "Une habitante",
            owner_email=_mailbox(idea["owner"]) if idea.get("channel", "online") != "paper" else "",
            owner_postal_address="12, rue Haute\n37990 Valrive-sur-Loire" if idea.get("channel") == "paper" else "",
            owner_kind=idea.get("kind", "resident"),
            shows_name=bool(idea["owner"]),
            channel=idea.get("channel", "online"),
        ),
        by=FORM,
        at=when,
    )
    proposal, next_day = received.proposal, when + timedelta(hours=20)
    state = idea.get("state", "published")
    if state == "published":
        return proposals.publish(proposal, by=DEMO, at=next_day)
    if state == "needs_info":
        return proposals.ask_for_information(proposal, by=DEMO, at=next_day, question=idea["question"])
    if state == "hidden":
        return proposals.hide(proposal, by=DEMO, at=next_day, reason=idea["reason"])
    return proposal


def _mailbox(owner: str) -> str:
    """A made-up address of the reserved domain « example »."""
    if owner.startswith("Aïcha Benali"):
        return "aicha@valrive.example"
    letters = "".join(c for c in owner.lower() if c.isascii() and c.isalpha())[:24]
    return f"{letters or 'habitante'}@valrive.example"


def study_all(place: Ground, ideas: list[dict[str, Any]], filed: list[Proposal], *, dates: Dates) -> None:
    """Study every idea between the opening of the instruction and its end, then publish all answers at once."""
    opens_at, closes_at = dates[PhaseKind.INSTRUCTION]
    half = (closes_at - opens_at) / 2
    for position, (proposal, idea) in enumerate(zip(filed, ideas, strict=True)):
        shift = timedelta(hours=5 * position)
        begun, studied = opens_at + timedelta(days=1) + shift, opens_at + half + shift
        due_on = calendar.local_day(studied) + timedelta(days=3 if position % 6 else -4)  # one in six comes late
        when = studies.Calendar(begun, studied, closes_at - timedelta(days=4), due_on)
        studies.study(proposal, idea, dict(place.departments), when)
    instruction.publish_answers(place.cycle, by=DEMO, at=closes_at - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Staged:
    """An edition of a data file with its ideas filed and moderated."""

    told: Mapping[str, Any]
    dates: Dates
    place: Ground
    ideas: list[dict[str, Any]]
    filed: list[Proposal]


def stage(
    name: str, departments: Mapping[str, Department], at: datetime, *, over_days: int, is_hidden: bool = False
) -> Staged:
    """The edition of `data/<name>.toml`, its ideas filed in the first `over_days` of its call."""
    told = town.data(name)
    dates, ideas = days(at, told["phases"]), told["ideas"]
    place = ground(told, dates, departments, is_hidden=is_hidden)
    filed = file(place, ideas, opens_at=dates["call"][0] + timedelta(hours=1), over_days=over_days)
    return Staged(told, dates, place, ideas, filed)


def studying(name: str, departments: Mapping[str, Department], at: datetime, *, over_days: int) -> Cycle:
    """An edition whose ideas are studied, each as far as its data tells."""
    staged = stage(name, departments, at, over_days=over_days)
    if "forum" in staged.told:
        forum.hold(staged.place.cycle, staged.told["forum"], staged.dates)
    for proposal, idea in zip(staged.filed, staged.ideas, strict=True):
        if "study" in idea:
            acts = staged.told["studies"][idea["study"]] | idea.get("days", {})
            studies.study(proposal, idea, dict(departments), studies.told(acts, at))
    return staged.place.cycle


def voting_now(departments: Mapping[str, Department], at: datetime) -> Running:
    """The edition in the middle of its vote: a practice poll, its roll, codes for a few, some ballots cast."""
    staged = stage("2026", departments, at, over_days=50)
    study_all(staged.place, staged.ideas, staged.filed, dates=staged.dates)
    running = polls.running(staged.place.cycle, staged.dates["vote"], at=at)
    reviews.begin(staged.place.cycle, staged.told["review"], at=at - timedelta(days=1))
    return running


def just_closed(departments: Mapping[str, Department], at: datetime) -> ballots.Closed:
    """The edition whose vote has just been closed: paper to key a second time, a box that shares open."""
    staged = stage("ecoles", departments, at, over_days=12)
    study_all(staged.place, staged.ideas, staged.filed, dates=staged.dates)
    pupils = polls.people(140, seed=47, born=(2015, 2017))
    return ballots.closed_with_paper(staged.place.cycle, staged.told["vote"], pupils, at=at)


def finished(departments: Mapping[str, Department], at: datetime) -> Cycle:
    """The edition that is over: voted, built in part, paid to the cent, with one project abandoned."""
    staged = stage("2024", departments, at, over_days=40, is_hidden=True)
    described, dates, place, ideas, filed = staged.told, staged.dates, staged.place, staged.ideas, staged.filed
    study_all(place, ideas, filed, dates=dates)
    votes = {p.number: idea["votes"] for p, idea in zip(filed, ideas, strict=True) if "votes" in idea}
    polls.finished(place.cycle, dates["vote"], votes)
    facts, voted_at = described["cycle"], dates["vote"][1]
    start, published_at = voted_at + timedelta(days=26), dates["review"][0] + timedelta(days=2)
    acts = deliveries.launch(ideas, filed, departments, resolved_at=start, resolution=facts["laureates_resolution"])
    a_year = (published_at - start).days - 10
    deliveries.play(acts, start=start, until=a_year)
    review = reviews.write(place.cycle, described["review"], at=published_at - timedelta(days=8))
    reviews.publish(review, described["review"], at=published_at)
    deliveries.play(acts, start=start, after=a_year)
    works.tell_all(place.cycle, described["works"], at=at)
    return place.cycle
