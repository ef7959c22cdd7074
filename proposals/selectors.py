"""Page-sized reads of proposals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from bp_platform.accounts.erasure import KEPT
from bp_platform.accounts.models import Contact
from bp_platform.core import calendar, drawings, registries
from bp_platform.core.components import Cell, Event, Row, Ticket, Tone
from cycles import selectors as cycle_selectors
from cycles.models import Cycle
from proposals.models import Channel, Clarification, Follow, ModerationOutcome, Owner, Proposal, ProposalState, Stage

LATE_AFTER_DAYS = 3
TONES: dict[str, Tone] = {
    Stage.WINNER: "success",
    Stage.DELIVERED: "success",
    Stage.DONE_OUTSIDE: "success",
    Stage.DELIVERY: "accent",
    Stage.ON_BALLOT: "accent",
    Stage.NOT_KEPT: "",
    Stage.UNFEASIBLE: "",
    Stage.ABANDONED: "error",
}


def picture(proposal: Proposal) -> str:
    """The address of the scene drawn for the project's theme and number."""
    return static(drawings.scene_path(proposal.theme.drawing, proposal.number))


def ticket(proposal: Proposal) -> Ticket:
    """The project as a ticket; needs rows `for_tickets`."""
    return Ticket(
        title=proposal.title,
        url=reverse("pages:project", args=[proposal.cycle.slug, proposal.number]),
        number=proposal.number,
        picture=picture(proposal),
        place=proposal.area.name,
        theme=proposal.theme.name,
        price_eur=proposal.price_eur,
        no_price=_no_price(proposal),
        status=str(Stage(proposal.stage).label),
        tone=TONES.get(proposal.stage, ""),
        lang=proposal.language if proposal.language != "fr" else "",
    )


def _no_price(proposal: Proposal) -> str:
    if proposal.price_eur is not None or proposal.stage in {
        Stage.NOT_KEPT,
        Stage.UNFEASIBLE,
        Stage.WITHDRAWN,
        Stage.DONE_OUTSIDE,
    }:
        return ""
    return _("pas encore chiffré")


def tickets(cycle: Cycle, proposals: Iterable[Proposal]) -> list[Ticket]:
    """Tickets of one cycle; the cycle is set so that no query is made per ticket."""
    made = []
    for proposal in proposals:
        proposal.cycle = cycle
        made.append(ticket(proposal))
    return made


def resembling(cycle: Cycle, title: str) -> list[Proposal]:
    """At most three published ideas of the cycle that resemble this title, the nearest first; one query."""
    found = Proposal.objects.filter(cycle=cycle).public().resembling(title)
    return list(found.select_related("area", "theme")[:3])


@dataclass(frozen=True, slots=True)
class Status:
    """What the holder of the code sees: where the idea stands and what comes next."""

    proposal: Proposal
    headline: str
    next_step: str
    question: str
    can_withdraw: bool
    can_answer: bool = False
    clarifications: Sequence[Clarification] = ()
    kept_because: str = ""  # why it can no longer be withdrawn


def status(proposal: Proposal, at: datetime) -> Status:
    """The owner's view; one query for the last moderation decision, one for the answers given."""
    last = proposal.moderation_decisions.order_by("-pk").first()
    waits = proposal.state in {ProposalState.NEEDS_INFO, ProposalState.HIDDEN}
    said = last.reason if last and last.outcome != ModerationOutcome.PUBLISH and waits else ""
    headlines = {
        ProposalState.SUBMITTED: (
            _("Votre idée est bien arrivée."),
            _("Nous la relisons avant de la publier."),
        ),
        ProposalState.NEEDS_INFO: (
            _("Nous avons besoin d’une précision."),
            _("Dès que vous aurez répondu, nous relirons votre idée."),
        ),
        ProposalState.PUBLISHED: (
            _("Votre idée est publiée."),
            _("La suite s’écrit sur sa page : nous vous écrirons à chaque étape."),
        ),
        ProposalState.HIDDEN: (
            _("Votre idée n’est pas publiée."),
            _("Vous pouvez contester cette décision en nous écrivant."),
        ),
        ProposalState.WITHDRAWN: (_("Vous avez retiré cette idée."), ""),
    }
    headline, next_step = headlines[ProposalState(proposal.state)]
    is_live = proposal.state in {ProposalState.SUBMITTED, ProposalState.NEEDS_INFO, ProposalState.PUBLISHED}
    answers = list(proposal.clarifications.order_by("pk"))
    can_answer = proposal.state == ProposalState.NEEDS_INFO
    objection = registries.objection("withdraw_proposal", proposal, at)
    kept = str(objection.reason) if is_live and not objection else ""
    return Status(proposal, headline, next_step, said, is_live and not kept, can_answer, answers, kept)


