"""Reads of the campaign: the projects put to the vote, the public draw, and what the printed kit says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bp_platform.core import calendar, drawings
from bp_platform.core.components import Station, Ticket
from bp_platform.core.money import from_cents
from cycles import selectors as cycle_selectors
from cycles.models import Cycle
from instruction import selectors as instruction
from proposals.models import Proposal, ProposalQuerySet, Stage
from proposals.selectors import ticket
from voting import campaign, canonical
from voting.models import Poll
from voting.sealed import SealedPoll, SealedProject
from voting.selectors.polls import entrance, sealed_of


def on_the_list(cycle: Cycle, poll: Poll | None) -> ProposalQuerySet:
    """The projects put to the vote: those of the sealed list, before it those found feasible."""
    if poll is None:
        ready = Proposal.objects.filter(cycle=cycle, stage=Stage.FEASIBLE, price_eur__isnull=False).public()
        found = instruction.that_go_on(ready)
    else:
        found = Proposal.objects.filter(candidacies__poll=poll)
    return found.for_tickets()


def campaign_tickets(cycle: Cycle, poll: Poll | None, proposals: Iterable[Proposal]) -> list[Ticket]:
    """Tickets of a page; on a sealed list, title, place, theme and price are those that were sealed."""
    listed = sealed_of(poll).by_number if poll else {}
    withdrawn = set(poll.withdrawals.values_list("number", flat=True)) if poll else set()
    made = []
    for proposal in proposals:
        proposal.cycle = cycle
        item = replace(ticket(proposal), status="", tone="")
        if proposal.number in listed:
            item = _as_sealed(item, listed[proposal.number], poll)
        if proposal.number in withdrawn:
            item = replace(item, status=_("Retiré du vote"), tone="warning")
        made.append(item)
    return made


def _as_sealed(item: Ticket, project: SealedProject, poll: Poll | None) -> Ticket:
    price = from_cents(project.cost_cents) if poll and sealed_of(poll).currency == "EUR" else item.price_eur
    return replace(item, title=project.title, place=project.place, theme=project.theme, price_eur=price)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A project at the place that the draw gave it."""

    place: int
    number: str
    title: str
    sum_start: str


@dataclass(frozen=True, slots=True)
class Draw:
    """The public draw of the list, from the sealed text; `command` recomputes the first sum."""

    list_digest: str
    sealed_digest: str
    seed: str
    command: str
    projects: Sequence[Drawn]


def draw(poll: Poll) -> Draw:
    """How the places of the list were drawn, and how anybody checks it."""
    text = sealed_of(poll)
    first = text.projects[0].id
    return Draw(
        list_digest=canonical.load(bytes(poll.sealed or b""))["list_digest"],
        sealed_digest=text.digest,
        seed=text.draw_seed,
        command=f"printf '%s\\001%s' {_quoted(text.draw_seed)} {_quoted(first)} | sha256sum",
        projects=[
            Drawn(p.position + 1, p.number, p.title, campaign.place_sum(text.draw_seed, p.id)[:8])
            for p in text.projects
        ],
    )


def _quoted(value: str) -> str:
    """One word for a shell."""
    return "'" + value.replace("'", "'\\''") + "'"


@dataclass(frozen=True, slots=True)
class KitProject:
    """A project as its poster and its half page of the booklet say it."""

    place: int
    number: str
    title: str
    summary: str
    where: str
    theme: str
    scene: SafeString
    price_eur: Decimal
    owners: str
    address: str
    language: str
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class Kit:
    """What all printed pieces of a vote share: its dates and its words."""

    title: str
    dates: str
    closing: str
    address: str
    vote_address: str
    money: str
    who: str
    scopes: Sequence[tuple[str, str, str]]
    stations: Sequence[Station]


def kit(poll: Poll) -> Kit:
    """From the sealed text; the line is drawn as it stands when the vote opens."""
    text = sealed_of(poll)
    view = entrance(text)
    return Kit(
        title=text.title,
        dates=vote_dates(text),
        closing=calendar.moment_words(text.closes_at),
        address=settings.BASE_URL + reverse("voting:campaign", args=[poll.cycle.slug]),
        vote_address=settings.BASE_URL + reverse("voting:entrance", args=[poll.cycle.slug]),
        money=view.money,
        who=view.who,
        scopes=view.scopes,
        stations=[
            replace(station, here=_("C’est maintenant")) if station.state == "now" else station
            for station in cycle_selectors.stations(list(poll.cycle.phases.order_by("opens_at", "pk")), text.opens_at)
        ],
    )


def vote_dates(text: SealedPoll) -> str:
    """« du 15 septembre au 4 octobre 2026 »."""
    return calendar.span_words(
        calendar.local_day(text.opens_at), calendar.local_day(calendar.last_instant(text.closes_at))
    )


def scene_of(project: SealedProject) -> SafeString:
    """The project's drawing, to be written inside a document."""
    return mark_safe(drawings.flat_scene(project.drawing, project.number))  # noqa: S308 -- drawn by our own code


def kit_projects(poll: Poll, number: str = "") -> list[KitProject]:
    """The projects of the sealed list in the order drawn, or the one of that number."""
    text = sealed_of(poll)
    asked = [p for p in text.projects if not number or p.number == number]
    sheets = Proposal.objects.filter(candidacies__poll=poll, number__in=[p.number for p in asked])
    known = {sheet.number: sheet for sheet in sheets.prefetch_related("owners")}
    withdrawn = set(poll.withdrawals.values_list("number", flat=True))
    return [
        KitProject(
            place=p.position + 1,
            number=p.number,
            title=p.title,
            summary=known[p.number].summary,
            where=p.place,
            theme=p.theme,
            scene=scene_of(p),
            price_eur=from_cents(p.cost_cents),
            owners=", ".join(
                o.public_name for o in known[p.number].owners.all() if o.public_name and o.left_at is None
            ),
            address=settings.BASE_URL + reverse("pages:project", args=[poll.cycle.slug, p.number]),
            language=known[p.number].language,
            is_withdrawn=p.number in withdrawn,
        )
        for p in asked
    ]
