"""Who may do what with deliveries and money, and the doors to them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Role, User
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import YES, Decision, no, yes_as
from cycles import policies as cycle_policies
from cycles.models import Cycle, Envelope
from proposals.models import Proposal, Stage
from realisation import selectors
from realisation.models import Delivery, LedgerEntry, OneYearReview

BUILDERS = (Role.AGENT, Role.HEAD)
TEAM = (Role.PARTICIPATION, Role.ADMINISTRATOR)


def can_create(by: Actor, proposal: Proposal, at: datetime) -> Decision:
    """The team records the council's resolution; only a laureate becomes a delivery."""
    allowed = cycle_policies.team_only(by, at)
    if allowed and proposal.stage != Stage.WINNER and not Delivery.objects.filter(proposal=proposal).exists():
        return no(_("Le projet %(number)s n’est pas lauréat.") % {"number": proposal.number})
    return allowed


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


def can_keep_ledger(by: Actor, at: datetime) -> Decision:
    """The finance officers."""
    if by.actor_kind == "import":
        return yes_as("import")
    if isinstance(by, User) and by.holds(at, Role.FINANCE):
        return yes_as(Role.FINANCE)
    return no(_("Seule la direction des finances passe des écritures."))


def can_review(by: Actor, cycle: Cycle, at: datetime) -> Decision:
    """The participation team writes the review."""
    return cycle_policies.team_only(by, at)


def may_close(cycle: Cycle, at: datetime) -> Decision:
    """The return is compulsory: no closing without the review, nor with false accounts."""
    return selectors.objection_to_closing(cycle, at)


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


def cycle_to_launch(user: User, slug: str, at: datetime) -> Cycle:
    """The door of the page that turns laureates into deliveries: the team's."""
    return _cycle_of_team(user, slug, at)


def cycle_to_review(user: User, slug: str, at: datetime) -> Cycle:
    """The door of the review's page, for a cycle that has one."""
    cycle = _cycle_of_team(user, slug, at)
    if not OneYearReview.objects.filter(cycle=cycle).exists():
        raise Http404
    return cycle


def reviews_for(user: User, at: datetime) -> QuerySet[OneYearReview]:
    """The desk of reviews, the team's: the next one due first."""
    if not user.holds(at, *TEAM):
        raise Http404
    return OneYearReview.objects.select_related("cycle").order_by("scheduled_on", "pk")


def _cycle_of_team(user: User, slug: str, at: datetime) -> Cycle:
    cycle = Cycle.objects.filter(slug=slug).first()
    if cycle is None or not user.holds(at, *TEAM):
        raise Http404
    return cycle


def books_for(user: User, at: datetime) -> User:
    """The finance desk exists for finance officers."""
    if not can_keep_ledger(user, at):
        raise Http404
    return user


def cycle_of_books(user: User, slug: str, at: datetime) -> Cycle:
    """The ledger of an edition, or a 404."""
    cycle = Cycle.objects.filter(slug=slug).first()
    if cycle is None or not can_keep_ledger(user, at):
        raise Http404
    return cycle


def entry_for(user: User, pk: int, at: datetime) -> LedgerEntry:
    """A line of the ledger, for who keeps it."""
    rows = LedgerEntry.objects.select_related("delivery__proposal__cycle", "delivery__envelope")
    entry = rows.filter(pk=pk).first()
    if entry is None or not can_keep_ledger(user, at):
        raise Http404
    return entry


def targets_of(cycle: Cycle) -> QuerySet[Envelope]:
    """Where a leftover of this cycle may go: its own envelopes and those of the following editions."""
    return Envelope.objects.filter(cycle__pk__gte=cycle.pk).select_related("cycle").order_by("cycle__pk", "name", "pk")


def may_change_envelope(envelope: Envelope, at: datetime) -> Decision:
    """The voted amount of an envelope that pays a delivery, or that money left or reached, is in the accounts."""
    is_used = (
        envelope.deliveries.exists()
        or envelope.entries.exists()
        or envelope.transfers_out.exists()
        or envelope.transfers_in.exists()
    )
    if is_used:
        return no(_("Des projets se réalisent avec cette enveloppe : son montant voté ne change plus."))
    return YES


def may_split(cycle: Cycle, at: datetime) -> Decision:
    """Once an edition builds, its money is moved by transfers, which leave a trace."""
    if Delivery.objects.filter(proposal__cycle=cycle).exists():
        return no(_("Des projets de cette édition se réalisent : l’argent se déplace par un transfert, aux finances."))
    return YES
