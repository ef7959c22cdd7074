"""Who builds, and the doors to what is built."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Role, User
from bp_platform.core import calendar
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import YES, Decision, no, yes_as
from cycles import policies as cycle_policies
from cycles import selectors as cycle_selectors
from cycles.models import BodyPower, Cycle
from instruction import policies as study_policies
from proposals.models import Proposal, Stage
from realisation.models import (
    DONE,
    Delivery,
    DeliveryState,
    HeldNews,
)

BUILDERS = (Role.AGENT, Role.HEAD)


TEAM = (Role.PARTICIPATION, Role.ADMINISTRATOR)


NOT_CHOSEN = (Stage.NOT_KEPT, Stage.UNFEASIBLE, Stage.NOT_SELECTED, Stage.ABANDONED)


def can_create(by: Actor, proposal: Proposal, at: datetime) -> Decision:
    """The team records the council's resolution; only a laureate becomes a delivery."""
    allowed = cycle_policies.team_only(by, at)
    if allowed and not cycle_selectors.rules_of(proposal.cycle).ballot.has_vote:
        return _designated(proposal, allowed)
    if allowed and proposal.stage != Stage.WINNER and not Delivery.objects.filter(proposal=proposal).exists():
        return no(_("Le projet %(number)s n’est pas lauréat.") % {"number": proposal.number})
    return allowed


def _designated(proposal: Proposal, allowed: Decision) -> Decision:
    """Without a vote, a feasible project that the body named by the règlement has designated."""
    if proposal.stage not in {Stage.FEASIBLE, Stage.WINNER} and not Delivery.objects.filter(proposal=proposal).exists():
        return no(_("Le projet %(number)s n’est pas réalisable.") % {"number": proposal.number})
    cycle = proposal.cycle
    if Delivery.objects.filter(proposal=proposal).exists():
        preselected = YES
    else:
        preselected = study_policies.is_preselected_before(cycle, "designation") and study_policies.may_go_on(proposal)
    designated = preselected and cycle_policies.has_decided(cycle, BodyPower.LAUREATES)
    return allowed if designated else designated


def can_follow_up(by: Actor, delivery: Delivery, at: datetime) -> Decision:
    """The lead department, or the participation team."""
    if by.actor_kind == "import":
        return yes_as("import")
    if isinstance(by, User):
        for role in (Role.HEAD, Role.AGENT):
            if by.holds(at, role, department_id=delivery.lead_department_id):
                return yes_as(role)
        if by.holds(at, *TEAM):
            return yes_as(Role.PARTICIPATION)
    return no(_("Seule la direction qui réalise ce projet peut en donner des nouvelles."))


def can_post_alone(by: Actor, delivery: Delivery, at: datetime) -> Decision:
    """News is told at once, but before an election: then a second person reads it (article L. 52-1)."""
    allowed = can_follow_up(by, delivery, at)
    found = cycle_policies.reserve_at(calendar.local_day(at))
    if allowed and found is not None and isinstance(by, User):
        return no(
            _("Jusqu’au %(last)s, une nouvelle est relue par une deuxième personne : demandez sa relecture.")
            % {"last": calendar.day_words(found.last)}
        )
    return allowed


def can_publish_read(by: Actor, held: HeldNews, at: datetime) -> Decision:
    """Somebody else than who wrote it, with the same right on the delivery."""
    allowed = can_send_back_news(by, held, at)
    if allowed and isinstance(by, User) and by.pk == held.asked_by_id:
        return no(_("Vous avez écrit cette nouvelle : une autre personne la relit, puis la publie."))
    return allowed


def can_send_back_news(by: Actor, held: HeldNews, at: datetime) -> Decision:
    """While it waits: whoever reads it, or whoever wrote it and takes it back."""
    if held.decided_at is not None:
        return no(_("Cette nouvelle a déjà sa réponse."))
    return can_follow_up(by, held.delivery, at)


def news_to_read(user: User, at: datetime) -> QuerySet[HeldNews]:
    """What others wrote and this user may publish."""
    return HeldNews.objects.filter(delivery__in=deliveries_for(user, at)).waiting().exclude(asked_by=user)


def held_news_for(user: User, number: str, pk: int, at: datetime) -> HeldNews:
    """A piece of news that waits, of a delivery that one follows; else a 404."""
    delivery = delivery_for(user, number, at)
    held = HeldNews.objects.filter(delivery=delivery, pk=pk).select_related("delivery").first()
    if held is None:
        raise Http404
    return held


def can_change(by: Actor, delivery: Delivery, at: datetime, *, hands_over: bool = False) -> Decision:
    """Who follows the delivery says what changes; its head or the team hands it over to another department."""
    allowed = can_follow_up(by, delivery, at)
    if allowed and delivery.state == DeliveryState.ABANDONED:
        return no(_("Ce projet est abandonné : il ne change plus."))
    if allowed and hands_over and allowed.role == Role.AGENT:
        return no(
            _("Seule la ou le responsable de la direction, ou l’équipe participation, confie le projet à une autre.")
        )
    return allowed


def can_tell_sequel(by: Actor, delivery: Delivery, at: datetime) -> Decision:
    """What followed is told of what exists."""
    allowed = can_follow_up(by, delivery, at)
    if allowed and delivery.state not in DONE:
        return no(_("« Ce qui a suivi » se raconte une fois le projet livré."))
    return allowed


def can_mark_done_outside(by: Actor, proposal: Proposal, at: datetime) -> Decision:
    """The team says what was done without the participatory budget, of what this one did not choose."""
    allowed = cycle_policies.team_only(by, at)
    if allowed and proposal.stage not in (*NOT_CHOSEN, Stage.DONE_OUTSIDE):
        return no(_("Le projet %(number)s n’a été ni écarté ni perdu au vote.") % {"number": proposal.number})
    return allowed


def may_leave(proposal: Proposal, at: datetime) -> Decision:
    """What the council has voted is built, suspended or abandoned with its reason: it is not taken back."""
    if Delivery.objects.filter(proposal=proposal).exists():
        return no(_("Ce projet est en réalisation : il ne se retire plus. Écrivez à l’équipe participation."))
    return YES


def deliveries_for(user: User, at: datetime) -> QuerySet[Delivery]:
    """The deliveries of one's departments (all of them for the team), or a 404 for who has none to follow."""
    rows = Delivery.objects.select_related("proposal__cycle", "proposal__area", "lead_department", "envelope")
    if user.holds(at, *TEAM):
        return rows
    departments = [row.department_id for row in user.held_roles(at) if row.role in BUILDERS]
    if not departments:
        raise Http404
    return rows.filter(lead_department__in=departments)


def delivery_for(user: User, number: str, at: datetime) -> Delivery:
    """One delivery of the desk, or a 404."""
    delivery = deliveries_for(user, at).filter(proposal__number=number).first()
    if delivery is None:
        raise Http404
    return delivery


def proposal_to_mark(user: User, number: str, at: datetime) -> Proposal:
    """What the team may say was done without the participatory budget; the policy says why not, the door only hides."""
    proposal = Proposal.objects.select_related("cycle", "area").filter(number=number).first()
    if proposal is None or not user.holds(at, *TEAM):
        raise Http404
    return proposal


def cycle_to_launch(user: User, slug: str, at: datetime) -> Cycle:
    """The door of the page that turns laureates into deliveries: the team's."""
    return cycle_of_team(user, slug, at)


def cycle_of_team(user: User, slug: str, at: datetime) -> Cycle:
    cycle = Cycle.objects.filter(slug=slug).first()
    if cycle is None or not user.holds(at, *TEAM):
        raise Http404
    return cycle
