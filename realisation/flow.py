"""The machines of the delivery and of the one-year review."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bp_platform.core.actors import Actor
from bp_platform.core.decisions import Decision
from bp_platform.core.flows import Step
from realisation.models import MOVING, OWING_NEWS, Delivery, OneYearReview
from realisation.models import DeliveryState as S
from realisation.models import ReviewState as R
from realisation.policies import can_follow_up, can_publish_review, can_review, can_send_back, can_validate

RULE = "art. 8"
DESIGN: Step[Delivery] = Step(
    "start_design", _("passer en conception"), frozenset({S.SCHEDULED}), S.DESIGN, can_follow_up, RULE
)
PROCURE: Step[Delivery] = Step(
    "start_procurement",
    _("lancer le choix des entreprises"),
    frozenset({S.SCHEDULED, S.DESIGN}),
    S.PROCUREMENT,
    can_follow_up,
    RULE,
)
BUILD: Step[Delivery] = Step(
    "start_works",
    _("commencer les travaux"),
    frozenset({S.SCHEDULED, S.DESIGN, S.PROCUREMENT}),
    S.WORKS,
    can_follow_up,
    RULE,
)
DELIVER: Step[Delivery] = Step("deliver", _("livrer"), frozenset(MOVING), S.DELIVERED, can_follow_up, RULE)
INAUGURATE: Step[Delivery] = Step(
    "inaugurate", _("inaugurer"), frozenset({S.DELIVERED}), S.INAUGURATED, can_follow_up, RULE
)
SUSPEND: Step[Delivery] = Step("suspend", _("suspendre"), frozenset(MOVING), S.SUSPENDED, can_follow_up, RULE)
RESUME: Step[Delivery] = Step("resume", _("reprendre"), frozenset({S.SUSPENDED}), S.SCHEDULED, can_follow_up, RULE)
ABANDON: Step[Delivery] = Step(
    "abandon",
    _("abandonner"),
    frozenset(OWING_NEWS),
    S.ABANDONED,
    can_follow_up,
    RULE,
)

STEPS = (DESIGN, PROCURE, BUILD, DELIVER, INAUGURATE, SUSPEND, RESUME, ABANDON)
FORWARD = {step.target: step for step in (DESIGN, PROCURE, BUILD)}
LATER = {step.target: step for step in (DESIGN, PROCURE, BUILD, DELIVER, INAUGURATE)}


def _team(by: Actor, review: OneYearReview, at: datetime) -> Decision:
    return can_review(by, review.cycle, at)


SUBMIT: Step[OneYearReview] = Step(
    "submit_review", _("soumettre le bilan"), frozenset({R.DRAFT}), R.SUBMITTED, _team, RULE
)
SEND_BACK: Step[OneYearReview] = Step(
    "send_back_review",
    _("renvoyer le bilan"),
    frozenset({R.SUBMITTED, R.VALIDATED}),
    R.DRAFT,
    can_send_back,
    RULE,
)
VALIDATE: Step[OneYearReview] = Step(
    "validate_review", _("valider le bilan"), frozenset({R.SUBMITTED}), R.VALIDATED, can_validate, RULE
)
PUBLISH: Step[OneYearReview] = Step(
    "publish_review", _("publier le bilan"), frozenset({R.VALIDATED}), R.PUBLISHED, can_publish_review, RULE
)
