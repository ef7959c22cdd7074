"""The one-year review: written, then published; without it a cycle does not close."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.core import journal
from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Refused, demand, no
from cycles import services as cycle_services
from cycles.models import Cycle
from realisation import notifications, policies
from realisation.models import OneYearReview


def write_review(cycle: Cycle, *, by: Actor, at: datetime, text: str) -> OneYearReview:
    """Write or rewrite the draft."""
    role = demand(policies.can_review(by, cycle, at)).role
    with journal.transaction_with_journal():
        review = _locked(cycle)
        if review.published_at is not None:
            raise Refused(no(_("Le bilan est publié : il ne change plus.")))
        review.text = text.strip()
        review.save()
        journal.record(journal.Line(cycle.journal_chain, at, by, "write_review", review, role=role))
    return review


def publish_review(cycle: Cycle, *, by: Actor, at: datetime) -> OneYearReview:
    """Publish it and tell the followers."""
    role = demand(policies.can_review(by, cycle, at)).role
    with journal.transaction_with_journal():
        review = _locked(cycle)
        if review.published_at is not None:
            raise Refused(no(_("Le bilan est déjà publié.")))
        if not review.text:
            raise ValidationError({"text": _("écrivez le bilan avant de le publier.")})
        review.published_at = at
        review.full_clean()
        review.save()
        journal.record(journal.Line(cycle.journal_chain, at, by, "publish_review", review, role=role))
        notifications.review_published(review, at=at)
        cycle_services.touch(cycle)
    return review


def _locked(cycle: Cycle) -> OneYearReview:
    review = OneYearReview.objects.select_for_update().filter(cycle=cycle).first()
    if review is None:
        raise Refused(no(_("Cette édition n’a pas encore de lauréat en réalisation : il n’y a pas de bilan à écrire.")))
    return review
