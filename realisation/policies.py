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
VALIDATORS = (Role.ELECTED, Role.HEAD)


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


def reviews_for(user: User, at: datetime) -> QuerySet[OneYearReview]:
    """The desk of reviews, for the team and for who validates: the next one due first."""
    rows = OneYearReview.objects.select_related("cycle").order_by("scheduled_on", "pk")
    if user.holds(at, *TEAM, *VALIDATORS):
        return rows
    theirs = [row.pk for row in rows if selectors.is_designated_by_body(row.cycle)]
    if not theirs or not user.holds(at, Role.COMMITTEE):
        raise Http404
    return rows.filter(pk__in=theirs)


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


def can_write_review(by: Actor, review: OneYearReview, at: datetime) -> Decision:
    """The team, as long as it is a draft."""
    allowed = can_review(by, review.cycle, at)
    if not allowed or review.is_draft:
        return allowed
    if review.published_at is not None:
        return no(_("Le bilan est publié : il ne change plus. Ajoutez une rectification datée."))
    return no(_("Le bilan est soumis à validation : reprenez-le en brouillon pour le modifier."))


def can_validate(by: Actor, review: OneYearReview, at: datetime) -> Decision:
    """An elected member or a head, or the body that designates; never somebody who wrote a part of it."""
    if not isinstance(by, User):
        return no(_("Un bilan est validé par une personne, qui signe de son nom."))
    designates = selectors.is_designated_by_body(review.cycle)
    role = next((r for r in (*VALIDATORS, *([Role.COMMITTEE] if designates else [])) if by.holds(at, r)), None)
    if role is None:
        return no(_("Seul·e un·e élu·e ou responsable de direction valide un bilan."))
    if review.submitted_by_id == by.pk or review.blocks.filter(changed_by=by).exists():
        return no(_("Vous avez écrit une partie de ce bilan : une autre personne le valide."))
    return yes_as(role)


def can_send_back(by: Actor, review: OneYearReview, at: datetime) -> Decision:
    """Who validates sends it back with remarks; the team may take it back itself."""
    team = can_review(by, review.cycle, at)
    return team or can_validate(by, review, at)


def can_publish_review(by: Actor, review: OneYearReview, at: datetime) -> Decision:
    """The team publishes what somebody validated."""
    return can_review(by, review.cycle, at)


def can_rectify(by: Actor, review: OneYearReview, at: datetime) -> Decision:
    """The team, under a review that is published."""
    if review.published_at is None:
        return no(_("Le bilan n’est pas publié : modifiez-le directement."))
    return can_review(by, review.cycle, at)


def cycle_to_review(user: User, slug: str, at: datetime) -> Cycle:
    """An edition whose review the team may begin, or a 404."""
    return _cycle_of_team(user, slug, at)


def review_for(user: User, slug: str, at: datetime) -> OneYearReview:
    """The review of an edition, for the team and for who validates; else a 404."""
    review = OneYearReview.objects.select_related("cycle", "validator").filter(cycle__slug=slug).first()
    if review is None or not user.holds(at, *TEAM, *VALIDATORS, Role.COMMITTEE):
        raise Http404
    is_theirs = user.holds(at, *TEAM, *VALIDATORS) or selectors.is_designated_by_body(review.cycle)
    if not is_theirs:
        raise Http404
    return review


def published_review(user: object, slug: str, at: datetime) -> OneYearReview:
    """The published review of an edition that this visitor may see, or a 404."""
    cycle = cycle_policies.cycle_for(user, slug, at)
    review = OneYearReview.objects.filter(cycle=cycle, published_at__isnull=False).select_related("cycle").first()
    if review is None:
        raise Http404
    return review


def may_read_review(by: object, review: OneYearReview, at: datetime) -> Decision:
    """Whoever may see the edition reads its published review."""
    if review.published_at is not None and cycle_policies.may_see(by, review.cycle, at):
        return YES
    return no(_("Ce bilan n’est pas public."))
