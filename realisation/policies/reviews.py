"""Who writes, validates and publishes the review, and the doors to it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Role, User
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import YES, Decision, no, yes_as
from cycles import policies as cycle_policies
from cycles.models import Cycle
from realisation import selectors
from realisation.models import (
    OneYearReview,
)
from realisation.policies.deliveries import TEAM, cycle_of_team

VALIDATORS = (Role.ELECTED, Role.HEAD)


def can_review(by: Actor, cycle: Cycle, at: datetime) -> Decision:
    """The participation team writes the review."""
    return cycle_policies.team_only(by, at)


def may_close(cycle: Cycle, at: datetime) -> Decision:
    """The return is compulsory: no closing without the review, nor with false accounts."""
    return selectors.objection_to_closing(cycle, at)


def reviews_for(user: User, at: datetime) -> QuerySet[OneYearReview]:
    """The desk of reviews, for the team and for who validates: the next one due first."""
    rows = OneYearReview.objects.select_related("cycle").order_by("scheduled_on", "pk")
    if user.holds(at, *TEAM, *VALIDATORS):
        return rows
    theirs = [row.pk for row in rows if selectors.is_designated_by_body(row.cycle)]
    if not theirs or not user.holds(at, Role.COMMITTEE):
        raise Http404
    return rows.filter(pk__in=theirs)


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
    return cycle_of_team(user, slug, at)


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
