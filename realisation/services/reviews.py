"""The acts on a review: scheduled, submitted, sent back, validated, published, rectified; its team is reminded.

Locks: the review's row alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bp_platform.accounts.models import Role, User
from bp_platform.core import journal
from bp_platform.core.actors import CLOCK, Actor
from bp_platform.core.decisions import Refused, demand, no
from bp_platform.documents import publication
from bp_platform.documents import services as documents
from cycles import services as cycle_services
from cycles.models import Cycle
from realisation import figures, flow, notifications, policies, selectors
from realisation.models import OneYearReview, Rectification, ReviewState


def schedule_review(cycle: Cycle, *, by: Actor, at: datetime) -> OneYearReview | None:
    """Owe the review a year after the proclamation (or the designation). None while nothing is promised.

    One that was begun before the result is dated again by it; otherwise a second call changes nothing.
    """
    with journal.transaction_with_journal():
        review, is_new = owe_review(cycle)
        if review and not is_new:
            review = lock(review)
            is_new = _date_again(review)
        if review and is_new:
            journal.record(journal.Line(cycle.journal_chain, at, by, "schedule_review", review, to_state=review.state))
            cycle_services.touch(cycle)
    return review


def _date_again(review: OneYearReview) -> bool:
    due = selectors.review_due_on(review.cycle)
    if review.published_at is not None or due is None or review.scheduled_on == due:
        return False
    review.scheduled_on = due
    review.save(update_fields=["scheduled_on"])
    return True


def owe_review(cycle: Cycle) -> tuple[OneYearReview | None, bool]:
    """The review that the edition owes, and whether it was not known yet; part of the act that makes it owed."""
    due = selectors.review_due_on(cycle)
    if due is None:
        return None, False
    return OneYearReview.objects.get_or_create(cycle=cycle, defaults={"scheduled_on": due})


def open_review(cycle: Cycle, *, by: Actor, at: datetime) -> OneYearReview:
    """Begin the review of an edition under way: what is known of it fills in by itself. Once.

    Until the result is public it is dated by the calendar's own review phase; Refused without one.
    """
    role = demand(policies.can_review(by, cycle, at)).role
    due = selectors.review_day(cycle)
    if due is None:
        raise Refused(
            no(_("Cette édition n’a ni résultat ni phase de bilan : ajoutez d’abord le bilan à son calendrier."))
        )
    with journal.transaction_with_journal():
        review, is_new = OneYearReview.objects.get_or_create(cycle=cycle, defaults={"scheduled_on": due})
        if is_new:
            line = journal.Line(cycle.journal_chain, at, by, "open_review", review, to_state=review.state, role=role)
            journal.record(line)
            cycle_services.touch(cycle)
    return review


def remind_review(review: OneYearReview, *, at: datetime) -> bool:
    """Write to the team once for each day that calls for it: a month before, that day, each month after."""
    with journal.transaction_with_journal():
        locked = lock(review)
        day = selectors.reminder_of(locked, at)
        if day is None or not selectors.review_due_on(locked.cycle):
            return False
        locked.reminded_on = day
        locked.save(update_fields=["reminded_on"])
        notifications.review_reminder(locked, day=day, at=at)
        journal.record(journal.Line(locked.journal_chain, at, CLOCK, "remind_review", locked))
    return True


def submit_review(review: OneYearReview, *, by: Actor, at: datetime, validator: User) -> OneYearReview:
    """Ask a named person to validate it; they are told. The remarks that sent it back are answered, and go."""
    with flow.SUBMIT.take(review, by=by, at=at) as locked:
        locked.submitted_by = by if isinstance(by, User) else None
        allowed = policies.can_validate(validator, locked, at)
        if not allowed:
            raise ValidationError({"validator": str(allowed.reason)})
        locked.submitted_at, locked.validator = at, validator
        locked.remark, locked.remarks = "", {}
        notifications.review_submitted(locked, at=at)
    return locked


def send_back_review(
    review: OneYearReview, *, by: Actor, at: datetime, reason: str, remarks: Mapping[str, str] | None = None
) -> OneYearReview:
    """Back to its writers, with what is to be taken up again: in general, and block by block."""
    if not reason.strip():
        raise ValidationError({"reason": _("dites ce qui est à reprendre, en une phrase.")})
    with flow.SEND_BACK.take(review, by=by, at=at, reason=reason.strip()) as locked:
        if locked.submitted_by != by:  # who takes their own back knows
            notifications.review_sent_back(locked, reason=reason.strip(), at=at)
        locked.remark = reason.strip()
        locked.remarks = {key: words.strip()[:500] for key, words in (remarks or {}).items() if words.strip()}
        locked.submitted_at = locked.submitted_by = locked.validator = None
        locked.validated_at = locked.validated_by = None
        locked.validated_label = locked.validated_digest = ""
    return locked


def validate_review(review: OneYearReview, *, by: User, at: datetime) -> OneYearReview:
    """Somebody who wrote none of it signs it, by their name and role; both are published."""
    with flow.VALIDATE.take(review, by=by, at=at) as locked:
        role = Role(policies.can_validate(by, locked, at).role)
        locked.validated_at, locked.validated_by = at, by
        locked.validated_label = f"{by.shown_name}, {role.label}"
        locked.validated_digest = figures.digest(selectors.figures_of(locked.cycle, at))
        notifications.review_validated(locked, at=at)
    return locked


def publish_review(review: OneYearReview, *, by: Actor, at: datetime) -> OneYearReview:
    """Publish it: its figures and its words are kept as they are that day, and its PDF is ordered."""
    if review.state == ReviewState.PUBLISHED:
        raise Refused(no(_("Le bilan est déjà publié.")))
    with flow.PUBLISH.take(review, by=by, at=at) as locked:
        for row in locked.blocks.select_related("picture").order_by("pk"):
            if row.picture and not row.is_hidden:
                publication.publish(row.picture, at=at)
        locked.document = figures.kept(selectors.draft(locked, at).document)
        locked.published_at = at
        notifications.review_published(locked, at=at)
        cycle_services.touch(locked.cycle)
    documents.request_job("one_year_review", arguments={"cycle": review.cycle.slug}, by=by, at=at)
    return locked


def rectify_review(
    review: OneYearReview, *, by: Actor, at: datetime, text: str, key: UUID | None = None
) -> Rectification:
    """Add a dated rectification under a published review. The same `key` twice is one."""
    role = demand(policies.can_rectify(by, review, at)).role
    with journal.transaction_with_journal():
        locked = lock(review)
        known = Rectification.objects.filter(key=key, review=locked).first() if key else None
        if known is not None:
            return known
        row = Rectification(
            key=key or uuid4(),
            review=locked,
            text=text.strip(),
            signed_by=_("Équipe participation"),
            published_at=at,
        )
        row.full_clean()
        row.save()
        journal.record(journal.Line(locked.journal_chain, at, by, "rectify_review", row, role=role))
        cycle_services.touch(locked.cycle)
    return row


def lock(review: OneYearReview) -> OneYearReview:
    """The review's row, until commit."""
    return OneYearReview.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=review.pk)
