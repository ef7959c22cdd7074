"""The acts on proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from bp_platform.accounts import services as accounts
from bp_platform.accounts.models import Contact, User
from bp_platform.core import calendar, codes, journal, registries, text
from bp_platform.core.actors import RESIDENT, Actor
from bp_platform.core.decisions import Refused, demand, no
from cycles import selectors as cycle_selectors
from cycles import services as cycle_services
from cycles.models import Area, Cycle, Issue, Meeting, Theme
from proposals import eligibility, flow, notifications, policies
from proposals.models import (
    Channel,
    Clarification,
    Follow,
    MeetingIdea,
    ModerationDecision,
    ModerationOutcome,
    Owner,
    OwnerKind,
    Proposal,
    ProposalState,
    Stage,
)

CODE_LENGTH = 16  # 80 bits


@dataclass(frozen=True, slots=True)
class Idea:
    """What a person files: five things, and how to reach them (all but a name may be missing)."""

    title: str
    summary: str
    area: Area
    theme: Theme
    issue: Issue | None = None  # of the diagnosis, that the idea answers to
    text: str = ""
    place: str = ""
    rough_cost_eur: Decimal | None = None
    owner_name: str = ""
    owner_email: str = ""
    owner_phone: str = ""
    owner_postal_address: str = ""
    owner_kind: str = OwnerKind.RESIDENT
    shows_name: bool = False
    channel: str = Channel.ONLINE
    received_on: date | None = None
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class Received:
    """A filed proposal and its secret code, known only here and in the acknowledgement."""

    proposal: Proposal
    code: str


def submit(cycle: Cycle, idea: Idea, *, by: Actor, at: datetime, once: str = "") -> Received:
    """File an idea. It gets its number for life; its owner gets a secret code, by mail or on paper.

    `once` is the random mark of the form: the same idea posted again with it is filed once, and answered the same.
    """
    role = demand(policies.can_submit(by, cycle, at)).role
    return _file(cycle, idea, by=by, at=at, role=role, once=once)


def enter(cycle: Cycle, idea: Idea, *, by: Actor, at: datetime, once: str = "") -> Received:
    """File an idea for somebody who came with a form, a call or a few words; who typed it is kept."""
    if idea.channel == Channel.ONLINE:
        raise ValidationError(_("Dites comment cette idée est arrivée : sur papier, par téléphone, en atelier…"))
    decision = demand(policies.can_enter(by, cycle, at, idea.received_on))
    return _file(cycle, idea, by=by, at=at, role=decision.role, once=once)


def enter_from_meeting(
    meeting: Meeting, ideas: Sequence[Idea], *, by: Actor, at: datetime, once: str = ""
) -> list[Received]:
    """File the sheets of a workshop, all of them or none; each keeps the meeting it comes from."""
    held_on = calendar.local_day(meeting.starts_at)
    with journal.transaction_with_journal():
        done = []
        for place, idea in enumerate(ideas):
            told = replace(idea, channel=Channel.WORKSHOP, received_on=held_on)
            received = enter(meeting.cycle, told, by=by, at=at, once=f"{once}:{place}" if once else "")
            MeetingIdea.objects.get_or_create(proposal=received.proposal, defaults={"meeting": meeting})
            done.append(received)
    return done


def _file(cycle: Cycle, idea: Idea, *, by: Actor, at: datetime, role: str, once: str = "") -> Received:
    if idea.area.cycle_id != cycle.pk or idea.theme.cycle_id != cycle.pk:
        raise ValidationError(_("Ce lieu ou ce thème n’appartient pas à cette édition."))
    if idea.issue is not None and idea.issue.cycle_id != cycle.pk:
        raise ValidationError(_("Cet enjeu n’appartient pas au diagnostic de cette édition."))
    code = _code_for(once, f"{cycle.pk}\x00{idea!r}")
    code_digest = codes.digest(policies.CODE_PURPOSE, code)
    with journal.transaction_with_journal():
        number = cycle_services.next_number(cycle)  # locks the cycle: of two posts at once, the second sees the first
        known = Proposal.objects.filter(code_digest=code_digest).first()
        if known is not None:
            return Received(known, code)
        demand(eligibility.can_be_filed_here(cycle, idea.channel))
        demand(eligibility.can_carry(_author(idea, by), cycle, by=by, at=at))
        cycle_services.freeze_sections(cycle, at=at)
        contact = accounts.add_contact(
            name=idea.owner_name,
            email=idea.owner_email,
            phone=idea.owner_phone,
            postal_address=idea.owner_postal_address,
            language=idea.language,
            user=by if isinstance(by, User) and idea.channel == Channel.ONLINE else None,
        )
        proposal = Proposal(
            cycle=cycle,
            number=number,
            title=text.tidy(idea.title),
            summary=text.tidy(idea.summary),
            text=idea.text.strip(),
            area=idea.area,
            theme=idea.theme,
            issue=idea.issue,
            place=text.tidy(idea.place),
            rough_cost_eur=idea.rough_cost_eur,
            channel=idea.channel,
            language=idea.language,
            entered_by=by if isinstance(by, User) and idea.channel != Channel.ONLINE else None,
            received_on=idea.received_on,
            submitted_at=at,
            code_digest=code_digest,
        )
        proposal.full_clean(exclude=["search", "plain_title"])
        proposal.save()
        Owner.objects.create(
            proposal=proposal,
            contact=contact,
            kind=idea.owner_kind,
            public_name=text.tidy(idea.owner_name) if idea.shows_name else "",
            joined_at=at,
        )
        journal.record(
            journal.Line(
                proposal.journal_chain, at, by, "submit_proposal", proposal, to_state=proposal.state, role=role
            )
        )
        notifications.received(proposal, code, at=at)
    return Received(proposal, code)


def _author(idea: Idea, by: Actor) -> eligibility.Author:
    user = by if isinstance(by, User) and idea.channel == Channel.ONLINE else None
    return eligibility.Author(idea.owner_kind, idea.channel, idea.owner_email, idea.owner_phone, user)


def _code_for(once: str, what: str) -> str:
    """A new code; always the same for the same form about the same thing."""
    if not once:
        return codes.new_code(CODE_LENGTH)
    return codes.derived_code(CODE_LENGTH, policies.CODE_PURPOSE, f"{once}\x00{what}")


def publish(proposal: Proposal, *, by: Actor, at: datetime) -> Proposal:
    """Show the idea to everybody and tell its owners."""
    with flow.PUBLISH.take(proposal, by=by, at=at) as locked:
        locked.published_at = at
        _decide(locked, ModerationOutcome.PUBLISH, "", by=by, at=at)
        notifications.published(locked, at=at)
        _tell_issue(locked, is_published=True)
        cycle_services.touch(locked.cycle)
    return locked


def ask_for_information(proposal: Proposal, *, by: Actor, at: datetime, question: str) -> Proposal:
    """Ask the owners what is missing before publication."""
    with flow.ASK.take(proposal, by=by, at=at, reason=question) as locked:
        _decide(locked, ModerationOutcome.ASK, question, by=by, at=at)
        notifications.needs_info(locked, question, at=at)
    return locked


def answer(proposal: Proposal, *, by: Actor = RESIDENT, at: datetime, text: str) -> Proposal:
    """The owner answers what the moderators asked; the idea waits for them again. Never shown to the public."""
    with flow.ANSWER.take(proposal, by=by, at=at) as locked:
        if not text.strip():
            raise ValidationError(_("Écrivez votre réponse, même en quelques mots."))
        asked = locked.moderation_decisions.filter(outcome=ModerationOutcome.ASK).order_by("-pk")[0]
        given = Clarification(
            proposal=locked,
            question=asked.reason,
            asked_at=asked.decided_at,
            answer=text.strip(),
            answered_at=at,
        )
        given.full_clean()
        given.save()
    return locked


def reissue_code(proposal: Proposal, *, by: Actor, at: datetime, once: str = "") -> Received:
    """Give a new secret code for a lost one, which opens nothing any more; its owners are told.

    `once` is the random mark of the form, as in `submit`: a double click gives one code.
    """
    code = _code_for(once, f"reissue\x00{proposal.pk}")
    code_digest = codes.digest(policies.CODE_PURPOSE, code)
    with journal.transaction_with_journal():
        locked = Proposal.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=proposal.pk)
        role = demand(policies.can_reissue(by, locked, at)).role
        if locked.code_digest == code_digest:
            return Received(locked, code)
        locked.code_digest = code_digest
        locked.save(update_fields=["code_digest"])
        journal.record(journal.Line(locked.journal_chain, at, by, "reissue_code", locked, role=role))
        notifications.code_reissued(locked, code, at=at)
    return Received(locked, code)


def hide(proposal: Proposal, *, by: Actor, at: datetime, reason: str) -> Proposal:
    """Take the idea off the site, with a reason that its owners receive and may contest."""
    with flow.HIDE.take(proposal, by=by, at=at, reason=reason) as locked:
        locked.ended_at = at
        _decide(locked, ModerationOutcome.HIDE, reason, by=by, at=at)
        notifications.hidden(locked, reason, at=at)
        _tell_issue(locked, is_published=False)
        cycle_services.touch(locked.cycle)
    return locked


def withdraw(proposal: Proposal, *, by: Actor = RESIDENT, at: datetime, reason: str = "") -> Proposal:
    """Its owner takes it back; the study or the vote may object."""
    with flow.WITHDRAW.take(proposal, by=by, at=at, reason=reason) as locked:
        demand(registries.objection("withdraw_proposal", locked, at))
        locked.ended_at, locked.stage = at, Stage.WITHDRAWN
        _tell_issue(locked, is_published=False)
        cycle_services.touch(locked.cycle)
    return locked


def _tell_issue(proposal: Proposal, *, is_published: bool) -> None:
    """The issue that the idea answers to knows how many do; two at once wait for each other."""
    if proposal.issue_id is None:
        return
    issue = cycle_services.hold_issue(proposal.issue_id)
    others = Proposal.objects.public().filter(issue=issue).exclude(pk=proposal.pk).count()
    cycle_services.tell_ideas(issue, others + is_published)


def disown(proposal: Proposal, *, by: User, at: datetime) -> int:
    """Their account carries the idea no more; it goes on without them. Returns how many of their names left it."""
    with journal.transaction_with_journal():
        locked = Proposal.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=proposal.pk)
        mine = Owner.objects.filter(proposal=locked, contact__user=by, left_at=None)
        left = mine.update(left_at=at)
        Follow.objects.filter(proposal=locked, contact__user=by).delete()  # or they would still be written to
        if left:
            cycle_services.touch(locked.cycle)
            journal.record(journal.Line(locked.journal_chain, at, by, "disown_proposal", locked, role="owner"))
    return left


def project(proposal: Proposal, *, stage: str, price_eur: Decimal | None = None) -> None:
    """Write the public projection that lists filter and sort by. Called by later phases, inside their own act."""
    changes: dict[str, object] = {"stage": stage}
    if price_eur is not None:
        changes["price_eur"] = price_eur
    Proposal.objects.filter(pk=proposal.pk).update(**changes)
    cycle_services.touch(proposal.cycle)


def follow(proposal: Proposal, *, contact: Contact, at: datetime) -> Follow:
    """Be told what becomes of a project; twice is once."""
    if proposal.state != ProposalState.PUBLISHED:
        raise Refused(no(_("Ce projet n’est pas publié : on ne peut pas encore le suivre.")))
    follow, _is_new = Follow.objects.get_or_create(proposal=proposal, contact=contact, defaults={"since": at})
    return follow


def follow_as(proposal: Proposal, *, email: str, user: User | None = None, at: datetime) -> Follow:
    """Follow with an address: whoever types it again, it is told once, and what it chose to be told still holds."""
    with transaction.atomic():
        Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
        same = Follow.objects.filter(proposal=proposal, contact__email__iexact=email.strip())
        known = same.select_related("contact").order_by("pk").first()
        if known is not None and (user is None or known.contact.user_id == user.pk):
            return known
        bare = {"email__iexact": email.strip(), "user": None, "name": "", "phone": "", "postal_address": ""}
        same_row = Contact.objects.select_for_update(of=("self",)).filter(erased_at=None, **bare)  # not let go of now
        contact = same_row.order_by("pk").first() if user is None else None
        return follow(proposal, contact=contact or accounts.add_contact(email=email, user=user), at=at)


def leave(contact: Contact, proposal: str) -> None:
    """Be told no more of one project. A choice of one's own: no journal line."""
    if proposal.isdecimal():
        Follow.objects.filter(contact=contact, proposal=int(proposal)).delete()


def forget_follows(at: datetime) -> int:
    """Nobody is told any more of projects that are over, whose edition ended long ago. Called by the clock."""
    told = Q(proposal__cycle__in=cycle_selectors.editions_to_reach(at)) | Q(proposal__stage=Stage.DELIVERY)
    return Follow.objects.exclude(told).delete()[0]


def _decide(proposal: Proposal, outcome: str, reason: str, *, by: Actor, at: datetime) -> None:
    decision = ModerationDecision(
        proposal=proposal,
        outcome=outcome,
        reason=reason.strip(),
        decided_at=at,
        decided_by=by if isinstance(by, User) else None,
    )
    decision.full_clean(exclude=[] if decision.decided_by_id else ["decided_by"])  # an import is nobody
    decision.save()