def timeline_events(proposal: Proposal) -> list[Event]:
    """The idea's part of the project's history; needs rows `with_names`."""
    by = ", ".join(proposal.names)
    how = _("Idée déposée %(how)s") % {"how": proposal.get_channel_display()}
    events = [Event(proposal.filed_on, how, by=by)]
    if proposal.published_at:
        events.append(Event(calendar.local_day(proposal.published_at), _("Idée publiée")))
    return events


def moderation_queue(proposals: Sequence[Proposal], at: datetime) -> list[Row]:
    """The moderation desk's queue: the oldest first, late after the promised days."""
    return [
        Row(
            [
                Cell(
                    p.title,
                    note=f"{p.number} · {p.area.name} · {p.theme.name}",
                    url=reverse("proposals:moderate", args=[p.number]),
                ),
                Cell(p.get_channel_display()),
                Cell(_waiting(p, at), is_late=(at - p.submitted_at).days > LATE_AFTER_DAYS),
            ]
        )
        for p in proposals
    ]


def _waiting(proposal: Proposal, at: datetime) -> str:
    days = (at - proposal.submitted_at).days
    return _("aujourd’hui") if days < 1 else _("depuis %(days)d j") % {"days": days}


def desk_found(proposals: QuerySet[Proposal], words: str) -> list[Row]:
    """What the deposit desk looks up, by number or by the name of who carries it: at most twenty."""
    return _desk_rows(proposals.carried_by(words).order_by("-submitted_at", "-pk")[:20])  # type: ignore[attr-defined] # our own queryset


def desk_recent(proposals: QuerySet[Proposal], user_id: int) -> list[Row]:
    """What somebody entered last: at most ten."""
    return _desk_rows(proposals.filter(entered_by=user_id).order_by("-submitted_at", "-pk")[:10])


def _desk_rows(proposals: QuerySet[Proposal]) -> list[Row]:
    return [
        Row(
            [
                Cell(p.title, note=p.number, url=reverse("proposals:reissue", args=[p.number])),
                Cell(", ".join(o.contact.name or _("sans nom") for o in p.owners.all() if o.left_at is None)),
                Cell(p.get_state_display(), note=calendar.day_words(p.filed_on)),
            ]
        )
        for p in proposals.prefetch_related("owners__contact")
    ]


def call_figures(cycle: Cycle, _at: datetime) -> list[tuple[str, str]]:
    """What a call gathered: ideas filed, on paper and online, by place. Three queries."""
    filed = Proposal.objects.filter(cycle=cycle).order_by()
    by_channel = dict(filed.values_list("channel").annotate(n=Count("pk")))
    by_place = filed.values_list("area__name").annotate(n=Count("pk")).order_by("-n", "area__name")
    found = [(_("Idées déposées"), str(sum(by_channel.values())))]
    found += [(_("dont %(how)s") % {"how": Channel(how).label}, str(number)) for how, number in by_channel.items()]
    found.append((_("Idées publiées"), str(filed.public().count())))
    return found + [(_("Idées pour « %(place)s »") % {"place": name}, str(number)) for name, number in by_place[:40]]


def owners_of(cycle: Cycle) -> Iterator[Contact]:
    """Who carries a project of the edition today, whatever became of it but withdrawn or hidden; in batches."""
    carried = Owner.objects.filter(proposal__cycle=cycle, left_at=None)
    carried = carried.exclude(proposal__state__in=[ProposalState.WITHDRAWN, ProposalState.HIDDEN])
    for owner in carried.select_related("contact").order_by("pk").iterator(chunk_size=1000):
        yield owner.contact


def followed_by(contact: Contact) -> list[registries.Followed]:
    """The projects that somebody follows, the latest first."""
    rows = Follow.objects.filter(contact=contact).select_related("proposal__cycle").order_by("-since", "-pk")
    return [
        registries.Followed(
            str(row.proposal_id),
            row.proposal.title,
            reverse("pages:project", args=[row.proposal.cycle.slug, row.proposal.number]),
        )
        for row in rows
    ]


def people_in_use(at: datetime) -> QuerySet[Contact, Any]:
    """Keys of those who carry or follow a project that goes on, or whose edition still has to reach them; and of
    those who did so less than two years ago."""
    mine, recent = {"contact": OuterRef("pk")}, at - KEPT
    told = Q(proposal__cycle__in=cycle_selectors.editions_to_reach(at)) | Q(proposal__stage=Stage.DELIVERY)
    owned = Owner.objects.filter(**mine).filter(Q(joined_at__gt=recent) | (Q(left_at=None) & told))
    followed = Follow.objects.filter(**mine).filter(Q(since__gt=recent) | told)
    return Contact.objects.filter(Exists(owned) | Exists(followed)).values("pk")


def awaiting_moderation(cycle: Cycle) -> int:
    """How many ideas of an edition nobody has read yet."""
    return Proposal.objects.filter(cycle=cycle).awaiting_moderation().count()
